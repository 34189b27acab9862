//! The site map: every page, one file each. A page loads through services and composes views; it decides nothing.

mod account;
mod admin_members;
mod failure;
mod joining;
mod notices;
mod setup;
mod shell;

pub use failure::draw as draw_failure;
pub use shell::Page;

use crate::server::http::Routes;

/// Every route that people see. `api::routes` has the ones programs call.
pub fn routes() -> Routes {
    Routes::new()
        .get("/setup", setup::show)
        .post("/setup", setup::submit)
        .get("/join", joining::join)
        .post("/join", joining::submit_join)
        .get("/sign-in", joining::sign_in)
        .post("/sign-in", joining::submit_sign_in)
        .post("/sign-out", joining::sign_out)
        .post("/language", joining::choose_language)
        .get("/admin/members", admin_members::show)
        .post("/admin/members/{id}/role", admin_members::submit_role)
        .merge(account::routes())
}
