//! Topics and replies. A *topic* is a titled conversation in a space; a *reply* stands under a topic or under an article,
//! by one and the same code: a [`Target`] says which, and a gate says who may take part.
//!
//! Rules: everything in a conversation is behind the gate of its space or article. Markdown is rendered once, on save.
//! Replies that follow on each other form a *thread*, at most [`MAX_DEPTH`] deep; a page shows whole threads. What an
//! author deletes is gone, and a placeholder stays where others answered; what a moderator hides can be shown again.
//!
//! [`Target`]: crate::foundation::target::Target
//! [`MAX_DEPTH`]: model::MAX_DEPTH

mod arrange;
pub mod model;
mod render;
pub mod service;
mod store;
pub mod view;
