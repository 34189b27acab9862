//! What a letter is, before it is drawn.

use crate::foundation::id::MemberId;
use crate::foundation::locale::Locale;
use crate::foundation::time::Timestamp;

/// A sort of letters that its readers can do without.
#[derive(Debug)]
pub struct Choice {
    /// As stored, and in addresses.
    pub name: &'static str,
    pub label: fn(Locale) -> &'static str,
    /// Whether it is sent to those who never said.
    pub usual: bool,
    /// Only admins are asked, and only they are written to.
    pub for_admins: bool,
}

/// What letters of the same form are called.
#[derive(Debug)]
pub struct Kind {
    pub name: &'static str,
    pub label: fn(Locale) -> &'static str,
    pub choice: Option<&'static Choice>,
    /// It asks whether an address is right, so it is also sent to one that refused letters before.
    pub asks: bool,
}

/// A piece of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    Text(String),
    /// What a person wrote to the reader: it stays as it is.
    Typed(String),
    /// Names and values, such as those of a receipt.
    Facts(Vec<(String, String)>),
    /// A way to a path on the site.
    Button(String, String),
    /// Digits to be typed in.
    Code(String),
    /// What need not be read by everybody.
    Small(String),
}

/// What stands in a letter in place of the secret in a link, until it is sent.
pub const TOKEN: &str = "●●●●●●●●";
/// The same, of a code.
pub const CODE: &str = "••••••";

/// A letter in its reader's language. What people typed goes in as it is: drawing escapes it.
#[derive(Debug, Clone)]
pub struct Letter {
    pub kind: &'static Kind,
    /// With the kind, what makes it one letter.
    pub about: String,
    pub subject: String,
    /// A person wrote the subject: it stays as it is.
    pub subject_typed: bool,
    pub blocks: Vec<Block>,
    /// What opens something: it replaces [`TOKEN`] or [`CODE`] when the letter is sent, and is not kept afterwards.
    pub secrets: Vec<(&'static str, String)>,
    /// It is not sent later than this.
    pub good_until: Option<Timestamp>,
}

impl Letter {
    pub fn new(kind: &'static Kind, about: impl Into<String>, subject: impl Into<String>) -> Letter {
        Letter {
            kind,
            about: about.into(),
            subject: subject.into(),
            subject_typed: false,
            blocks: Vec::new(),
            secrets: Vec::new(),
            good_until: None,
        }
    }

    /// A letter that a person wrote, from its subject on.
    pub fn typed_by(kind: &'static Kind, about: impl Into<String>, subject: impl Into<String>) -> Letter {
        Letter { subject_typed: true, ..Letter::new(kind, about, subject) }
    }

    fn with(mut self, block: Block) -> Letter {
        self.blocks.push(block);
        self
    }

    pub fn text(self, text: impl Into<String>) -> Letter {
        self.with(Block::Text(text.into()))
    }

    pub fn typed(self, text: impl Into<String>) -> Letter {
        self.with(Block::Typed(text.into()))
    }

    pub fn facts(self, facts: Vec<(&'static str, String)>) -> Letter {
        self.with(Block::Facts(facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()))
    }

    /// `path` begins with a slash.
    pub fn button(self, label: impl Into<String>, path: impl Into<String>) -> Letter {
        self.with(Block::Button(label.into(), path.into()))
    }

    pub fn code(self) -> Letter {
        self.with(Block::Code(CODE.to_owned()))
    }

    pub fn small(self, text: impl Into<String>) -> Letter {
        self.with(Block::Small(text.into()))
    }

    /// What replaces `place`, which is [`TOKEN`] or [`CODE`].
    pub fn secret(mut self, place: &'static str, value: impl Into<String>) -> Letter {
        self.secrets.push((place, value.into()));
        self
    }

    pub fn good_until(mut self, at: Timestamp) -> Letter {
        self.good_until = Some(at);
        self
    }
}

/// Whom a letter is for.
#[derive(Debug, Clone)]
pub struct To {
    pub member: Option<MemberId>,
    pub address: String,
    /// `None` where it is not known whose address it is: nobody's words are sent to strangers in the site's name.
    pub name: Option<String>,
    pub locale: Locale,
}

/// How a letter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Waiting,
    Sent,
    /// Tried too often, or refused.
    Failed,
    /// Not to be sent any more.
    Dropped,
}

impl State {
    /// Those that want an admin first.
    pub const ALL: [State; 4] = [State::Failed, State::Waiting, State::Sent, State::Dropped];

    pub const fn as_str(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Sent => "sent",
            State::Failed => "failed",
            State::Dropped => "dropped",
        }
    }

    pub fn parse(text: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.as_str() == text)
    }
}
