//! An article's Markdown as the database keeps it.

use super::model::Heading;
use super::store;
use crate::foundation::error::Result;
use crate::foundation::locale::Locale;
use crate::markdown::{self, Article};
use crate::server::away::away;
use crate::server::context::Context;

/// So many articles are rendered again at a time.
const BATCH: i64 = 20;

/// Source and everything made of it, in step with each other.
pub struct Rendered {
    pub source: String,
    pub article: Article,
    pub contents: String,
    pub rest_contents: String,
}

impl Rendered {
    /// Renders away from the threads that serve pages: a long article takes a while.
    pub async fn new(source: String) -> Result<Rendered> {
        away(move || Rendered::of(&source)).await
    }

    fn of(source: &str) -> Rendered {
        let article = markdown::article(source);
        let (contents, rest_contents) = (headings(&article, false), headings(&article, true));
        Rendered { source: source.to_owned(), article, contents, rest_contents }
    }

    /// The language it is written in, as its prose has it.
    pub fn lang(&self) -> Option<&'static str> {
        self.article.lang.map(Locale::tag)
    }

    pub fn has_wall(&self) -> bool {
        self.article.rest_html.is_some()
    }
}

/// Renders a batch of the articles again that an older renderer made; says how many, 0 when there are none left.
pub async fn render_again(ctx: &Context) -> Result<usize> {
    let batch = store::OUTDATED.again(ctx, BATCH, Rendered::of).await?;
    for (id, _, made) in &batch.made {
        store::renew(ctx.db(), *id, made).await?;
    }
    Ok(batch.found)
}

fn headings(article: &Article, behind_wall: bool) -> String {
    let side = article.contents.iter().filter(|heading| heading.behind_wall == behind_wall);
    let side: Vec<Heading> = side.map(|h| Heading { level: h.level, id: h.id.clone(), text: h.text.clone() }).collect();
    serde_json::to_string(&side).unwrap_or_else(|_| "[]".to_owned())
}

/// The headings as they were stored.
pub fn contents(json: &str) -> Vec<Heading> {
    serde_json::from_str(json).unwrap_or_else(|error| {
        tracing::error!(%error, "an article's contents cannot be read");
        Vec::new()
    })
}
