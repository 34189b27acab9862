//! What programs call: health, the public JSON API, webhooks of payment providers, and the islands' server functions.

mod health;
mod limit;
mod users;
mod webhooks;

pub use health::alive;

use crate::server::http::Routes;
use crate::server::server_fn;

pub fn routes() -> Routes {
    Routes::new()
        .get("/healthz", health::alive)
        .get("/readyz", health::ready)
        .get("/api/users", users::list)
        .get("/api/users/{id}", users::one)
        .post("/webhooks/{provider}", webhooks::receive)
        .post("/api/fn/{*name}", server_fn::answer)
}
