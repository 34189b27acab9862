//! How letters are sent: a mail server and a sender. The operator sets them up before the program starts, or an admin does
//! in the browser; then they are encrypted at rest, and the password is not shown again. With neither, letters become
//! files.

use super::store;
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::locale::Words;
use crate::foundation::site::Site;
use crate::foundation::text;
use crate::foundation::viewer::Viewer;
use crate::server::config::{Config, is_loopback};
use crate::server::context::Context;
use crate::server::seal;
use crate::words;
use lettre::Address;
use lettre::message::Mailbox;
use serde::{Deserialize, Serialize};

/// How the way to the mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// From the first byte on.
    Tls,
    /// After the server was asked; never without.
    StartTls,
    /// Not at all: on this machine alone.
    None,
}

impl Encryption {
    pub const ALL: [Encryption; 3] = [Encryption::Tls, Encryption::StartTls, Encryption::None];

    pub const fn as_str(self) -> &'static str {
        match self {
            Encryption::Tls => "tls",
            Encryption::StartTls => "starttls",
            Encryption::None => "none",
        }
    }

    pub fn parse(text: &str) -> Option<Encryption> {
        Encryption::ALL.into_iter().find(|encryption| encryption.as_str() == text)
    }

    const fn usual_port(self) -> u16 {
        match self {
            Encryption::Tls => 465,
            Encryption::StartTls => 587,
            Encryption::None => 25,
        }
    }
}

#[derive(Clone, PartialEq, Eq)]
pub struct Server {
    pub host: String,
    pub port: u16,
    pub encryption: Encryption,
    pub login: Option<(String, String)>,
}

/// Who letters are from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    pub name: String,
    pub address: String,
    pub reply_to: Option<String>,
}

/// Who decides how letters are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Operator,
    Admin,
}

pub struct Account {
    pub source: Source,
    /// Without one, letters become files.
    pub server: Option<Server>,
    pub sender: Sender,
}

/// What an admin types; also what is kept, encrypted.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub host: String,
    pub port: String,
    pub encryption: String,
    pub user: String,
    pub password: String,
    pub sender_name: String,
    pub sender_address: String,
    pub reply_to: String,
}

const PURPOSE: &str = "mail";

async fn kept(ctx: &Context) -> Result<Option<Typed>> {
    let Some((sealed, _)) = store::account(ctx.db()).await? else { return Ok(None) };
    let plain = seal::open(ctx, PURPOSE, &sealed)?;
    serde_json::from_slice(&plain).map(Some).map_err(|_| AppError::Internal)
}

/// Where nothing was said: a mailbox at the site's own host.
fn usual_sender(config: &Config) -> String {
    let host = config.base_url.parse::<axum::http::Uri>().ok().and_then(|uri| uri.host().map(str::to_owned)).unwrap_or_default();
    let address = format!("noreply@{host}");
    // A number is no name of a domain.
    if host.parse::<std::net::IpAddr>().is_err() && address.parse::<Address>().is_ok() { address } else { "noreply@localhost".to_owned() }
}

/// How letters are sent now.
pub async fn in_force(ctx: &Context, site: &Site) -> Result<Account> {
    let config = ctx.config();
    let given = &config.mail;
    let usual = |name: Option<String>, address: Option<String>, reply_to: Option<String>| Sender {
        name: name.unwrap_or_else(|| site.name.clone()),
        address: address.unwrap_or_else(|| usual_sender(config)),
        reply_to,
    };
    if let Some(host) = &given.host {
        let encryption = given.encryption.as_deref().and_then(Encryption::parse).unwrap_or(Encryption::StartTls);
        let from = given.from.as_deref().and_then(|from| from.parse::<Mailbox>().ok());
        let (name, address) = from.map(|from| (from.name, from.email.to_string())).unzip();
        return Ok(Account {
            source: Source::Operator,
            server: Some(Server {
                host: host.clone(),
                port: given.port.unwrap_or(encryption.usual_port()),
                encryption,
                login: given.user.clone().map(|user| (user, given.password.clone().unwrap_or_default())),
            }),
            sender: usual(name.flatten(), address, given.reply_to.clone()),
        });
    }
    let kept = kept(ctx).await?.unwrap_or_default();
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let encryption = Encryption::parse(&kept.encryption).unwrap_or(Encryption::StartTls);
    Ok(Account {
        source: Source::Admin,
        server: some(&kept.host).map(|host| Server {
            host,
            port: kept.port.parse().unwrap_or(encryption.usual_port()),
            encryption,
            login: some(&kept.user).map(|user| (user, kept.password.clone())),
        }),
        sender: usual(some(&kept.sender_name), some(&kept.sender_address), some(&kept.reply_to)),
    })
}

/// What an admin sees of it: what was typed, without the password, and whether there is one. An error of ours when it
/// cannot be read with the secret key at hand.
pub async fn for_admin(ctx: &Context, viewer: &Viewer) -> Result<(Typed, bool)> {
    viewer.require_admin()?;
    let kept = kept(ctx).await?.unwrap_or_default();
    let has_password = !kept.password.is_empty();
    Ok((Typed { password: String::new(), ..kept }, has_password))
}

fn host(text: &str) -> Result<String, Words> {
    let host = text.trim().to_ascii_lowercase();
    let fits = host.len() <= 253 && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':'));
    if fits {
        Ok(host)
    } else {
        Err(words!("请填写主机名，例如 smtp.example.org。", "Please give a host, such as smtp.example.org."))
    }
}

fn address(text: &str) -> Result<String, Words> {
    let text = text.trim();
    match text.is_empty() || text.parse::<Address>().is_ok() && text.is_ascii() {
        true => Ok(text.to_owned()),
        false => Err(words!("请填写邮箱地址，例如 hello@example.org。", "Please give an address, such as hello@example.org.")),
    }
}

/// Saves how letters are sent. A password that is left empty stays what it was, unless it would go to another server.
/// What waited for another try has it at once.
pub async fn save(ctx: &Context, viewer: &Viewer, typed: &Typed) -> Result<()> {
    viewer.require_admin()?;
    let before = kept(ctx).await.unwrap_or_default().unwrap_or_default();
    let mut errors = FieldErrors::new();
    let host = errors.keep("host", host(&typed.host));
    let encryption = errors.keep(
        "encryption",
        Encryption::parse(&typed.encryption).ok_or_else(|| words!("请选择加密方式。", "Please choose how it is encrypted.")),
    );
    let port = typed.port.trim();
    let port = errors.keep(
        "port",
        match port.is_empty() || port.parse::<u16>().is_ok_and(|port| port > 0) {
            true => Ok(port.to_owned()),
            false => Err(words!("请填写 1 到 65535 之间的端口，或留空。", "Please give a port from 1 to 65535, or none.")),
        },
    );
    let sender_name = errors.keep("sender_name", text::optional_line(&typed.sender_name, 60));
    let sender_address = errors.keep("sender_address", address(&typed.sender_address));
    let reply_to = errors.keep("reply_to", address(&typed.reply_to));
    if let (Some(host), Some(Encryption::None)) = (&host, encryption)
        && !host.is_empty()
        && !is_loopback(host)
    {
        errors
            .add("encryption", words!("只有本机的邮件服务器可以不加密。", "Only a mail server on this machine may go without encryption."));
    }
    let (Some(host), Some(encryption), Some(port), Some(sender_name), Some(sender_address), Some(reply_to)) =
        (host, encryption, port, sender_name, sender_address, reply_to)
    else {
        return Err(errors.into_error());
    };
    if typed.user.len() > 200 || typed.password.len() > 1000 {
        errors.add("user", words!("内容太长了。", "This is too long."));
    }
    let user = text::line(&typed.user);
    let mut new = Typed {
        host,
        port,
        encryption: encryption.as_str().to_owned(),
        user,
        password: typed.password.clone(),
        sender_name: sender_name.unwrap_or_default(),
        sender_address,
        reply_to,
    };
    if new.password.is_empty() && !new.user.is_empty() {
        let place = |typed: &Typed| (typed.host.clone(), typed.port.clone(), typed.encryption.clone());
        // Whoever can change the address must not learn the password by having it sent there.
        match before.password.is_empty() || place(&before) == place(&new) {
            true => new.password = before.password,
            false => errors.add(
                "password",
                words!("更改服务器时，请把密码重新填写一遍。", "When the server changes, please give the password again."),
            ),
        }
    }
    errors.check()?;
    let plain = serde_json::to_vec(&new).map_err(|_| AppError::Internal)?;
    store::save_account(ctx.db(), &seal::close(ctx, PURPOSE, &plain)?, ctx.now()).await?;
    Ok(store::hurry(ctx.db(), ctx.now()).await?)
}
