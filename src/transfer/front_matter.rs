//! The head of a Markdown file: TOML between `+++` lines or YAML between `---` lines.
//!
//! Sites differ in how they write the same thing (`author` or `authors`, one name or several, tags at the top or under
//! `taxonomies`), so the head is read into one loose form first and asked for each thing by its names.

use serde_json::{Map, Value};

/// The longest head that is parsed, in bytes.
const MAX_HEAD: usize = 64 * 1024;

/// What an article says about itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FrontMatter {
    pub title: Option<String>,
    pub date: Option<String>,
    pub authors: Vec<String>,
    pub path: Option<String>,
    pub slug: Option<String>,
    pub tags: Vec<String>,
    pub description: Option<String>,
    pub lang: Option<String>,
    pub draft: bool,
    pub aliases: Vec<String>,
}

/// The head and the text after it, or why there is no head.
pub fn parse(file: &str) -> Result<(FrontMatter, &str), String> {
    let file = file.strip_prefix('\u{feff}').unwrap_or(file);
    let (first, rest) = file.split_once('\n').unwrap_or((file, ""));
    let fence = match first.trim_end() {
        fence @ ("+++" | "---") => fence,
        _ => return Err("no front matter".to_owned()),
    };
    let (head, body) = split_at_fence(rest, fence).ok_or("the front matter has no end")?;
    if head.len() > MAX_HEAD {
        return Err("the front matter is longer than 64 KiB".to_owned());
    }
    let fields = if fence == "+++" { from_toml(head)? } else { from_yaml(head)? };
    Ok((FrontMatter::from(&fields), body))
}

/// Parts `text` at the first line that is the fence.
fn split_at_fence<'a>(text: &'a str, fence: &str) -> Option<(&'a str, &'a str)> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_end() == fence {
            return Some((&text[..at], &text[at + line.len()..]));
        }
        at += line.len();
    }
    None
}

fn one_line(error: impl std::fmt::Display) -> String {
    let text = error.to_string();
    text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().chars().take(200).collect()
}

fn from_toml(head: &str) -> Result<Map<String, Value>, String> {
    let table: toml::Table = toml::from_str(head).map_err(|e| format!("the front matter is not TOML: {}", one_line(e)))?;
    Ok(table.into_iter().map(|(key, value)| (key, loose(value))).collect())
}

/// TOML as JSON; dates become text.
fn loose(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(n) => n.into(),
        toml::Value::Float(n) => n.into(),
        toml::Value::Boolean(b) => b.into(),
        toml::Value::Datetime(at) => at.to_string().into(),
        toml::Value::Array(values) => values.into_iter().map(loose).collect(),
        toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, loose(value))).collect::<Map<_, _>>().into(),
    }
}

fn from_yaml(head: &str) -> Result<Map<String, Value>, String> {
    if head.trim().is_empty() {
        return Ok(Map::new());
    }
    serde_saphyr::from_str(head).map_err(|e| format!("the front matter is not YAML: {}", one_line(e)))
}

impl From<&Map<String, Value>> for FrontMatter {
    fn from(fields: &Map<String, Value>) -> FrontMatter {
        let text = |name: &str| fields.get(name).and_then(as_text);
        let authors = ["authors", "author"].iter().find_map(|name| fields.get(*name)).map(as_list).unwrap_or_default();
        let taxonomies = fields.get("taxonomies").and_then(Value::as_object);
        let tags = taxonomies.and_then(|t| t.get("tags")).or_else(|| fields.get("tags")).map(as_list).unwrap_or_default();
        FrontMatter {
            title: text("title"),
            date: text("date"),
            authors,
            path: text("path").or_else(|| text("permalink")),
            slug: text("slug"),
            tags,
            description: text("description").or_else(|| text("summary")),
            lang: text("lang").or_else(|| text("language")),
            draft: fields.get("draft").and_then(Value::as_bool).unwrap_or(false),
            aliases: fields.get("aliases").map(as_list).unwrap_or_default(),
        }
    }
}

/// One piece of text; a person may be a table with a `name`.
fn as_text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(n) => n.to_string(),
        Value::Object(table) => return table.get("name").and_then(as_text),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// One or several; one text may name several between commas.
fn as_list(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().filter_map(as_text).collect(),
        Value::String(text) => text.split([',', '，']).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect(),
        other => as_text(other).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn toml_and_yaml_say_the_same() {
        let toml = "+++\ntitle = \"A\"\ndate = 2024-05-06\nauthors = [\"Ann\", \"Bo\"]\npath = \"x/y\"\naliases = [\"old.html\"]\n[taxonomies]\ntags = [\"rust\"]\n+++\nText\n";
        let yaml =
            "---\r\ntitle: A\ndate: 2024-05-06\nauthors: [Ann, {name: Bo}]\npath: x/y\naliases:\n  - old.html\ntags: rust\n---\r\nText\n";
        let (from_toml, body) = parse(toml).unwrap();
        assert_eq!(body, "Text\n");
        assert_eq!(from_toml.date.as_deref(), Some("2024-05-06"));
        assert_eq!(from_toml.authors, ["Ann", "Bo"]);
        assert_eq!(parse(yaml).unwrap(), (from_toml, "Text\n"));
    }

    #[test]
    fn a_rule_in_the_text_does_not_end_it_and_a_fence_in_the_head_does() {
        let (_, body) = parse("---\ntitle: A\n---\none\n\n---\ntwo").unwrap();
        assert_eq!(body, "one\n\n---\ntwo");
    }

    #[test]
    fn what_cannot_be_understood_is_said() {
        for (file, reason) in [
            ("", "no front matter"),
            ("# Title", "no front matter"),
            ("+++\ntitle = 1", "no end"),
            ("+++\ntitle = \n+++\n", "not TOML"),
            ("---\n{[\n---\n", "not YAML"),
            ("---\n- a list\n---\n", "not YAML"),
        ] {
            assert!(parse(file).unwrap_err().contains(reason), "{file:?}");
        }
        let long = format!("+++\ntitle = \"{}\"\n+++\n", "x".repeat(MAX_HEAD));
        assert!(parse(&long).unwrap_err().contains("64 KiB"));
    }

    #[test]
    fn a_bomb_of_aliases_does_not_go_off() {
        let mut head = String::from("a: &a [x,x,x,x,x,x,x,x,x,x]\n");
        for (name, of) in ('b'..='k').zip('a'..) {
            head.push_str(&format!("{name}: &{name} [{}]\n", vec![format!("*{of}"); 10].join(",")));
        }
        assert!(parse(&format!("---\n{head}---\n")).is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_file_makes_the_parser_panic(head in ".{0,200}", fence in "(\\+\\+\\+|---)") {
            let _ = parse(&format!("{fence}\n{head}\n{fence}\n"));
            let _ = parse(&head);
        }
    }
}
