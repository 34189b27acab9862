//! Which of the shop's items opens what.

use super::typed::TypedOpens;
use crate::codes::model::Named;
use crate::codes::shop::row::{Field, Rule};
use crate::codes::store::{orders as store, packs};
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::text;
use crate::foundation::viewer::Viewer;
use crate::server::context::Context;
use crate::server::csv::clean;
use crate::words;

/// As typed.
#[derive(Debug, Clone, Default)]
pub struct NewItem {
    /// `title`, `code` or `sku`.
    pub field: String,
    /// `contains` or `equals`.
    pub how: String,
    pub text: String,
    pub opens: TypedOpens,
}

/// An item as it is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub id: i64,
    pub field: Field,
    pub equals: bool,
    pub text: String,
    pub opens: Vec<Named>,
}

/// For files that come from now on. Errors stand under the names of [`NewItem`] and [`TypedOpens`].
pub async fn add(ctx: &Context, viewer: &Viewer, new: &NewItem) -> Result<()> {
    let by = viewer.require_admin()?.id;
    let mut errors = FieldErrors::new();
    let field = Field::parse(&new.field).ok_or_else(|| words!("请选择匹配哪一列。", "Please choose a column."));
    let field = errors.keep("field", field);
    let how = ["contains", "equals"].into_iter().find(|how| *how == new.how);
    let how = errors.keep("how", how.ok_or_else(|| words!("请选择“包含”或“等于”。", "Please choose one of the two.")));
    let wanted = errors.keep("text", text::required_line(&clean(&new.text), 200)).map(|text| text.to_lowercase());
    let items = new.opens.read(ctx, &mut errors).await?;
    let (Some(field), Some(how), Some(wanted), Some(items)) = (field, how, wanted, items) else { return Err(errors.into_error()) };
    let now = ctx.now();
    let mut tx = ctx.db().begin().await?;
    let pack = packs::insert(&mut tx, &items, now).await?;
    if !store::insert_item(&mut tx, [field.as_str(), how, &wanted], pack, (by, now)).await? {
        return Err(AppError::field("text", words!("已经有同样的设置。", "There is such an item already.")));
    }
    Ok(tx.commit().await?)
}

/// What was opened by it stays open.
pub async fn remove(ctx: &Context, viewer: &Viewer, id: i64) -> Result<()> {
    viewer.require_admin()?;
    let mut tx = ctx.db().begin().await?;
    if !store::delete_item(&mut tx, id).await? {
        return Err(AppError::NotFound);
    }
    Ok(tx.commit().await?)
}

/// In the order in which they are tried.
pub async fn list(ctx: &Context, viewer: &Viewer) -> Result<Vec<Item>> {
    viewer.require_admin()?;
    let rows = store::items(ctx.db()).await?;
    let mut named = packs::named(ctx.db(), &rows.iter().map(|row| row.pack_id).collect::<Vec<_>>()).await?;
    let item = |row: store::ItemRow| {
        let opens = named.remove(&row.pack_id).unwrap_or_default();
        Some(Item { id: row.id, field: Field::parse(&row.field)?, equals: row.how == "equals", text: row.wanted, opens })
    };
    Ok(rows.into_iter().filter_map(item).collect())
}

/// Whether orders of a shop can be redeemed here at all.
pub async fn any(ctx: &Context) -> Result<bool> {
    Ok(store::has_items(ctx.db()).await?)
}

pub(super) async fn rules(ctx: &Context) -> Result<Vec<Rule>> {
    let rows = store::items(ctx.db()).await?;
    let rule = |row: store::ItemRow| {
        Some(Rule { field: Field::parse(&row.field)?, equals: row.how == "equals", wanted: row.wanted, pack: row.pack_id })
    };
    Ok(rows.into_iter().filter_map(rule).collect())
}
