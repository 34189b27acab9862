//! What a member reads: where they are in which article, whom and what they *follow*, and what is new for them.
//!
//! An article is *begun* when a member who may read it opens it, and *finished* when they came to nine tenths of it, which
//! a script tells when the page is put away. Nobody but the member sees it, and they can have it forgotten. One's own
//! articles are not reading. What was read goes through memory ([`desk`]) and is written down every few seconds.
//!
//! One follows an author, a tag or a space; what is shown of it is what the member may see anyway.
//!
//! Reads `members`, `spaces` and `post_tags` for the names of what is followed.

pub mod desk;
pub mod follows;
pub mod model;
pub mod service;
mod store;
pub mod view;
