//! `/robots.txt` and `/sitemap.xml`: what search engines should look at. Published articles, their tags and authors, bundles,
//! public spaces; nothing that anybody has to be let into.

use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::viewer::Viewer;
use crate::membership::model::Access;
use crate::posts::sitemap;
use crate::server::http::Ask;
use crate::{bundles, spaces};
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::io;

/// More are not listed.
const MOST_BUNDLES: i64 = 1000;

/// Not worth a robot's time, or nobody's but a person's. What wants a session is not among them: a robot is answered 401 there
/// and told not to list it, which it could not read if it were kept away.
const CLOSED: [&str; 6] = ["/api/", "/checkout", "/offline", "/orders/", "/qr/", "/test-provider/"];

pub async fn robots(ask: Ask) -> Response {
    let closed: String = CLOSED.iter().map(|path| format!("Disallow: {path}\n")).collect();
    let base = &ask.ctx.config().base_url;
    let text = format!("User-agent: *\n{closed}Allow: /\n\nSitemap: {base}/sitemap.xml\n");
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=3600")], text).into_response()
}

/// The index: one line for each part.
pub async fn index(ask: Ask) -> Result<Response> {
    let paths = (0..sitemap::parts(&ask.ctx).await?).map(|n| (format!("/sitemaps/{n}"), None)).collect();
    draw(&ask, "sitemapindex", "sitemap", paths)
}

/// One part; the first also has the pages that there is one of.
pub async fn part(ask: Ask, Path(n): Path<i64>) -> Result<Response> {
    let part = sitemap::part(&ask.ctx, n).await?;
    let mut paths: Vec<(String, Option<String>)> = Vec::new();
    if n == 0 {
        paths.extend(["/", "/community", "/membership"].map(|path| (path.to_owned(), None)));
        let spaces = spaces::service::listed(&ask.ctx, &Viewer::VISITOR).await?;
        paths.extend(
            spaces.into_iter().filter(|(space, open)| *open && space.access == Access::Public).map(|(space, _)| (space.path(), None)),
        );
        let bundles = bundles::service::list(&ask.ctx, bundles::service::FIRST, MOST_BUNDLES).await?;
        paths.extend(bundles.iter().filter(|bundle| bundles::service::is_sold(bundle)).map(|bundle| (bundle.path(), None)));
    }
    paths.extend(part.articles.into_iter().map(|(path, at)| (path, Some(format::machine(at)))));
    paths.extend(part.tags.into_iter().chain(part.authors).map(|path| (path, None)));
    draw(&ask, "urlset", "url", paths)
}

fn draw(ask: &Ask, list: &str, entry: &str, paths: Vec<(String, Option<String>)>) -> Result<Response> {
    let xml = write(&ask.ctx.config().base_url, list, entry, paths).map_err(|error| {
        tracing::error!(%error, "a sitemap cannot be written");
        AppError::Internal
    })?;
    Ok(([(header::CONTENT_TYPE, "application/xml; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=3600")], xml).into_response())
}

fn write(base: &str, list: &str, entry: &str, paths: Vec<(String, Option<String>)>) -> io::Result<Vec<u8>> {
    let mut xml = Writer::new(Vec::new());
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let namespace = ("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9");
    xml.create_element(list).with_attribute(namespace).write_inner_content(|xml| {
        for (path, at) in paths {
            xml.create_element(entry).write_inner_content(|xml| {
                xml.create_element("loc").write_text_content(BytesText::new(&format!("{base}{path}")))?;
                if let Some(at) = at {
                    xml.create_element("lastmod").write_text_content(BytesText::new(&at))?;
                }
                Ok(())
            })?;
        }
        Ok(())
    })?;
    Ok(xml.into_inner())
}
