//! What members, moderators and visitors do in conversations.

mod lively;
mod own;
mod place;
mod renew;
mod replies;
mod topics;
mod undo;
mod votes;

pub use lively::{count, liveliest};
pub use own::replies_of;
pub use place::{Place, place};
pub use renew::render_again;
pub use replies::{conversation, delete_reply, edit_reply, hide_reply, preview_reply, reply, reply_to_edit};
pub use topics::{delete_topic, edit_topic, hide_topic, preview_topic, start_topic, topic, topic_to_edit, topics_in};
pub use undo::{empty_bin, restore};
pub use votes::vote;

use crate::foundation::error::Result;
use crate::markdown::{self, Passage};
use crate::server::away::away;

/// The Markdown of a reply or a topic as HTML.
async fn rendered(source: &str) -> Result<Passage> {
    let source = source.to_owned();
    away(move || markdown::passage(&source)).await
}
