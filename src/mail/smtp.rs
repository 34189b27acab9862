//! Giving a letter to a mail server, step by step, so that it is known what a refusal is about: the address, the letter, or
//! us.

use super::account::{Encryption, Server};
use lettre::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use std::time::Duration;

/// Why a letter was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such address, for good.
    Address(String),
    /// This letter is refused for good.
    Letter(String),
    /// Not now, or nobody knows: to be tried again.
    Later(String),
    /// The server cannot be reached, or does not take anything from us: neither will it take others.
    Away(String),
}

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(20);

fn said(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let more = inner.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = inner.source();
    }
    text
}

fn away(error: Error) -> Refusal {
    Refusal::Away(said(&error))
}

/// What a refusal of the recipient means. 5.7 is about who sends, or how: the address may be right.
fn of_recipient(error: Error) -> Refusal {
    let text = said(&error);
    match error.is_permanent() && !text.contains("5.7.") {
        true => Refusal::Address(text),
        false => Refusal::Later(text),
    }
}

fn of_letter(error: Error) -> Refusal {
    let text = said(&error);
    if error.is_permanent() { Refusal::Letter(text) } else { Refusal::Later(text) }
}

async fn open(server: &Server, hello: &ClientId) -> Result<AsyncSmtpConnection, Refusal> {
    let tls = || TlsParameters::new(server.host.clone()).map_err(away);
    let implicit = if server.encryption == Encryption::Tls { Some(tls()?) } else { None };
    let at = (server.host.as_str(), server.port);
    let connecting = AsyncSmtpConnection::connect_tokio1(at, Some(CONNECT), hello, implicit, None);
    let mut connection = connecting.await.map_err(away)?;
    if server.encryption == Encryption::StartTls {
        connection.starttls(tls()?, hello).await.map_err(away)?;
    }
    if let Some((user, password)) = &server.login {
        let credentials = Credentials::new(user.clone(), password.clone());
        connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await.map_err(away)?;
    }
    Ok(connection)
}

/// Gives the letter to the server, which says that it has it, in the words that come back.
pub async fn send(server: &Server, hello: &str, message: &Message) -> Result<String, Refusal> {
    let envelope = message.envelope();
    let mut connection = open(server, &ClientId::Domain(hello.to_owned())).await?;
    let mut parameters = Vec::new();
    if !envelope.to().iter().chain(envelope.from()).all(|address| address.to_string().is_ascii()) {
        if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            connection.abort().await;
            return Err(Refusal::Letter("the mail server takes no addresses beyond ASCII (SMTPUTF8)".to_owned()));
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    let given = hand_over(&mut connection, message, parameters).await;
    match &given {
        // It has the letter; how it takes our leave changes nothing.
        Ok(_) => drop(connection.quit().await),
        Err(_) => connection.abort().await,
    }
    given
}

async fn hand_over(connection: &mut AsyncSmtpConnection, message: &Message, parameters: Vec<MailParameter>) -> Result<String, Refusal> {
    let envelope = message.envelope();
    connection.command(Mail::new(envelope.from().cloned(), parameters)).await.map_err(away)?;
    for address in envelope.to() {
        connection.command(Rcpt::new(address.clone(), Vec::new())).await.map_err(of_recipient)?;
    }
    connection.command(Data).await.map_err(of_letter)?;
    let taken = connection.message(&message.formatted()).await.map_err(of_letter)?;
    Ok(format!("{} {}", taken.code(), taken.message().collect::<Vec<_>>().join(" ")))
}
