//! Articles as people name them in a form: one a line, by the address or the end of it.

use super::store;
use crate::foundation::error::Result;
use crate::foundation::id::PostId;
use crate::foundation::locale::Words;
use crate::server::context::Context;
use crate::words;

/// Which articles may be named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// What is published.
    Published,
    /// Drafts as well.
    Any,
}

/// The end of an address: `https://example.org/p/slug?x#y` is `slug`.
fn slug(line: &str) -> &str {
    let address = line.trim().split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    address.rsplit('/').next().unwrap_or_default()
}

/// The paid articles that are named, each once, in the order of the lines; the words say which line is wrong.
pub async fn paid_articles(ctx: &Context, typed: &str, most: usize, named: Named) -> Result<Result<Vec<PostId>, Words>> {
    let lines: Vec<(usize, &str)> =
        (1..).zip(typed.lines()).filter(|(_, line)| !line.trim().is_empty()).map(|(n, l)| (n, slug(l))).collect();
    if lines.len() > most {
        return Ok(Err(words!("最多 {most} 篇文章。", "At most {most} articles.")));
    }
    if lines.is_empty() {
        return Ok(Ok(Vec::new()));
    }
    let slugs: Vec<&str> = lines.iter().map(|(_, slug)| *slug).filter(|slug| !slug.contains('\0')).collect();
    let known = if slugs.is_empty() { Vec::new() } else { store::by_slugs(ctx.db(), &slugs).await? };
    let mut articles = Vec::new();
    for (n, slug) in lines {
        let Some((id, _, access, _)) = known.iter().find(|(_, known, _, published)| known == slug && (*published || named == Named::Any))
        else {
            return Ok(Err(match named {
                Named::Published => words!("第 {n} 行：没有这篇已发布的文章。", "Line {n}: there is no published article at this address."),
                Named::Any => words!("第 {n} 行：没有这篇文章。", "Line {n}: there is no article at this address."),
            }));
        };
        if access != "paid" {
            return Ok(Err(words!("第 {n} 行：这篇文章不收费。", "Line {n}: this article is free.")));
        }
        if !articles.contains(&PostId(*id)) {
            articles.push(PostId(*id));
        }
    }
    Ok(Ok(articles))
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_article_is_named_by_the_end_of_its_address() {
        for typed in ["a-b", " /p/a-b ", "https://example.org/p/a-b/", "https://example.org/p/a-b?done=x#rest"] {
            assert_eq!(super::slug(typed), "a-b", "{typed}");
        }
    }
}
