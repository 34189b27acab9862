//! The Markdown files of a folder, read with distrust: the folder may come from anywhere.
//!
//! Only real files inside the folder are read; a symbolic link is not followed, wherever it leads, and what is no file (a
//! pipe would be waited for without end) is not opened.

use std::io::Read;
use std::path::Path;
use walkdir::{DirEntry, WalkDir};

/// The largest file that is read.
pub const MAX_FILE: u64 = 1024 * 1024;

/// One file under the folder: where it is (with `/`, relative to the folder), and its text or why there is none.
pub struct Found {
    pub path: String,
    pub text: Result<String, String>,
}

/// Every path that may be an article, in an order that is the same every time. Texts are read one by one, by [`read`].
pub fn walk(folder: &Path) -> Vec<Result<DirEntry, Found>> {
    let entries = WalkDir::new(folder).follow_links(false).sort_by_file_name().into_iter();
    entries
        .filter_map(|entry| match entry {
            Ok(entry) => may_be_article(&entry).then_some(Ok(entry)),
            Err(error) => {
                let path = error.path().unwrap_or(folder).strip_prefix(folder).unwrap_or(folder).to_string_lossy().into_owned();
                Some(Err(Found { path, text: Err("cannot be read".to_owned()) }))
            }
        })
        .collect()
}

fn may_be_article(entry: &DirEntry) -> bool {
    let markdown = entry.path().extension().is_some_and(|ending| ending.eq_ignore_ascii_case("md"));
    // A linked folder is named in the report, since what is in it will be missed.
    let linked_folder = || entry.path_is_symlink() && entry.path().is_dir();
    entry.depth() > 0 && ((markdown && !entry.file_type().is_dir()) || linked_folder())
}

pub fn read(folder: &Path, entry: &DirEntry) -> Found {
    let relative = entry.path().strip_prefix(folder).unwrap_or(entry.path());
    let path = relative.to_string_lossy().into_owned();
    let text = if relative.to_str().is_none() { Err("its name is not UTF-8".to_owned()) } else { text(entry) };
    Found { path, text }
}

fn text(entry: &DirEntry) -> Result<String, String> {
    if entry.path_is_symlink() {
        return Err("a symbolic link; links are not followed".to_owned());
    }
    if !entry.file_type().is_file() {
        return Err("not a regular file".to_owned());
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(entry.path()).map_err(|error| format!("cannot be opened: {error}"))?;
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(|error| format!("cannot be read: {error}"))?;
    if bytes.len() as u64 > MAX_FILE {
        return Err("larger than 1 MiB".to_owned());
    }
    String::from_utf8(bytes).map_err(|_| "not UTF-8".to_owned())
}
