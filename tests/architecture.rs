//! Who may know whom: the rules of `ARCHITECTURE.md`, read off the `use crate::` lines and the paths in the source.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::fs;
use std::path::{Path, PathBuf};

/// A feature imports only what stands lower. Equal ranks do not know each other.
const RANKS: &[(&str, u32)] = &[
    ("foundation", 0),
    ("markdown", 1),
    ("server", 1),
    ("ui", 1),
    ("providers", 2),
    ("simulators", 2),
    ("settings", 10),
    ("mail", 11),
    ("members", 12),
    ("membership", 13),
    ("spaces", 14),
    ("posts", 15),
    ("bundles", 16),
    ("discussion", 16),
    ("share", 16),
    ("codes", 17),
    ("reactions", 17),
    ("payments", 17),
    ("reading", 17),
    ("creators", 18),
    ("segments", 18),
    ("transfer", 18),
    ("analytics", 18),
    ("demo", 19),
    ("sponsors", 19),
    ("pages", 30),
    ("api", 30),
    ("app", 31),
];

fn rank(module: &str) -> Option<u32> {
    RANKS.iter().find(|(name, _)| *name == module).map(|(_, rank)| *rank)
}

fn source_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            source_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    source_files(Path::new("src"), &mut files);
    assert!(files.len() > 20, "the tests run in the project's root");
    files.into_iter().map(|path| (path.clone(), fs::read_to_string(&path).unwrap())).collect()
}

/// The top module a file of `src/` belongs to.
fn module_of(path: &Path) -> String {
    let first = path.strip_prefix("src").unwrap().components().next().unwrap();
    first.as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

/// Every module named after `crate::` in the code, also in `use crate::{a, b::c}`.
fn modules_named(source: &str) -> Vec<String> {
    let code: String = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut named = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => named.push(word(rest)),
            Some(group) => {
                let mut depth = 0;
                let mut begins = true;
                for (i, c) in group.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => begins = true,
                        c if begins && !c.is_whitespace() => {
                            named.push(word(&group[i..]));
                            begins = false;
                        }
                        _ => (),
                    }
                }
            }
        }
    }
    named
}

#[test]
fn a_module_knows_only_what_stands_below_it() {
    let mut wrong = Vec::new();
    for (path, source) in sources() {
        let module = module_of(&path);
        let Some(own) = rank(&module) else {
            assert!(["lib", "main", "cli"].contains(&module.as_str()), "{module} has no rank: give it one in tests/architecture.rs");
            continue;
        };
        for named in modules_named(&source) {
            let Some(other) = rank(&named) else { continue };
            // The site map and the API may compose anything, and each other's nothing; the ground may use its own floor.
            let same_floor = own == 1 && other == 1 && named == "server" && module == "server";
            if named != module && other >= own && !same_floor {
                wrong.push(format!("{} names crate::{named}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn sql_stands_in_stores_only() {
    let begins = ["\"select ", "\"insert into ", "\"update ", "\"delete from "];
    let keeps_a_table = |path: &Path| {
        let named = |part: &str| part.ends_with("store") || part == "tests";
        path.components().any(|c| c.as_os_str().to_str().is_some_and(|name| named(name.trim_end_matches(".rs"))))
    };
    // Small books of their own, kept where they are used; and what reads every table of one member.
    let books = [
        "src/server/",
        "src/api/health.rs",
        "src/members/activity.rs",
        "src/payments/ledger.rs",
        "src/payments/test_provider/",
        "src/posts/counters.rs",
        "src/transfer/export.rs",
    ];
    let mut wrong = Vec::new();
    for (path, source) in sources() {
        if keeps_a_table(&path) || books.iter().any(|e| path.to_str().unwrap().starts_with(e)) {
            continue;
        }
        for (number, line) in source.lines().enumerate() {
            if begins.iter().any(|b| line.contains(b)) {
                wrong.push(format!("{}:{}", path.display(), number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn where_the_code_runs_is_said_in_few_places() {
    let mut wrong = Vec::new();
    for (path, source) in sources() {
        let name = path.file_name().unwrap().to_str().unwrap();
        if !["lib.rs", "main.rs", "mod.rs"].contains(&name) && source.contains("cfg(feature") {
            wrong.push(path);
        }
    }
    assert!(wrong.is_empty(), "cfg(feature) stands in lib.rs, main.rs and mod.rs only: {wrong:?}");
}

#[test]
fn no_module_is_a_drawer_for_everything() {
    for (path, _) in sources() {
        for part in path.components() {
            let name = part.as_os_str().to_str().unwrap().trim_end_matches(".rs");
            assert!(!["util", "utils", "common", "helpers", "misc", "manager"].contains(&name), "{}", path.display());
        }
    }
}

#[test]
fn chinese_and_english_are_not_swapped_in_a_sentence() {
    let han = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    // What something is called where it comes from is quoted as it is: “订单编号”.
    let unquoted = |text: &str| {
        text.split('“')
            .enumerate()
            .map(|(i, part)| if i == 0 { part } else { part.split_once('”').map_or("", |(_, rest)| rest) })
            .collect::<String>()
    };
    // "{n}, {m}" says nothing in either language.
    let has_words = |text: &str| {
        let spoken: String = text
            .split('{')
            .enumerate()
            .map(|(i, part)| if i == 0 { part } else { part.split_once('}').map_or("", |(_, rest)| rest) })
            .collect();
        spoken.split(|c: char| !c.is_alphabetic()).any(|word| word.len() > 1)
    };
    let mut wrong = Vec::new();
    for (path, source) in sources() {
        let lines: Vec<&str> = source.lines().collect();
        for (i, line) in lines.iter().enumerate() {
            for name in ["t!(", "tf!(", "words!("] {
                let Some(at) = line.find(name) else { continue };
                if line.trim_start().starts_with("//") || line[..at].ends_with(|c: char| c.is_alphanumeric()) {
                    continue;
                }
                let call = lines[i..(i + 6).min(lines.len())].join(" ");
                let literals: Vec<&str> = call[call.find(name).unwrap_or_default()..].split('"').skip(1).step_by(2).collect();
                if let [zh, en, ..] = literals[..]
                    && (han(&unquoted(en)) || (!han(zh) && zh != en && has_words(en)))
                {
                    wrong.push(format!("{}:{}: {zh:?} / {en:?}", path.display(), i + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
