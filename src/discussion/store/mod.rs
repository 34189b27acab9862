//! Tables `topics`, `replies`, `votes`, `bin`.

pub mod bin;
pub mod replies;
pub mod topics;
pub mod votes;
