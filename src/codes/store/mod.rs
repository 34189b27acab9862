//! Tables `packs`, `pack_items`, `code_batches`, `codes`, `taobao_*`; reads `tiers`, `posts`, `bundles` and `members` for names.

pub mod codes;
pub mod imports;
pub mod orders;
pub mod packs;

use crate::server::db::places;
