//! Slows a guesser down: each wrong try at an account, or from an address, makes the next one wait longer. What tries are
//! counted by is stored hashed; an hour without one forgets them.
//!
//! An account is counted twice: strictly for one address, and loosely for all together. So a guesser far away cannot
//! keep the owner waiting, and many addresses together cannot guess on without end.

use super::store;
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::MemberId;
use crate::foundation::time::{HOUR, MINUTE, SECOND, Timestamp};
use crate::server::context::Context;
use base64::Engine;
use sha2::{Digest, Sha256};
use std::net::{IpAddr, Ipv6Addr};

/// What tries are counted by.
pub struct Subject {
    key: String,
    /// So many tries are free.
    free: i64,
    /// The longest wait, in milliseconds. Short for an account, since its owner waits too.
    longest: i64,
}

/// A household or a server has a whole /64 of IPv6: it counts as one address.
fn network(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(v6)) if v6.to_ipv4_mapped().is_none() => Ipv6Addr::from(u128::from(v6) >> 64 << 64).to_string(),
        _ => address.to_owned(),
    }
}

impl Subject {
    /// An account, whoever tries.
    pub fn account(account: &str) -> Subject {
        Subject { key: hashed("account", account), free: 50, longest: MINUTE }
    }

    /// An account, tried from one address.
    pub fn account_from(account: &str, address: &str) -> Subject {
        Subject { key: hashed("account from", &format!("{} {account}", network(address))), free: 5, longest: MINUTE }
    }

    /// The viewer's own password, asked again.
    pub fn own_password(member: MemberId) -> Subject {
        Subject { key: hashed("member", &member.to_string()), free: 5, longest: MINUTE }
    }

    pub fn address(address: &str) -> Subject {
        Subject { key: hashed("address", &network(address)), free: 30, longest: 15 * MINUTE }
    }

    /// Codes tried from one address.
    pub fn code(address: &str) -> Subject {
        Subject { key: hashed("code", &network(address)), free: 10, longest: 15 * MINUTE }
    }

    /// New accounts from one address: a class that joins together is fine, a script is not.
    pub fn joining(address: &str) -> Subject {
        Subject { key: hashed("joining", &network(address)), free: 60, longest: 15 * MINUTE }
    }

    /// Letters that a member asks for, to an address of theirs or of somebody else.
    pub fn letters(member: MemberId) -> Subject {
        Subject { key: hashed("letters", &member.to_string()), free: 5, longest: 15 * MINUTE }
    }

    /// Letters that anybody asks for to one address, so that nobody's mailbox is filled by others.
    pub fn letters_to(address: &str) -> Subject {
        Subject { key: hashed("letters to", address), free: 5, longest: HOUR }
    }

    /// New passwords asked for from one address.
    pub fn forgetting(address: &str) -> Subject {
        Subject { key: hashed("forgetting", &network(address)), free: 10, longest: 15 * MINUTE }
    }

    /// New passwords asked for one account, so that nobody's mailbox is filled by others.
    pub fn forgotten(account: &str) -> Subject {
        Subject { key: hashed("forgotten", account), free: 3, longest: 15 * MINUTE }
    }

    /// Codes entered from one address: a class that redeems together is fine, since what is right is not counted.
    pub fn redeeming(address: &str) -> Subject {
        Subject { key: hashed("redeeming", &network(address)), free: 30, longest: 15 * MINUTE }
    }

    /// Codes entered by one member, or in one visitor's session.
    pub fn redeeming_by(who: &str) -> Subject {
        Subject { key: hashed("redeeming by", who), free: 10, longest: 15 * MINUTE }
    }

    /// Tries at the telephone of one order, wherever from: there are but ten thousand ends of a number.
    pub fn redeeming_order(number: &str) -> Subject {
        Subject { key: hashed("redeeming order", number), free: 20, longest: 5 * MINUTE }
    }

    /// Withdrawing from a contract without signing in: whoever guesses numbers there keeps nobody from signing in.
    pub fn withdrawing(address: &str) -> Subject {
        Subject { key: hashed("withdrawing", &network(address)), free: 30, longest: 15 * MINUTE }
    }

    /// Withdrawals tried for one member, wherever from: orders have few numbers.
    pub fn withdrawing_for(account: &str) -> Subject {
        Subject { key: hashed("withdrawing for", account), free: 5, longest: HOUR }
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

fn check_wait(blocked_until: Timestamp, now: Timestamp) -> Result<()> {
    let wait = blocked_until.since(now);
    if wait <= 0 { Ok(()) } else { Err(AppError::TooManyRequests { retry_after_seconds: (wait + SECOND - 1) / SECOND }) }
}

/// Refuses who has to wait; counts nothing.
pub async fn check(ctx: &Context, subject: &Subject) -> Result<()> {
    check_wait(store::blocked_until(ctx.db(), &subject.key).await?.unwrap_or_default(), ctx.now())
}

/// Counts a try for each subject, or refuses it if one of them has to wait. Always in the same order of kinds, so that
/// two tries cannot wait for each other.
pub async fn admit(ctx: &Context, subjects: &[Subject]) -> Result<()> {
    let now = ctx.now();
    // Who has to wait is sent away without a write.
    for subject in subjects {
        check_wait(store::blocked_until(ctx.db(), &subject.key).await?.unwrap_or_default(), now)?;
    }
    let mut tx = ctx.db().begin().await?;
    for subject in subjects {
        // Counting locks the row, so that of many tries at once each sees what the one before it left.
        let (failures, blocked_until) = store::count_attempt(&mut tx, &subject.key, now, now.plus(-HOUR)).await?;
        check_wait(blocked_until, now)?;
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

/// The try was right: it alone is not counted. For an address, which many people may share and where a guesser could
/// otherwise sign in with an account of their own to begin anew.
pub async fn uncount(ctx: &Context, subject: &Subject) -> Result<()> {
    Ok(store::uncount_attempt(ctx.db(), &subject.key).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_and_has_an_end() {
        let email = Subject::account_from("a@example.org", "192.0.2.1");
        let waits: Vec<i64> = (1..14).map(|failures| email.wait(failures) / SECOND).collect();
        assert_eq!(waits, [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(Subject::address("::1").wait(i64::MAX), 15 * MINUTE);
    }

    #[test]
    fn a_whole_network_of_ipv6_is_one_address() {
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2::1"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("192.0.2.1"), "192.0.2.1");
        assert_ne!(network("::ffff:192.0.2.1"), network("::ffff:192.0.2.2"));
    }
}
