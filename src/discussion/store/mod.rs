//! Tables `topics`, `replies`, `votes`.

pub mod replies;
pub mod topics;
pub mod votes;
