//! Slows a guesser down: each wrong try at an e-mail, or from an address, makes the next one wait longer. Both are
//! stored hashed; a right password forgets the e-mail's failures.

use super::store;
use crate::foundation::error::{AppError, Result};
use crate::foundation::time::{MINUTE, SECOND};
use crate::server::context::Context;
use base64::Engine;
use sha2::{Digest, Sha256};

/// What tries are counted by.
pub struct Subject {
    key: String,
    /// So many tries are free.
    free: i64,
    /// The longest wait, in milliseconds. Short for an e-mail, since its owner waits too.
    longest: i64,
}

impl Subject {
    pub fn email(email: &str) -> Subject {
        Subject { key: hashed("email", email), free: 5, longest: MINUTE }
    }

    pub fn address(address: &str) -> Subject {
        Subject { key: hashed("address", address), free: 30, longest: 15 * MINUTE }
    }

    /// One second after the last free try, then twice as long each time.
    fn wait(&self, failures: i64) -> i64 {
        let over = failures - self.free;
        if over < 0 { 0 } else { (SECOND << over.min(20)).min(self.longest) }
    }
}

fn hashed(kind: &str, text: &str) -> String {
    base64::engine::general_purpose::STANDARD_NO_PAD.encode(Sha256::digest(format!("{kind}:{text}")))
}

/// Counts a try for each subject, or refuses it if one of them has to wait.
pub async fn admit(ctx: &Context, subjects: &[Subject]) -> Result<()> {
    let now = ctx.now();
    for subject in subjects {
        let wait = store::blocked_until(ctx.db(), &subject.key).await?.map_or(0, |until| until.since(now));
        if wait > 0 {
            return Err(AppError::TooManyRequests { retry_after_seconds: (wait + SECOND - 1) / SECOND });
        }
    }
    let mut tx = ctx.db().begin().await?;
    for subject in subjects {
        let failures = store::count_attempt(&mut tx, &subject.key, now).await?;
        let wait = subject.wait(failures);
        if wait > 0 {
            store::block(&mut tx, &subject.key, now.plus(wait)).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// The try was right: what was counted for this subject is forgotten.
pub async fn forgive(ctx: &Context, subject: &Subject) -> Result<()> {
    Ok(store::forget_attempts(ctx.db(), &subject.key).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_and_has_an_end() {
        let email = Subject::email("a@example.org");
        let waits: Vec<i64> = (1..14).map(|failures| email.wait(failures) / SECOND).collect();
        assert_eq!(waits, [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(Subject::address("::1").wait(i64::MAX), 15 * MINUTE);
    }
}
