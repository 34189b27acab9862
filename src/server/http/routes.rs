//! A router that knows its own routes, so that a test can visit every one of them, and a page say where it can be looked at.

use crate::server::context::Context;
use axum::Router;
use axum::handler::Handler;
use axum::routing;
use std::sync::Arc;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    pub method: &'static str,
    /// As axum writes it: `/p/{slug}`.
    pub path: &'static str,
}

#[derive(Default)]
pub struct Routes {
    router: Router<Context>,
    list: Vec<Route>,
}

impl Routes {
    pub fn new() -> Routes {
        Routes::default()
    }

    pub fn get<H: Handler<T, Context>, T: 'static>(self, path: &'static str, handler: H) -> Routes {
        self.add("GET", path, routing::get(handler))
    }

    pub fn post<H: Handler<T, Context>, T: 'static>(self, path: &'static str, handler: H) -> Routes {
        self.add("POST", path, routing::post(handler))
    }

    fn add(mut self, method: &'static str, path: &'static str, route: routing::MethodRouter<Context>) -> Routes {
        self.list.push(Route { method, path });
        Routes { router: self.router.route(path, route), list: self.list }
    }

    pub fn merge(mut self, other: Routes) -> Routes {
        self.list.extend(other.list);
        Routes { router: self.router.merge(other.router), list: self.list }
    }

    pub fn list(&self) -> &[Route] {
        &self.list
    }

    pub fn addresses(&self) -> Addresses {
        Addresses(self.list.as_slice().into())
    }

    pub fn into_router(self) -> Router<Context> {
        self.router
    }
}

/// Which addresses can be looked at, and which only take forms.
#[derive(Debug, Clone)]
pub struct Addresses(Arc<[Route]>);

impl Addresses {
    /// Whether there is something to look at. As in the router, a name goes before a parameter: `/redeem/order` takes forms
    /// alone, and is not the code `order` of `/redeem/{code}`.
    pub fn can_be_seen(&self, path: &str) -> bool {
        let leading = self.0.iter().map(|route| route.path).filter(|route| leads(route, path));
        let nearest = leading.min_by(|one, other| parameters(one).cmp(parameters(other)));
        nearest.is_some_and(|nearest| self.0.iter().any(|route| route.method == "GET" && route.path == nearest))
    }

    /// What can be looked at nearest above an address: `/orders/x` of `/orders/x/pay`.
    pub fn above<'a>(&self, path: &'a str) -> &'a str {
        let mut at = path;
        while let Some((above, _)) = at.rsplit_once('/').filter(|(above, _)| !above.is_empty()) {
            if self.can_be_seen(above) {
                return above;
            }
            at = above;
        }
        "/"
    }
}

fn leads(route: &str, path: &str) -> bool {
    let mut given = path.split('/');
    for part in route.split('/') {
        match given.next() {
            Some(_) if part.starts_with("{*") => return true,
            Some(given) if given == part || (part.starts_with('{') && !given.is_empty()) => {}
            _ => return false,
        }
    }
    given.next().is_none()
}

/// Of each part of a route, whether it is a parameter.
fn parameters(route: &str) -> impl Iterator<Item = bool> {
    route.split('/').map(|part| part.starts_with('{'))
}

#[cfg(test)]
mod tests {
    use super::Routes;

    #[test]
    fn what_takes_forms_alone_is_seen_nearest_above() {
        async fn handler() {}
        let addresses = Routes::new()
            .get("/", handler)
            .get("/redeem", handler)
            .post("/redeem", handler)
            .post("/redeem/order", handler)
            .get("/redeem/{code}", handler)
            .get("/orders/{reference}", handler)
            .post("/orders/{reference}/gift/link", handler)
            .get("/orders/{reference}/gift", handler)
            .post("/orders/{reference}/pay", handler)
            .post("/api/fn/{*name}", handler)
            .post("/votes", handler)
            .addresses();
        for seen in ["/", "/redeem", "/redeem/abc", "/orders/x", "/orders/x/gift"] {
            assert!(addresses.can_be_seen(seen), "{seen}");
        }
        for (not_seen, above) in [
            ("/redeem/order", "/redeem"),
            ("/orders/x/pay", "/orders/x"),
            ("/orders/x/gift/link", "/orders/x/gift"),
            ("/orders/", "/"),
            ("/api/fn/a/b", "/"),
            ("/votes", "/"),
            ("/nowhere", "/"),
            ("", "/"),
        ] {
            assert!(!addresses.can_be_seen(not_seen), "{not_seen}");
            assert_eq!(addresses.above(not_seen), above, "{not_seen}");
        }
    }
}
