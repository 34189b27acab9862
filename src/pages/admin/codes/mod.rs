//! `/admin/codes`: making redeem codes and looking after them; under `/admin/codes/taobao`, the orders of a shop.

mod batch;
mod list;
mod made;
mod new;
mod opens;
mod report;
mod shop;
mod shop_orders;

use super::upload::AROUND;
use crate::server::csv::MAX_FILE;
use crate::server::http::{Ask, Routes};
use crate::t;
use crate::ui::Tabs;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use leptos::prelude::*;

pub fn routes() -> Routes {
    Routes::new()
        .get("/admin/codes", list::show)
        .get("/admin/codes/new", new::show)
        .post("/admin/codes/new", new::submit)
        .get("/admin/codes/{id}", batch::show)
        .post("/admin/codes/{id}/file", made::file)
        .post("/admin/codes/{id}/revoke", batch::revoke_rest)
        .get("/admin/codes/{id}/redeemed.csv", batch::csv)
        .post("/admin/codes/code/{id}/revoke", batch::revoke)
        .get("/admin/codes/taobao", shop::show)
        .post("/admin/codes/taobao/items", shop::add)
        .post("/admin/codes/taobao/items/{id}/remove", shop::remove)
        .post("/admin/codes/taobao/files", shop::send.layer(DefaultBodyLimit::max(MAX_FILE + AROUND)))
        .get("/admin/codes/taobao/files/{id}", report::show)
        .get("/admin/codes/taobao/files/{id}/broken.csv", report::broken)
        .get("/admin/codes/taobao/orders", shop_orders::list)
        .post("/admin/codes/taobao/orders/{id}/revoke", shop_orders::revoke)
}

/// Codes, and the shop's orders.
fn tabs(ask: &Ask) -> impl IntoView + use<> {
    let locale = ask.locale;
    let shop = ask.path().starts_with("/admin/codes/taobao");
    let tabs = vec![
        ("/admin/codes".to_owned(), t!(locale, "兑换码", "Codes").to_owned(), !shop),
        ("/admin/codes/taobao".to_owned(), t!(locale, "淘宝订单", "Taobao orders").to_owned(), shop),
    ];
    view! { <Tabs label=t!(locale, "兑换码", "Codes") tabs/> }
}
