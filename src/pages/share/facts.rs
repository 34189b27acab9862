//! What an article says of itself to others: only what every visitor may know.

use crate::foundation::site::Site;
use crate::foundation::time::Timestamp;
use crate::membership::model::Access;
use crate::posts::model::{OpenedPost, Rest, Status};
use crate::share::service;

#[derive(Debug, Clone)]
pub struct Article {
    /// The path of its card.
    pub card: String,
    /// The language it is written in, when known.
    pub lang: Option<String>,
    /// Name and path; `None` when the account was deleted.
    pub author: Option<(String, String)>,
    pub published: Timestamp,
    pub revised: Option<Timestamp>,
    pub tags: Vec<String>,
    /// Not everybody may read all of it.
    pub walled: bool,
}

impl Article {
    /// `None` for a draft.
    pub fn of(post: &OpenedPost, site: &Site) -> Option<Article> {
        let published = post.published_at.filter(|_| post.status == Status::Published)?;
        Some(Article {
            card: service::article_path(post, site),
            lang: post.lang.clone(),
            author: (!post.author.name.is_empty()).then(|| (post.author.name.clone(), format!("/u/{}", post.author.handle))),
            published,
            revised: post.revised_at,
            tags: post.tags.iter().map(|tag| tag.name.clone()).collect(),
            walled: post.gate.access != Access::Public && !matches!(post.rest, Rest::Nothing),
        })
    }
}
