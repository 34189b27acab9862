//! A router that knows its own routes, so that a test can visit every one of them.

use crate::server::context::Context;
use axum::Router;
use axum::handler::Handler;
use axum::routing;

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

    pub fn into_router(self) -> Router<Context> {
        self.router
    }
}
