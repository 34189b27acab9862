//! Password hashing: Argon2id with the parameters OWASP recommends (19 MiB, 2 passes, 1 lane), away from the threads that
//! serve pages, and never more at once than there are cores.

use super::model::MAX_PASSWORD;
use crate::foundation::error::{AppError, Result};
use crate::server::away::away;
use crate::server::context::Context;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::LazyLock;
use tokio::sync::Semaphore;

/// Hashing takes 19 MiB and a core each; a crowd at the door waits here instead of taking the machine.
static AT_ONCE: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(2, |n| n.get())));

/// Verified against when there is no such member, so that the answer takes as long. It is the hash of no password.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c3RvYS1ub2JvZHktc2FsdA$LAVENnUy7UmyRGSSGs4sNlI4IPV3DZCW7Di4PO7JR7Q";

fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(19_456, 2, 1, None).unwrap_or(Params::DEFAULT))
}

async fn hashing<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let place = AT_ONCE.acquire().await.map_err(|_| AppError::Unavailable)?;
    // The place is given back when the work is done, even when whoever asked for it has hung up meanwhile.
    let work = move || {
        let _place = place;
        work()
    };
    away(work).await
}

/// The hash to store, in PHC string format.
pub async fn hash(ctx: &Context, password: String) -> Result<String> {
    let salt = SaltString::encode_b64(&ctx.random_bytes::<16>()).map_err(|_| AppError::Internal)?;
    hashing(move || argon2().hash_password(password.as_bytes(), &salt).map(|hash| hash.to_string())).await?.map_err(|error| {
        tracing::error!(%error, "a password could not be hashed");
        AppError::Internal
    })
}

/// Whether this is the password; takes as long when there is no hash to compare with.
pub async fn verify(stored: Option<String>, password: String) -> Result<bool> {
    let exists = stored.is_some();
    // No password is longer, so no more than one character too many needs hashing.
    let password: String = password.chars().take(MAX_PASSWORD + 1).collect();
    let matches = hashing(move || {
        let stored = stored.unwrap_or_else(|| NOBODY.to_owned());
        PasswordHash::new(&stored).is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok())
    })
    .await?;
    Ok(exists && matches)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_nobody_is_one_that_is_really_compared() {
        let parsed = PasswordHash::new(NOBODY).unwrap();
        assert_eq!(Params::try_from(&parsed).unwrap().m_cost(), 19_456);
    }
}
