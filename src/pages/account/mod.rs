//! `/account`: what a member sees of and does with their own account. One file a page; `frame` is what they share.

mod activity;
mod affiliate;
mod codes;
mod earnings;
mod following;
mod frame;
mod mail;
mod membership;
mod overview;
mod privacy;
mod profile;
mod purchases;
mod security;
mod teams;

pub use self::teams::table as team_table;
use crate::server::http::Routes;

pub fn routes() -> Routes {
    Routes::new()
        .get("/account", overview::show)
        .get("/account/purchases", purchases::show)
        .get("/account/codes", codes::list)
        .get("/account/codes/{id}", codes::code)
        .get("/account/codes/orders/{id}", codes::order)
        .get("/account/membership", membership::show)
        .post("/account/membership/agreements/{id}", membership::change)
        .get("/account/membership/agreements/{id}/cancel", membership::leaving::show)
        .post("/account/membership/agreements/{id}/stay", membership::leaving::stay)
        .get("/account/membership/agreements/{id}/portal", membership::portal)
        .post("/account/membership/agreements/{id}/tier", membership::reprice)
        .get("/account/membership/agreements/{id}/return", membership::back)
        .post("/account/membership/pause", membership::pause)
        .post("/account/membership/switch", membership::switch)
        .get("/account/teams", teams::list)
        .get("/account/teams/{id}", teams::one::show)
        .post("/account/teams/{id}/name", teams::one::rename)
        .post("/account/teams/{id}/link", teams::one::renew_link)
        .post("/account/teams/{id}/take", teams::one::take)
        .post("/account/teams/{id}/seats/{seat}/free", teams::one::take_away)
        .post("/account/teams/{id}/renew", teams::one::renew)
        .post("/account/teams/{id}/leave", teams::leave)
        .get("/account/earnings", earnings::show)
        .post("/account/earnings", earnings::save)
        .get("/account/earnings/statement", earnings::statement)
        .get("/account/earnings/statement.csv", earnings::csv)
        .get("/account/affiliate", affiliate::show)
        .post("/account/affiliate", affiliate::decide)
        .get("/account/activity", activity::show)
        .get("/account/following", following::show)
        .get("/account/profile", profile::show)
        .post("/account/profile", profile::submit)
        .post("/account/language", profile::submit_language)
        .get("/account/mail", mail::show)
        .post("/account/mail", mail::choose)
        .post("/account/email", mail::change)
        .post("/account/email/again", mail::again)
        .post("/account/email/code", mail::code)
        .post("/account/email/keep", mail::keep)
        .get("/account/security", security::show)
        .post("/account/password", security::change_password)
        .post("/account/sessions/{id}/end", security::end_session)
        .post("/account/sessions/end-others", security::end_others)
        .get("/account/privacy", privacy::show)
        .get("/account/export", privacy::export)
        .post("/account/reading/forget", privacy::forget)
        .post("/account/delete", privacy::delete)
}
