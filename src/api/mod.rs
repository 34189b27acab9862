//! What programs call: health, the public JSON API, webhooks of payment providers, and the islands' server functions.

mod health;
mod webhooks;

use crate::server::http::Routes;
use crate::server::server_fn;

pub fn routes() -> Routes {
    Routes::new()
        .get("/healthz", health::alive)
        .get("/readyz", health::ready)
        .post("/webhooks/test", webhooks::test)
        .post("/api/fn/{*name}", server_fn::answer)
}
