//! What the program on the server stands on: database, configuration, the request, the page's way out. Server only.

pub mod again;
pub mod assets;
pub mod away;
pub mod clock;
pub mod config;
pub mod context;
pub mod csv;
pub mod db;
pub mod http;
pub mod random;
pub mod rush;
pub mod seal;
pub mod server_fn;
