//! Labels: marks that those who run the site put on members. Members see them in what they take away, and nowhere else.

use super::labels_store as store;
pub use super::labels_store::LabelRow;
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::MemberId;
use crate::foundation::locale::Words;
use crate::foundation::text;
use crate::foundation::viewer::Viewer;
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::words;
use std::collections::{BTreeMap, HashMap};

/// No label is longer, in characters.
pub const MAX_LABEL: usize = 50;
/// One member has no more.
pub const MOST: usize = 50;

/// A label as it is shown, and as it is compared.
pub fn parse(text: &str) -> Result<(String, String), Words> {
    let name = text::required_line(text, MAX_LABEL)?;
    if name.contains([',', '，']) {
        return Err(words!("标签里不能有逗号。", "A label has no comma in it."));
    }
    let folded = name.to_lowercase();
    Ok((name, folded))
}

/// Labels typed with commas between; those that are none are left out, and so is what is more than [`MOST`].
pub fn several(text: &str) -> Vec<String> {
    let mut named: BTreeMap<String, String> = BTreeMap::new();
    for (name, folded) in text.split([',', '，']).filter_map(|one| parse(one).ok()) {
        if named.len() < MOST {
            named.entry(folded).or_insert(name);
        }
    }
    named.into_values().collect()
}

/// Every label, by name, with how many members have it.
pub async fn all(ctx: &Context, viewer: &Viewer) -> Result<Vec<LabelRow>> {
    viewer.require_admin()?;
    Ok(store::all(ctx.db()).await?)
}

/// The labels of these members.
pub async fn of(ctx: &Context, viewer: &Viewer, members: &[MemberId]) -> Result<HashMap<MemberId, Vec<String>>> {
    viewer.require_admin()?;
    let mut labels: HashMap<MemberId, Vec<String>> = HashMap::new();
    for (member, name) in store::of(ctx.db(), members).await? {
        labels.entry(MemberId(member)).or_default().push(name);
    }
    Ok(labels)
}

/// Gives members their labels; making those that are new. What a member has already stays.
pub async fn put(tx: &mut Tx, wanted: &[(MemberId, Vec<String>)]) -> Result<()> {
    let mut named: BTreeMap<String, &str> = BTreeMap::new();
    for name in wanted.iter().flat_map(|(_, names)| names) {
        named.entry(name.to_lowercase()).or_insert(name);
    }
    if named.is_empty() {
        return Ok(());
    }
    let ids = store::ids(tx, &named).await?;
    let of = |(member, names): &(MemberId, Vec<String>)| {
        let found = names.iter().filter_map(|name| ids.get(&name.to_lowercase()).copied());
        found.map(|label| (*member, label)).collect::<Vec<_>>()
    };
    let pairs: Vec<(MemberId, i64)> = wanted.iter().flat_map(of).collect();
    Ok(store::put(tx, &pairs).await?)
}

/// Takes a label from members who have it.
pub async fn take(tx: &mut Tx, members: &[MemberId], name: &str) -> Result<()> {
    store::take(tx, members, &name.to_lowercase()).await?;
    Ok(store::tidy(tx).await?)
}

/// Sets the labels of one member, as typed with commas between, and what is noted about them.
pub async fn set(ctx: &Context, viewer: &Viewer, member: MemberId, typed: &str, note: &str) -> Result<()> {
    viewer.require_admin()?;
    let named = typed.split([',', '，']).filter(|one| !text::line(one).is_empty());
    let mut names = Vec::new();
    for one in named {
        names.push(parse(one).map_err(|words| AppError::field("labels", words))?.0);
    }
    if names.len() > MOST {
        return Err(AppError::field("labels", words!("最多 {MOST} 个标签。", "At most {MOST} labels.")));
    }
    super::service::profile(ctx, member).await?;
    let note: String = text::body(note, 8 * 1024).map_err(|words| AppError::field("note", words))?;
    let mut tx = ctx.db().begin().await?;
    store::set_note(&mut tx, member, note.trim()).await?;
    store::forget(&mut tx, member).await?;
    put(&mut tx, &[(member, names)]).await?;
    store::tidy(&mut tx).await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_parted_by_commas_and_each_is_there_once() {
        assert_eq!(several(" VIP, vip ，=cmd()|'x',\u{202e}, 老读者"), ["=cmd()|'x'", "VIP", "老读者"]);
        assert!(several(&"x".repeat(51)).is_empty());
        assert_eq!(several(&(0..80).map(|n| format!("l{n}")).collect::<Vec<_>>().join(",")).len(), MOST);
    }
}
