//! What comes in and goes out whole: articles from a folder of Markdown, members from elsewhere, and everything
//! that is kept about a member.

pub mod bringing;
pub mod export;
mod files;
mod front_matter;
pub mod markdown;
mod plan;
mod store;
