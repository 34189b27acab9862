//! Configuration: `stoa.toml`, overridden by the environment. What staff decide in the browser is in `settings`; this is
//! what the operator decides before the program starts.

use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone)]
pub struct Config {
    /// `sqlite://…` or `postgres://…`.
    pub database_url: String,
    pub listen: SocketAddr,
    /// Where `secret.key` and, without a mail server, `outbox/` are.
    pub data_dir: PathBuf,
    /// The address people use, without a slash at the end. `https` here makes cookies `Secure`.
    pub base_url: String,
    /// Whether the test provider may take "payments".
    pub test_payments: bool,
    /// The first of the ports that `stoa simulate` listens on.
    pub simulators_port: u16,
    /// Whether an address in `X-Forwarded-For` is believed: only behind a proxy of one's own.
    pub behind_proxy: bool,
    /// What secrets are encrypted with at rest: 64 hexadecimal digits. `None`: a key made in the data folder.
    pub secret_key: Option<String>,
    /// How letters are sent, where the operator says so rather than an admin.
    pub mail: Mail,
}

/// A mail server as the operator set it up; without a host, admins do.
#[derive(Clone, Default)]
pub struct Mail {
    pub host: Option<String>,
    pub port: Option<u16>,
    /// `tls`, `starttls` or `none`.
    pub encryption: Option<String>,
    pub user: Option<String>,
    pub password: Option<String>,
    /// `Name <address>`, or an address.
    pub from: Option<String>,
    pub reply_to: Option<String>,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail").field("host", &self.host).field("port", &self.port).finish_non_exhaustive()
    }
}

/// Whether nobody stands between us and this host, so that what is sent there need not be encrypted.
pub fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.trim_matches(['[', ']']).parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

/// The file as written; everything may be left out.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    database_url: Option<String>,
    listen: Option<String>,
    data_dir: Option<PathBuf>,
    base_url: Option<String>,
    test_payments: Option<bool>,
    simulators_port: Option<u16>,
    behind_proxy: Option<bool>,
    secret_key: Option<String>,
    smtp_host: Option<String>,
    smtp_port: Option<u16>,
    smtp_encryption: Option<String>,
    smtp_user: Option<String>,
    smtp_password: Option<String>,
    mail_from: Option<String>,
    mail_reply_to: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{path} cannot be read: {source}")]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{path} is not right: {source}")]
    Malformed { path: PathBuf, source: Box<toml::de::Error> },
    #[error("{name} is {value:?}, which is not {expected}")]
    Value { name: &'static str, value: String, expected: &'static str },
}

impl Config {
    /// Reads `file` if it exists, then the variables that `env` gives.
    pub fn load(file: &Path, env: impl Fn(&str) -> Option<String>) -> Result<Config, ConfigError> {
        let written = match std::fs::read_to_string(file) {
            Ok(text) => {
                toml::from_str(&text).map_err(|source| ConfigError::Malformed { path: file.to_owned(), source: Box::new(source) })?
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => File::default(),
            Err(source) => return Err(ConfigError::Unreadable { path: file.to_owned(), source }),
        };
        let listen = env("STOA_LISTEN").or(written.listen).unwrap_or_else(|| "127.0.0.1:3000".to_owned());
        let listen: SocketAddr =
            listen.parse().map_err(|_| ConfigError::Value { name: "STOA_LISTEN", value: listen, expected: "an address and a port" })?;
        let base_url = env("STOA_BASE_URL").or(written.base_url).unwrap_or_else(|| format!("http://{listen}"));
        let base_url = base_url.trim_end_matches('/').to_owned();
        let absolute = base_url.parse::<axum::http::Uri>().is_ok_and(|uri| uri.scheme().is_some() && uri.host().is_some());
        if !absolute {
            return Err(ConfigError::Value { name: "STOA_BASE_URL", value: base_url, expected: "an http or https address" });
        }
        let mail = Mail {
            host: env("STOA_SMTP_HOST").or(written.smtp_host),
            port: any_port("STOA_SMTP_PORT", &env)?.or(written.smtp_port),
            encryption: env("STOA_SMTP_ENCRYPTION").or(written.smtp_encryption),
            user: env("STOA_SMTP_USER").or(written.smtp_user),
            password: env("STOA_SMTP_PASSWORD").or(written.smtp_password),
            from: env("STOA_MAIL_FROM").or(written.mail_from),
            reply_to: env("STOA_MAIL_REPLY_TO").or(written.mail_reply_to),
        };
        Ok(Config {
            database_url: env("STOA_DATABASE_URL").or(written.database_url).unwrap_or_else(|| "sqlite://data/stoa.db".to_owned()),
            listen,
            data_dir: env("STOA_DATA_DIR").map(PathBuf::from).or(written.data_dir).unwrap_or_else(|| PathBuf::from("data")),
            test_payments: switch("STOA_TEST_PAYMENTS", &env)?.or(written.test_payments).unwrap_or(false),
            simulators_port: port("STOA_SIMULATORS_PORT", &env)?.or(written.simulators_port).unwrap_or(4901),
            behind_proxy: switch("STOA_BEHIND_PROXY", &env)?.or(written.behind_proxy).unwrap_or(false),
            secret_key: secret_key(env("STOA_SECRET_KEY").or(written.secret_key))?,
            mail: mail.checked()?,
            base_url,
        })
    }

    pub fn secure_cookies(&self) -> bool {
        self.base_url.starts_with("https://")
    }

    /// The whole configuration as a `stoa.toml` with comments, as it is in force. A password in the database's address is
    /// not printed.
    pub fn to_commented_toml(&self) -> String {
        let database_url = hide_password(&self.database_url);
        let data_dir = self.data_dir.display().to_string();
        let mail = self.mail.to_toml();
        format!(
            "# Stoa's configuration. Each line can be overridden by the environment variable named above it.\n\n\
             # STOA_DATABASE_URL: where everything is kept. sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME.\n\
             database_url = {database_url:?}\n\n\
             # STOA_LISTEN: the address and port the program listens on.\n\
             listen = {:?}\n\n\
             # STOA_DATA_DIR: the folder of secret.key and, without a mail server, of outbox/.\n\
             data_dir = {data_dir:?}\n\n\
             # STOA_BASE_URL: the address people see. With https, cookies are sent over https only.\n\
             base_url = {:?}\n\n\
             # STOA_TEST_PAYMENTS: lets anybody \"pay\" at the test provider without money. Never on a site with real members.\n\
             test_payments = {}\n\n\
             # STOA_SIMULATORS_PORT: the first of the four ports of `stoa simulate`, which plays the payment providers.\n\
             simulators_port = {}\n\n\
             # STOA_BEHIND_PROXY: believe X-Forwarded-For. Only when a proxy of your own sets it.\n\
             behind_proxy = {}\n\n\
             # STOA_SECRET_KEY: what the keys of payment providers and the password of the mail server are encrypted with, and\n\
             # links in letters signed: 64 hexadecimal digits. Without it a key is made once in the data folder, as secret.key.\n\
             # Whoever loses it types those keys in again.\n\
             # secret_key = \"...\"\n\n\
             # STOA_SMTP_HOST: the mail server that letters are given to. Without it an admin sets one up in the browser, and\n\
             # until then letters are written to outbox/ in the data folder. The others go with it: STOA_SMTP_PORT,\n\
             # STOA_SMTP_ENCRYPTION (tls, starttls, or none for this machine alone), STOA_SMTP_USER, STOA_SMTP_PASSWORD,\n\
             # STOA_MAIL_FROM (NAME <ADDRESS>) and STOA_MAIL_REPLY_TO.\n\
             {mail}",
            self.listen.to_string(),
            self.base_url,
            self.test_payments,
            self.simulators_port,
            self.behind_proxy,
        )
    }
}

impl Mail {
    /// What is empty is not there; what is there is right.
    fn checked(self) -> Result<Mail, ConfigError> {
        let given = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let mail = Mail {
            host: given(self.host),
            port: self.port,
            encryption: given(self.encryption),
            user: given(self.user),
            password: self.password.filter(|password| !password.is_empty()),
            from: given(self.from),
            reply_to: given(self.reply_to),
        };
        let wrong = |value: &str, expected| ConfigError::Value { name: "STOA_SMTP_ENCRYPTION", value: value.to_owned(), expected };
        match (mail.encryption.as_deref(), mail.host.as_deref()) {
            (None | Some("tls" | "starttls"), _) | (Some("none"), None) => Ok(mail),
            (Some("none"), Some(host)) if is_loopback(host) => Ok(mail),
            (Some("none"), _) => Err(wrong("none", "tls or starttls, as it must be for another machine")),
            (Some(other), _) => Err(wrong(other, "tls, starttls or none")),
        }
    }

    fn to_toml(&self) -> String {
        let texts = [
            ("smtp_host", &self.host),
            ("smtp_encryption", &self.encryption),
            ("smtp_user", &self.user),
            ("mail_from", &self.from),
            ("mail_reply_to", &self.reply_to),
        ];
        let mut lines: Vec<String> = match &self.host {
            None => vec!["# smtp_host = \"...\"".to_owned()],
            Some(_) => texts.into_iter().filter_map(|(name, value)| Some(format!("{name} = {:?}", value.as_ref()?))).collect(),
        };
        lines.extend(self.host.as_ref().and(self.port).map(|port| format!("smtp_port = {port}")));
        lines.extend(self.host.as_ref().and(self.password.as_ref()).map(|_| "# smtp_password = \"...\"".to_owned()));
        lines.join("\n") + "\n"
    }
}

fn any_port(name: &'static str, env: &impl Fn(&str) -> Option<String>) -> Result<Option<u16>, ConfigError> {
    let Some(value) = env(name).filter(|value| !value.is_empty()) else { return Ok(None) };
    value.parse().ok().filter(|port| *port > 0).map(Some).ok_or(ConfigError::Value { name, value, expected: "a port" })
}

fn secret_key(given: Option<String>) -> Result<Option<String>, ConfigError> {
    let wrong = |key: &String| key.len() != 64 || !key.bytes().all(|byte| byte.is_ascii_hexdigit());
    match given.filter(|key| !key.is_empty()) {
        // What was given is not repeated: it may be a key with a slip in it.
        Some(key) if wrong(&key) => {
            Err(ConfigError::Value { name: "STOA_SECRET_KEY", value: "…".to_owned(), expected: "64 hexadecimal digits" })
        }
        key => Ok(key),
    }
}

fn switch(name: &'static str, env: &impl Fn(&str) -> Option<String>) -> Result<Option<bool>, ConfigError> {
    match env(name).as_deref() {
        None | Some("") => Ok(None),
        Some("1" | "true" | "on" | "yes") => Ok(Some(true)),
        Some("0" | "false" | "off" | "no") => Ok(Some(false)),
        Some(other) => Err(ConfigError::Value { name, value: other.to_owned(), expected: "on or off" }),
    }
}

/// There have to be as many ports after it as there are other simulators.
fn port(name: &'static str, env: &impl Fn(&str) -> Option<String>) -> Result<Option<u16>, ConfigError> {
    let Some(value) = env(name).filter(|value| !value.is_empty()) else { return Ok(None) };
    match value.parse() {
        Ok(port @ 1..=65_000) => Ok(Some(port)),
        _ => Err(ConfigError::Value { name, value, expected: "a port from 1 to 65000" }),
    }
}

fn hide_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    match rest.rsplit_once('@') {
        Some((login, host)) => match login.split_once(':') {
            Some((user, _)) => format!("{scheme}://{user}:…@{host}"),
            None => url.to_owned(),
        },
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(env: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::load(Path::new("does-not-exist.toml"), |name| env.iter().find(|(k, _)| *k == name).map(|(_, v)| (*v).to_owned()))
    }

    #[test]
    fn without_a_file_the_defaults_hold() {
        let config = load(&[]).unwrap();
        assert_eq!(config.database_url, "sqlite://data/stoa.db");
        assert_eq!(config.base_url, "http://127.0.0.1:3000");
        assert!(!config.test_payments && !config.secure_cookies());
    }

    #[test]
    fn a_wrong_value_is_named_rather_than_ignored() {
        for (name, value) in [
            ("STOA_LISTEN", "nowhere"),
            ("STOA_TEST_PAYMENTS", "perhaps"),
            ("STOA_BASE_URL", "example.org"),
            ("STOA_SIMULATORS_PORT", "65536"),
            ("STOA_SMTP_PORT", "0"),
            ("STOA_SMTP_ENCRYPTION", "ssl"),
        ] {
            let message = load(&[(name, value)]).unwrap_err().to_string();
            assert!(message.contains(name), "{message}");
        }
    }

    #[test]
    fn what_is_printed_can_be_read_back_and_hides_the_password() {
        let given = [
            ("STOA_DATABASE_URL", "postgres://stoa:hush@db/stoa"),
            ("STOA_BASE_URL", "https://stoa.example/"),
            ("STOA_SMTP_HOST", "mail.example"),
            ("STOA_SMTP_PORT", "587"),
            ("STOA_SMTP_PASSWORD", "hush"),
        ];
        let config = load(&given).unwrap();
        let printed = config.to_commented_toml();
        assert!(!printed.contains("hush") && !format!("{config:?}").contains("mail:hush"));
        let file: File = toml::from_str(&printed).unwrap();
        assert_eq!(file.base_url.as_deref(), Some("https://stoa.example"));
        assert_eq!((file.smtp_host.as_deref(), file.smtp_port), (Some("mail.example"), Some(587)));
        assert!(toml::from_str::<File>(&load(&[]).unwrap().to_commented_toml()).unwrap().smtp_host.is_none());
    }

    #[test]
    fn letters_leave_the_machine_encrypted_or_not_at_all() {
        let with = |host| load(&[("STOA_SMTP_HOST", host), ("STOA_SMTP_ENCRYPTION", "none")]);
        assert!(with("localhost").is_ok() && with("127.0.0.1").is_ok() && with("::1").is_ok());
        assert!(with("mail.example").unwrap_err().to_string().contains("STOA_SMTP_ENCRYPTION"));
        assert!(with("127.0.0.1.evil.example").is_err());
    }
}
