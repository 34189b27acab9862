//! Beside prices to which tax is added: that it is. How much depends on the buyer, and stands on the order.

use crate::foundation::error::Result;
use crate::payments::service::taxes;
use crate::server::http::Ask;
use crate::t;
use leptos::prelude::*;

/// What is said beside prices; nothing where they include tax, or there is none.
pub async fn note(ask: &Ask) -> Result<Option<&'static str>> {
    let text = t!(
        ask.locale,
        "价格未含税。税额按你所在的国家或地区计算，付款前会显示。",
        "Prices are plus tax. How much depends on where you live, and is shown before you pay."
    );
    Ok(taxes::is_added(&ask.ctx).await?.then_some(text))
}

/// [`note`] as a paragraph of its own.
pub fn paragraph(note: Option<&'static str>) -> Option<AnyView> {
    note.map(|text| view! { <p class="price-note">{text}</p> }.into_any())
}
