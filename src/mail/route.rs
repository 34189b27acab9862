//! Where letters go: to a mail server, or, where none is set up, into a folder.

use super::account::{Account, Server};
use super::reasons;
use super::smtp::{self, Refusal};
use crate::foundation::error::Result;
use crate::foundation::time::Timestamp;
use crate::server::away::away;
use crate::server::context::Context;
use lettre::Message;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How long giving one letter to a server may take, in milliseconds. Shorter than a letter is held for.
pub struct Patience(AtomicU64);

impl Default for Patience {
    fn default() -> Patience {
        Patience(AtomicU64::new(180_000))
    }
}

impl Patience {
    /// For tests, which wait for nobody.
    pub fn set(&self, milliseconds: u64) {
        self.0.store(milliseconds, Ordering::Relaxed);
    }
}

pub enum Route {
    Folder(PathBuf),
    Server { server: Server, hello: String, patience: Duration },
}

impl Route {
    pub fn of(ctx: &Context, account: &Account) -> Route {
        match &account.server {
            None => Route::Folder(ctx.config().data_dir.join("outbox")),
            Some(server) => {
                let domain = account.sender.address.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
                let patience = Duration::from_millis(ctx.keep::<Patience>().0.load(Ordering::Relaxed));
                Route::Server { server: server.clone(), hello: domain.to_owned(), patience }
            }
        }
    }

    pub const fn name(&self) -> &'static str {
        match self {
            Route::Folder(_) => "file",
            Route::Server { .. } => "smtp",
        }
    }

    /// What was said when the letter was taken, or why it was not. `name` is the letter's own, so that the same letter is
    /// one file however often it is written.
    pub async fn send(&self, name: &str, message: Message) -> Result<std::result::Result<String, Refusal>> {
        match self {
            Route::Folder(folder) => {
                let (folder, file) = (folder.clone(), format!("{name}.eml"));
                let written = away(move || write(&folder, &file, &message.formatted()).map(|()| file)).await?;
                Ok(written.map_err(|error| Refusal::Away(format!("the outbox cannot be written: {error}"))))
            }
            Route::Server { server, hello, patience } => {
                let sending = smtp::send(server, hello, &message);
                let late = || Err(Refusal::Away(reasons::SILENT.to_owned()));
                Ok(tokio::time::timeout(*patience, sending).await.unwrap_or_else(|_| late()))
            }
        }
    }
}

/// Whole or not at all, and for the program's user alone: a letter may hold what opens an account.
fn write(folder: &Path, file: &str, bytes: &[u8]) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let draft = folder.join(format!(".{file}"));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut new = options.open(&draft)?;
    new.write_all(bytes)?;
    new.sync_all()?;
    std::fs::rename(&draft, folder.join(file))
}

/// A letter's file: by time, then by what it is.
pub fn file_name(created_at: i64, kind: &str, message_id: &str) -> String {
    let time: String = crate::foundation::format::machine(Timestamp(created_at)).chars().filter(char::is_ascii_alphanumeric).collect();
    format!("{time}-{kind}-{}", message_id.get(..8).unwrap_or(message_id))
}
