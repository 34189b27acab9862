//! Colours for code: source in, HTML out, with a dozen classes (`hl-…`, see `style/code.css`) and no styles, so that
//! the pages stay small and the Content-Security-Policy strict. Text without a class stands without a span.

use std::sync::LazyLock;

use syntect::parsing::{BasicScopeStackOp, ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use super::writer::escape;
use crate::foundation::text;

/// Beyond these the code is shown without colours: the patterns are slow on long input.
const MAX_BLOCK: usize = 64 * 1024;
const MAX_LINE: usize = 2_000;
/// No name of a file is longer, in characters.
const MAX_FILE: usize = 120;

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// What a scope looks like; the first entry that is a prefix of the scope decides. A scope that is not here looks like
/// what it stands in; an empty class means plain.
static LOOKS: LazyLock<Vec<(Scope, &str)>> = LazyLock::new(|| {
    let looks = [
        ("comment", "hl-comment"),
        ("string", "hl-string"),
        ("constant.character", "hl-string"),
        ("constant.other.placeholder", "hl-string"),
        ("constant", "hl-number"),
        ("keyword.operator", ""),
        ("keyword", "hl-keyword"),
        ("storage", "hl-keyword"),
        ("variable.language", "hl-keyword"),
        ("variable.annotation", "hl-attr"),
        ("variable.function", "hl-function"),
        ("entity.name.function", "hl-function"),
        ("support.function", "hl-function"),
        ("entity.name.macro", "hl-macro"),
        ("support.macro", "hl-macro"),
        ("entity.name.tag", "hl-keyword"),
        ("entity.name", "hl-type"),
        ("entity.other.inherited-class", "hl-type"),
        ("support.type", "hl-type"),
        ("support.class", "hl-type"),
        ("entity.other.attribute-name", "hl-attr"),
        ("meta.annotation", "hl-attr"),
        ("markup.inserted", "hl-add"),
        ("markup.deleted", "hl-del"),
        ("meta.diff.header", "hl-comment"),
        ("meta.diff.range", "hl-comment"),
        ("source", ""),
    ];
    looks.into_iter().filter_map(|(scope, class)| Some((Scope::new(scope).ok()?, class))).collect()
});

/// The language that an info string names: `rust,ignore` and `rust {data-x=1}` are `rust`. Empty when there is none.
pub fn language(info: &str) -> String {
    let name = info.split([' ', '\t', ',', '{', ';']).next().unwrap_or_default();
    let sound = name.len() <= 30 && name.chars().all(|c| c.is_ascii_alphanumeric() || "+#_-.".contains(c));
    if sound { name.to_ascii_lowercase() } else { String::new() }
}

/// The name of the file that an info string gives: `rust title="src/main.rs"`, `toml file=Cargo.toml`. Empty when there
/// is none.
pub fn file(info: &str) -> String {
    let named = ["title=", "file=", "filename="].into_iter().find_map(|key| {
        // A whole word: `subtitle=` is another.
        let (at, _) = info.match_indices(key).find(|(at, _)| !info[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '-'))?;
        let value = &info[at + key.len()..];
        match value.chars().next()? {
            quote @ ('"' | '\'') => value[1..].split(quote).next(),
            _ => value.split([' ', '\t', ',', '}', ';']).next(),
        }
    });
    text::line(named.unwrap_or_default()).chars().take(MAX_FILE).collect()
}

/// A language that says nothing of the code.
pub fn is_plain(language: &str) -> bool {
    matches!(language, "" | "text" | "plain" | "plaintext" | "txt" | "none" | "output")
}

/// Writes `code` as HTML; `budget` is what may still be highlighted in this text, in bytes.
pub fn write(language: &str, code: &str, budget: &mut usize, out: &mut String) {
    let small = code.len() <= MAX_BLOCK.min(*budget) && code.lines().all(|line| line.len() <= MAX_LINE);
    let start = out.len();
    if small && let Some(syntax) = syntax(language) {
        *budget -= code.len();
        if coloured(syntax, code, out).is_some() {
            return;
        }
        out.truncate(start);
    }
    escape(code, out);
}

fn syntax(language: &str) -> Option<&'static SyntaxReference> {
    let token = match language {
        plain if is_plain(plain) => return None,
        "console" | "shell" | "shell-session" | "shellsession" | "terminal" => "bash",
        "cargo" => "toml",
        "asm" => "nasm",
        "jsonc" | "json5" => "json",
        "rust-script" => "rust",
        other => other,
    };
    SYNTAXES.find_syntax_by_token(token)
}

/// `None` when a grammar is broken; the code is then shown plain.
fn coloured(syntax: &SyntaxReference, code: &str, out: &mut String) -> Option<()> {
    let mut parser = ParseState::new(syntax);
    let mut scopes = ScopeStack::new();
    // The class of each open scope, its own or the one it stands in.
    let mut classes: Vec<&str> = Vec::new();
    let mut pen = Pen { out, class: "" };
    for line in code.split_inclusive('\n') {
        let mut at = 0;
        for (position, operation) in parser.parse_line(line, &SYNTAXES).ok()? {
            pen.write(classes.last().copied().unwrap_or_default(), line.get(at..position)?);
            at = position;
            let applied = scopes.apply_with_hook(&operation, |basic, _| match basic {
                BasicScopeStackOp::Push(scope) => {
                    let around = classes.last().copied().unwrap_or_default();
                    classes.push(LOOKS.iter().find(|(known, _)| known.is_prefix_of(scope)).map_or(around, |(_, class)| *class));
                }
                BasicScopeStackOp::Pop => drop(classes.pop()),
            });
            applied.ok()?;
        }
        pen.write(classes.last().copied().unwrap_or_default(), line.get(at..)?);
    }
    pen.switch("");
    Some(())
}

/// Writes text in one class until the class changes: neighbours of one class share a span.
struct Pen<'a> {
    out: &'a mut String,
    class: &'static str,
}

impl Pen<'_> {
    fn write(&mut self, class: &'static str, text: &str) {
        // White space has no colour, so it need not end a span.
        if !text.trim().is_empty() {
            self.switch(class);
        }
        escape(text, self.out);
    }

    fn switch(&mut self, class: &'static str) {
        if self.class == class {
            return;
        }
        if !self.class.is_empty() {
            self.out.push_str("</span>");
        }
        if !class.is_empty() {
            self.out.extend(["<span class=\"", class, "\">"]);
        }
        self.class = class;
    }
}
