//! The codes of a new batch, shown this once, and the files that shops take.

use super::super::menu;
use crate::analytics::tables::{Cell, csv_lines};
use crate::codes::secret::grouped;
use crate::codes::service::batches;
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::pages::Page;
use crate::server::http::{Ask, Form};
use crate::ui::{Breadcrumb, Callout, Submit, TextArea, Tone};
use crate::{t, tf};
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;
use serde::Deserialize;

pub async fn draw(ask: &Ask, batch: i64, codes: &[String]) -> Result<Response> {
    let about = batches::one(&ask.ctx, &ask.viewer, batch).await?;
    let locale = ask.locale;
    let title = t!(locale, "兑换码已生成", "The codes are made");
    Ok(Page::new(title).private().shown_once(true).draw(ask, || {
        let above = vec![
            ("/admin/codes".to_owned(), t!(locale, "兑换码", "Codes").to_owned()),
            (format!("/admin/codes/{batch}"), about.name.clone()),
        ];
        let n = format::number(about.size);
        let text = codes.iter().map(|code| grouped(code)).collect::<Vec<_>>().join("\n");
        view! {
            {menu(ask)}
            <section class="admin-codes">
                <Breadcrumb locale above/>
                <h1>{title}</h1>
                <Callout tone=Tone::Warn title=t!(locale, "请马上保存", "Save them now")>
                    <p>{t!(
                        locale,
                        "离开这一页之后，谁也无法再看到这些兑换码。如果没有保存，只能作废这一批，重新生成。",
                        "Once you leave this page nobody can see these codes again. If they are lost, revoke them and make new ones."
                    )}</p>
                </Callout>
                <form class="form" method="post" action=format!("/admin/codes/{batch}/file")>
                    <TextArea label=tf!(locale, "{n} 个兑换码", "{n} codes") name="codes" rows=12 value=text readonly=true/>
                    <div class="actions">
                        <Submit label=t!(locale, "下载文本（每行一个）", "Download text, one a line") name="format" value="text"/>
                        <Submit label=t!(locale, "下载 CSV（卡号，卡密）", "Download CSV: code, link") quiet=true name="format" value="csv"/>
                    </div>
                </form>
                <p class="field-hint">{t!(
                    locale,
                    "店铺的自动发货工具一般按行导入文本，或导入“卡号,卡密”两列的 CSV：卡号是兑换码，卡密是兑换链接，买家点开即可兑换。",
                    "Auto-delivery tools of shops take a text with one code a line, or a CSV with the columns “卡号” and “卡密”: the code, and a link that redeems it."
                )}</p>
            </section>
        }
    }))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct FileForm {
    codes: String,
    /// `text` or `csv`.
    format: String,
}

/// Writes the codes that the page shows into a file. They come from that page: nothing here knows them any more.
pub async fn file(ask: Ask, Path(id): Path<String>, Form(form): Form<FileForm>) -> Result<Response> {
    ask.viewer.require_admin()?;
    let batch: i64 = id.parse().map_err(|_| AppError::NotFound)?;
    let codes = batches::check_shown(&ask.ctx, &ask.viewer, batch, &form.codes).await?;
    let codes = codes.iter().map(|code| grouped(code));
    let (ending, kind, bytes) = match form.format.as_str() {
        "csv" => {
            let base = &ask.ctx.config().base_url;
            let heading = vec![Cell::Text("卡号".to_owned()), Cell::Text("卡密".to_owned())];
            let rows = codes.map(|code| vec![Cell::Text(code.clone()), Cell::Text(format!("{base}/redeem/{code}"))]);
            let lines: Vec<Vec<Cell>> = [heading].into_iter().chain(rows).collect();
            // Excel takes a file without this mark for the encoding of its own country.
            ("csv", "text/csv; charset=utf-8", ["\u{feff}".as_bytes(), &csv_lines(&lines)].concat())
        }
        // Nothing but plain letters and digits: the mark would only become part of the first code.
        _ => ("txt", "text/plain; charset=utf-8", codes.map(|code| code + "\r\n").collect::<String>().into_bytes()),
    };
    let disposition = format!("attachment; filename=\"stoa-codes-{batch}.{ending}\"");
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response())
}
