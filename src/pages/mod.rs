//! The site map: every page, one file each. A page loads through services and composes views; it decides nothing.

mod article;
mod author;
mod admin_tiers;
mod checkout;
mod failure;
mod home;
mod joining;
mod membership;
mod notices;
mod orders;
mod setup;
mod shell;
mod tag;
mod write;
mod test_provider;

pub use failure::draw as draw_failure;
pub use shell::Page;

use crate::server::http::Routes;

/// Every route that people see. `api::routes` has the ones programs call.
pub fn routes() -> Routes {
    Routes::new()
        .get("/", home::show)
        .get("/p/{slug}", article::show)
        .get("/tags/{tag}", tag::show)
        .get("/u/{handle}", author::show)
        .get("/write", write::list)
        .get("/write/new", write::begin)
        .post("/write/new", write::submit_new)
        .get("/write/{id}", write::edit)
        .post("/write/{id}", write::submit)
        .get("/setup", setup::show)
        .post("/setup", setup::submit)
        .get("/join", joining::join)
        .post("/join", joining::submit_join)
        .get("/sign-in", joining::sign_in)
        .post("/sign-in", joining::submit_sign_in)
        .post("/sign-out", joining::sign_out)
        .post("/language", joining::choose_language)
        .get("/membership", membership::show)
        .post("/checkout", checkout::start)
        .get("/orders/{reference}", orders::show)
        .post("/orders/{reference}/pay", checkout::pay)
        .get("/orders/{reference}/return", checkout::come_back)
        .get("/test-provider/{reference}", test_provider::show)
        .post("/test-provider/{reference}", test_provider::act)
        .get("/admin/tiers", admin_tiers::list)
        .post("/admin/tiers", admin_tiers::create)
        .get("/admin/tiers/{id}", admin_tiers::edit)
        .post("/admin/tiers/{id}", admin_tiers::update)
        .post("/admin/tiers/{id}/archive", admin_tiers::archive)
}
