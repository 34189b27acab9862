//! An article's Markdown as the database keeps it.

use super::model::Heading;
use crate::foundation::error::Result;
use crate::markdown::{self, Article};
use crate::server::away::away;

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
        away(move || {
            let article = markdown::article(&source);
            let (contents, rest_contents) = (headings(&article, false), headings(&article, true));
            Rendered { source, article, contents, rest_contents }
        })
        .await
    }

    pub fn has_wall(&self) -> bool {
        self.article.rest_html.is_some()
    }
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
