//! Browsers that a member signed in with before: a new one is told to them. Kept as a keyed hash of what the browser calls
//! itself, without its versions, and of roughly where it is, so that an update, or another room, is nothing new.

use super::{correspondence, device, email_store, letters};
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::foundation::id::MemberId;
use crate::foundation::locale::Locale;
use crate::server::context::Context;
use crate::server::seal;
use crate::settings::service::require_site;
use std::net::{IpAddr, Ipv6Addr};

/// The part of an address that a provider's customers share.
fn area(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V4(v4)) => format!("{}.{}", v4.octets()[0], v4.octets()[1]),
        Ok(IpAddr::V6(v6)) => match v6.to_ipv4_mapped() {
            Some(v4) => area(&v4.to_string()),
            None => Ipv6Addr::from(u128::from(v6) >> 80 << 80).to_string(),
        },
        Err(_) => String::new(),
    }
}

/// Notes the browser somebody signs in with, and the language they see the site in. `tell`: a new one is told to the
/// member, unless it is the first of all.
pub async fn note(ctx: &Context, member: MemberId, user_agent: &str, address: &str, seen_in: Locale, tell: bool) -> Result<()> {
    let site = require_site(ctx).await?;
    let browser: String = user_agent.chars().filter(|c| !c.is_ascii_digit() && *c != '.').take(300).collect();
    let mark = seal::sign(ctx, "device", &format!("{member} {} {browser}", area(address)))?;
    let now = ctx.now();
    let mut tx = ctx.db().begin().await?;
    email_store::set_seen_in(&mut tx, member, seen_in).await?;
    let known = email_store::devices(&mut tx, member).await?;
    if email_store::note_device(&mut tx, member, &mark, now).await? && known > 0 && tell {
        correspondence::write_to(ctx, &mut tx, &site, member, |locale| {
            let at = format::date_time(now, &site.time_zone, locale);
            letters::new_device(&format!("{mark}:{}", now.0), &device::name(user_agent, locale), &at, locale)
        })
        .await?;
    }
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::area;

    #[test]
    fn the_same_neighbourhood_is_one_place() {
        assert_eq!(area("192.0.2.1"), area("192.0.77.9"));
        assert_eq!(area("::ffff:192.0.2.1"), area("192.0.2.1"));
        assert_ne!(area("192.0.2.1"), area("192.1.2.1"));
        assert_eq!(area("2001:db8:1:2::1"), area("2001:db8:1:ffff::2"));
        assert_ne!(area("2001:db8:1::1"), area("2001:db8:2::1"));
    }
}
