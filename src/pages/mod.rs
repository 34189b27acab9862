//! The site map: every page, one file each. A page loads through services and composes views; it decides nothing.

mod admin_spaces;
mod community;
mod failure;
mod joining;
mod notices;
mod ratings;
mod replies;
mod setup;
mod shell;
mod space;
mod topic;
mod votes;

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
        .get("/community", community::show)
        .get("/c/{space}", space::show)
        .get("/c/{space}/new", space::new)
        .post("/c/{space}/new", space::submit_new)
        .get("/t/{id}/{slug}", topic::show)
        .get("/topics/{id}/edit", topic::edit)
        .post("/topics/{id}/edit", topic::submit_edit)
        .post("/topics/{id}/delete", topic::delete)
        .post("/topics/{id}/hide", topic::hide)
        .post("/topics/{id}/show", topic::show_again)
        .get("/replies", replies::show)
        .post("/replies", replies::submit)
        .get("/replies/{id}/edit", replies::edit)
        .post("/replies/{id}/edit", replies::submit_edit)
        .post("/replies/{id}/delete", replies::delete)
        .post("/replies/{id}/hide", replies::hide)
        .post("/replies/{id}/show", replies::show_again)
        .post("/votes", votes::submit)
        .post("/ratings", ratings::submit)
        .get("/admin/spaces", admin_spaces::show)
        .post("/admin/spaces", admin_spaces::submit)
        .get("/admin/spaces/{id}", admin_spaces::edit)
        .post("/admin/spaces/{id}", admin_spaces::submit_edit)
}
