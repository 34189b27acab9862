//! A mail server for tests: it speaks as much SMTP as is needed on a port of this machine, keeps what it accepted, and is
//! difficult on request.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What it does with one letter that is brought to it; without one it accepts.
#[derive(Debug, Clone)]
pub enum Mood {
    Accepts,
    /// Says this to the recipient's address.
    RefusesAddress(&'static str),
    /// Says this when it has the whole letter.
    RefusesLetter(&'static str),
    /// Says nothing at all.
    Hangs,
    /// Has the whole letter, and hangs up without a word.
    DropsAfterData,
    /// Accepts the letter and keeps the word for itself: the connection is gone before anybody hears it.
    AcceptsInSilence,
}

#[derive(Debug, Clone)]
pub struct Taken {
    pub to: String,
    pub message: String,
}

#[derive(Default)]
struct Inner {
    moods: VecDeque<Mood>,
    taken: Vec<Taken>,
    /// Letters that were brought here, accepted or not.
    brought: usize,
    logins: Vec<String>,
}

#[derive(Clone)]
pub struct Sink {
    pub port: u16,
    inner: Arc<Mutex<Inner>>,
}

impl Sink {
    pub async fn open() -> Sink {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sink = Sink { port: listener.local_addr().unwrap().port(), inner: Arc::default() };
        let served = sink.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let sink = served.clone();
                tokio::spawn(async move { sink.serve(stream).await });
            }
        });
        sink
    }

    /// How it takes the next letters, one after the other.
    pub fn will(&self, moods: impl IntoIterator<Item = Mood>) {
        self.inner.lock().unwrap().moods.extend(moods);
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.inner.lock().unwrap().taken.clone()
    }

    pub fn brought(&self) -> usize {
        self.inner.lock().unwrap().brought
    }

    pub fn logins(&self) -> Vec<String> {
        self.inner.lock().unwrap().logins.clone()
    }

    async fn serve(&self, stream: TcpStream) -> Option<()> {
        let mut stream = BufReader::new(stream);
        let mood = self.inner.lock().unwrap().moods.pop_front().unwrap_or(Mood::Accepts);
        if matches!(mood, Mood::Hangs) {
            return std::future::pending().await;
        }
        say(&mut stream, "220 sink").await?;
        let mut to = String::new();
        loop {
            let line = read(&mut stream).await?;
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" => say(&mut stream, "250-sink\r\n250 AUTH PLAIN LOGIN").await?,
                "AUTH" => {
                    self.inner.lock().unwrap().logins.push(line);
                    say(&mut stream, "235 2.7.0 welcome").await?;
                }
                "MAIL" => say(&mut stream, "250 2.1.0 ok").await?,
                "RCPT" => {
                    to = line.trim_start_matches("RCPT TO:<").split('>').next().unwrap_or_default().to_owned();
                    match mood {
                        Mood::RefusesAddress(words) => say(&mut stream, words).await?,
                        _ => say(&mut stream, "250 2.1.5 ok").await?,
                    }
                }
                "DATA" => {
                    say(&mut stream, "354 go on").await?;
                    let message = read_message(&mut stream).await?;
                    let accepts = || {
                        let mut inner = self.inner.lock().unwrap();
                        inner.taken.push(Taken { to: to.clone(), message: message.clone() });
                    };
                    self.inner.lock().unwrap().brought += 1;
                    match mood {
                        Mood::RefusesLetter(words) => say(&mut stream, words).await?,
                        Mood::DropsAfterData => return None,
                        Mood::AcceptsInSilence => {
                            accepts();
                            return None;
                        }
                        _ => {
                            accepts();
                            say(&mut stream, "250 2.0.0 queued as 4711").await?;
                        }
                    }
                }
                "QUIT" => {
                    say(&mut stream, "221 bye").await?;
                    return None;
                }
                _ => say(&mut stream, "500 what?").await?,
            }
        }
    }
}

async fn say(stream: &mut BufReader<TcpStream>, words: &str) -> Option<()> {
    stream.write_all(format!("{words}\r\n").as_bytes()).await.ok()?;
    stream.flush().await.ok()
}

async fn read(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    (stream.read_line(&mut line).await.ok()? > 0).then(|| line.trim_end().to_owned())
}

async fn read_message(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut message = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        if line == ".\r\n" {
            return Some(message);
        }
        message.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}

/// The text of a letter as its reader sees it: both parts, with their encodings undone.
pub fn decoded(message: &str) -> String {
    let mut out = String::new();
    for part in message.split("\r\n--") {
        let Some((headers, body)) = part.split_once("\r\n\r\n") else { continue };
        let headers = headers.to_ascii_lowercase();
        if headers.contains("base64") {
            use base64::Engine;
            let joined: String = body.chars().filter(|c| !c.is_whitespace()).collect();
            let bytes = base64::engine::general_purpose::STANDARD.decode(joined.trim_end_matches('-')).unwrap_or_default();
            out.push_str(&String::from_utf8_lossy(&bytes));
        } else if headers.contains("quoted-printable") {
            out.push_str(&unquoted(body));
        } else {
            out.push_str(body);
        }
        out.push('\n');
    }
    out
}

fn unquoted(body: &str) -> String {
    let joined = body.replace("=\r\n", "");
    let bytes = joined.as_bytes();
    let (mut out, mut at) = (Vec::new(), 0);
    while let Some(byte) = bytes.get(at) {
        let hex =
            bytes.get(at + 1..at + 3).and_then(|pair| std::str::from_utf8(pair).ok()).and_then(|pair| u8::from_str_radix(pair, 16).ok());
        match (byte, hex) {
            (b'=', Some(value)) => {
                out.push(value);
                at += 3;
            }
            _ => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A header, unfolded.
pub fn header(message: &str, name: &str) -> Option<String> {
    let (headers, _) = message.split_once("\r\n\r\n")?;
    let unfolded = headers.replace("\r\n ", " ").replace("\r\n\t", " ");
    unfolded.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ").map(str::to_owned))
}
