//! The design system: pieces of a page with no domain words. Props in, HTML out; the looks are in `style/ui/`.

mod chart;
mod form;
mod pieces;
mod prose;

pub use chart::{BarChart, Bars};
pub use form::{Check, Errors, Field, Select, Submit, TextArea};
pub use pieces::{Avatar, Badge, Banner, EmptyState, NextPage, Nothing, StarsShown, StatTile, Tone};
pub use prose::Prose;
