//! `/write`: the writer's own articles, and the editor.

mod desk;
mod editor;
mod list;
pub mod shares;

pub use editor::{begin, edit, submit, submit_new};
pub use list::list;
