//! The site map: every page, one file each. A page loads through services and composes views; it decides nothing.

mod account;
mod admin;
mod appearance;
mod article;
mod articles;
mod author;
mod bundles;
mod checkout;
mod community;
#[cfg(debug_assertions)]
mod dev_ui;
mod failure;
mod forgot;
mod gift;
mod home;
mod joining;
pub mod letters;
mod look;
mod maintenance;
mod membership;
mod notices;
mod offers;
mod offline;
mod orders;
mod own_price;
mod plus_tax;
mod ratings;
mod reading;
mod redeem;
mod reminders;
mod replies;
mod setup;
mod share;
mod shell;
mod simple;
mod sitemap;
mod space;
mod tag;
mod tags;
mod team;
mod test_provider;
mod tip;
mod topic;
mod unsubscribe;
mod verify;
mod via;
mod votes;
mod waiting;
mod withdraw;
mod write;

pub use article::moved_from;
pub use failure::draw as draw_failure;
pub use maintenance::show as maintenance;
pub use shell::Page;
pub use via::carry as carry_recommendation;

use crate::server::http::Routes;

/// Every route that people see. `api::routes` has the ones programs call.
pub fn routes() -> Routes {
    let routes = Routes::new()
        .get("/", home::show)
        .get("/articles", articles::show)
        .get("/p/{slug}", article::show)
        .get("/bundles", bundles::list)
        .get("/bundles/{slug}", bundles::show)
        .get("/tags", tags::show)
        .get("/cards/{card}", share::pictures::site)
        .get("/cards/{slug}/{card}", share::pictures::article)
        .get("/qr/{slug}", share::pictures::qr)
        .get("/robots.txt", sitemap::robots)
        .get("/sitemap.xml", sitemap::index)
        .get("/sitemaps/{n}", sitemap::part)
        .get("/manifest.webmanifest", offline::manifest)
        .get("/icons/{icon}", offline::show_icon)
        .get("/offline", offline::show)
        .get("/tags/{tag}", tag::show)
        .get("/u/{handle}", author::show)
        .get("/write", write::list)
        .get("/write/new", write::begin)
        .post("/write/new", write::submit_new)
        .get("/write/{id}", write::edit)
        .post("/write/{id}", write::submit)
        .get("/write/{id}/shares", write::shares::show)
        .post("/write/{id}/shares", write::shares::submit)
        .get("/setup", setup::show)
        .post("/setup", setup::submit)
        .get("/join", joining::join)
        .post("/join", joining::submit_join)
        .get("/sign-in", joining::sign_in)
        .post("/sign-in", joining::submit_sign_in)
        .post("/sign-out", joining::sign_out)
        .get("/forgot", forgot::show)
        .post("/forgot", forgot::submit)
        .get("/reset", forgot::show_reset)
        .post("/reset", forgot::submit_reset)
        .get("/verify", verify::show)
        .post("/verify", verify::submit)
        .get("/unsubscribe", unsubscribe::show)
        .post("/unsubscribe", unsubscribe::submit)
        .post("/language", appearance::choose_language)
        .post("/theme", appearance::choose_theme)
        .get("/look/{file}", look::file)
        .post("/notices/{id}/away", reminders::put_away)
        .post("/announcement", look::put_away)
        .get("/pages/{slug}", simple::show)
        .merge(account::routes())
        .get("/redeem", redeem::show)
        .post("/redeem", redeem::submit_code)
        .post("/redeem/order", redeem::submit_order)
        .get("/redeem/{code}", redeem::show_code)
        .get("/membership", membership::show)
        .post("/membership/{id}/join", membership::join)
        .post("/offers", offers::submit)
        .get("/offers/{code}", offers::show)
        .post("/checkout", checkout::start)
        .get("/tip", tip::show)
        .post("/tip", tip::submit)
        .get("/gift", gift::choose::show)
        .post("/gift", gift::choose::submit)
        .get("/gift/{secret}", gift::open::show)
        .post("/gift/{secret}", gift::open::submit)
        .get("/gift-links", gift::links::list)
        .post("/gift-links", gift::links::make)
        .post("/gift-links/{id}/end", gift::links::end)
        .get("/gift-link/{secret}", gift::links::show)
        .post("/gift-link/{secret}", gift::links::read)
        .get("/team", team::choose::show)
        .post("/team", team::choose::submit)
        .get("/team/{secret}", team::invited::show)
        .post("/team/{secret}", team::invited::submit)
        .get("/orders/{reference}", orders::show)
        .post("/orders/{reference}/country", checkout::say_country)
        .post("/orders/{reference}/pay", checkout::pay)
        .get("/orders/{reference}/wechat", checkout::within_wechat)
        .post("/orders/{reference}/offer", checkout::by_offer)
        .post("/orders/{reference}/give-up", checkout::give_up)
        .get("/orders/{reference}/checkout", waiting::show)
        .get("/orders/{reference}/status", waiting::status)
        .get("/orders/{reference}/return", checkout::come_back)
        .post("/orders/{reference}/take-back", orders::back::submit)
        .get("/orders/{reference}/receipt", orders::document::show)
        .post("/orders/{reference}/receipt", orders::document::submit)
        .get("/orders/{reference}/gift", gift::order::show)
        .post("/orders/{reference}/gift/send", gift::order::send)
        .post("/orders/{reference}/gift/link", gift::order::link)
        .get("/orders/{reference}/fapiao", orders::fapiao::show)
        .post("/orders/{reference}/fapiao", orders::fapiao::submit)
        .post("/orders/{reference}/recommendation", orders::recommended::take_out)
        .get("/withdraw", withdraw::show)
        .post("/withdraw", withdraw::submit)
        .get("/withdraw/{reference}", withdraw::proof)
        .get("/test-provider/{reference}", test_provider::show)
        .post("/test-provider/{reference}", test_provider::act)
        .get("/community", community::show)
        .get("/c/{space}", space::show)
        .get("/c/{space}/new", space::new)
        .post("/c/{space}/new", space::submit_new)
        .get("/t/{id}/{slug}", topic::show)
        .get("/topics/{id}/edit", topic::edit)
        .post("/topics/{id}/edit", topic::submit_edit)
        .post("/topics/{id}/delete", topic::delete)
        .post("/topics/{id}/restore", topic::restore)
        .post("/topics/{id}/hide", topic::hide)
        .post("/topics/{id}/show", topic::show_again)
        .get("/replies", replies::show)
        .post("/replies", replies::submit)
        .get("/replies/{id}/edit", replies::edit)
        .post("/replies/{id}/edit", replies::submit_edit)
        .post("/replies/{id}/delete", replies::delete)
        .post("/replies/{id}/restore", replies::restore)
        .post("/replies/{id}/hide", replies::hide)
        .post("/replies/{id}/show", replies::show_again)
        .post("/votes", votes::submit)
        .post("/ratings", ratings::submit)
        .post("/reading", reading::reached)
        .post("/follows", reading::follow)
        .merge(admin::routes());
    #[cfg(debug_assertions)]
    let routes = routes.get("/dev/ui", dev_ui::show);
    routes
}
