//! Redeem codes, and the orders of a shop on Taobao: what was paid for elsewhere opens something here, once.
//!
//! A *batch* is codes that were made together and open the same: a *pack* of articles, also those of a bundle, and a term of a tier. The code itself
//! is shown once, when it is made; what is kept is its hash. Orders come from the file that the seller exports; their
//! *items* say which line of it opens which pack, and the buyer proves an order with the end of their telephone number.
//!
//! To redeem is to be given entitlements whose causes begin with `code:17` or `taobao:5`. Nothing here knows of money: no
//! order of ours and no entry in the ledger comes of it, since the money was taken in the shop.

pub mod letters;
pub mod model;
pub mod secret;
pub mod service;
mod shop;
mod store;
