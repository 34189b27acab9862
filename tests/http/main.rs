//! Stoa through HTTP, as people and programs use it, on both databases. `support` has the tools; one file a feature.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod support;

mod account;
mod added_tax;
mod affiliates;
mod analytics;
mod api;
mod bringing;
mod bundles;
mod circulars;
mod clicked_twice;
mod codes;
mod codes_histories;
mod creators;
mod daily_limits;
mod demo;
mod discussion;
mod gift_links;
mod gifts;
mod given_back;
mod hostile;
mod hostile_forms;
mod hostile_races;
mod import;
mod joining;
mod look;
mod mail;
mod mail_members;
mod mail_money;
mod memberships;
mod money_desk;
mod not_wanted;
mod offers;
mod own_price;
mod payments;
#[path = "../support/postgres.rs"]
mod postgres;
mod posts;
mod reactions;
mod reading;
mod receipts;
mod repricing;
mod schema;
mod secrets;
mod segments;
mod share;
mod sink;
mod sponsors;
mod standing_still;
mod taking_back;
mod taobao;
mod teams;
mod tips;
mod typography;
mod wall;
mod within_wechat;
