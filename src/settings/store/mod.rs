//! Tables `site`, `setup_token`, `redirects`; `look_drafts`, `look_files`; `pages`.

pub mod look;
pub mod simple;
pub mod site;
