//! Tables `bundles`, `bundle_items`, `code_batches`, `codes`, `taobao_*`; reads `tiers`, `posts` and `members` for names.

pub mod bundles;
pub mod codes;
pub mod imports;
pub mod orders;

use crate::server::db::places;
