//! Tables `bundles`, `bundle_items`, `code_batches`, `codes`, `taobao_*`; reads `tiers`, `posts` and `members` for names.

pub mod bundles;
pub mod codes;
pub mod imports;
pub mod orders;

use crate::server::db::{Args, Value};

/// `$3, $4, $5`: places for so many arguments after those there are.
fn places(args: &mut Args, values: impl IntoIterator<Item = impl Into<Value>>) -> String {
    let first = args.len() + 1;
    args.extend(values.into_iter().map(Into::into));
    (first..=args.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}
