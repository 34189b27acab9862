//! Buying for a team, and joining one: `/team` chooses, `/team/…` is where those who were given the link take a seat. What
//! the payer does is in the member area.

pub mod choose;
pub mod invited;
