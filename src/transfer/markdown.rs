//! Importing a folder of Markdown: each file becomes an article, each old address a redirect to it.
//!
//! A file is known by its folder and its path in it. A second run finds every file again, keeps its slug, and changes
//! nothing where the text has not changed. Each file is a transaction of its own: an import that was stopped goes on.

use super::files::{self, Found};
use super::front_matter::{self, FrontMatter};
use super::{plan, store};
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::id::MemberId;
use crate::foundation::locale::Locale;
use crate::foundation::site::Site;
use crate::foundation::slug::slugify;
use crate::foundation::text;
use crate::foundation::time::Timestamp;
use crate::members;
use crate::posts::service::{self as posts, ImportedPost, Outcome};
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::settings;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::path::Path;

/// What an import did.
#[derive(Debug, Default, PartialEq)]
pub struct Report {
    pub created: usize,
    pub unchanged: usize,
    pub updated: usize,
    pub redirects: usize,
    /// Files that were left out, each with the reason.
    pub skipped: Vec<(String, String)>,
    /// What came in, but not quite as it was.
    pub notes: Vec<(String, String)>,
}

struct Import<'a> {
    ctx: &'a Context,
    site: &'a Site,
    owner: MemberId,
    /// The folder's name, so that two blogs with a `hello.md` stay two.
    name: String,
    /// Who has an old address already, in this run: the first keeps it.
    addresses: HashMap<String, String>,
    report: Report,
}

/// Imports every Markdown file under `folder`. `progress` is told after each file how many of how many are done.
pub async fn import(ctx: &Context, folder: &Path, mut progress: impl FnMut(usize, usize)) -> Result<Report> {
    let site = settings::service::require_site(ctx).await?;
    let owner = members::service::first_owner(ctx).await?;
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut import = Import { ctx, site: &site, owner, name, addresses: HashMap::new(), report: Report::default() };
    let entries = files::walk(&folder);
    let total = entries.len();
    for (done, entry) in entries.into_iter().enumerate() {
        let found = entry.map_or_else(|unreadable| unreadable, |entry| files::read(&folder, &entry));
        import.file(found).await?;
        progress(done + 1, total);
    }
    Ok(import.report)
}

impl Import<'_> {
    async fn file(&mut self, found: Found) -> Result<()> {
        let done = match found.text {
            Err(reason) => Err(reason),
            Ok(_) if found.path.rsplit('/').next() == Some("_index.md") => Err("the head of a section, not an article".to_owned()),
            Ok(text) => self.article(&found.path, &text).await?,
        };
        if let Err(reason) = done {
            self.report.skipped.push((found.path, reason));
        }
        Ok(())
    }

    /// The inner error is the reason why the file is skipped; the outer one ends the import.
    async fn article(&mut self, path: &str, file: &str) -> Result<std::result::Result<(), String>> {
        let (head, body) = match front_matter::parse(file) {
            Ok(parsed) => parsed,
            Err(reason) => return Ok(Err(reason)),
        };
        let (title, published_at) = match self.check(&head, path) {
            Ok(checked) => checked,
            Err(reason) => return Ok(Err(reason)),
        };
        let mut tx = self.ctx.db().begin().await?;
        let from = format!("{}/{path}", self.name);
        let Some(slug) = self.slug(&mut tx, &head, path, &from, published_at).await? else {
            return Ok(Err("no address can be made for it".to_owned()));
        };
        let author = self.author(&mut tx, &head, path).await?;
        let post = ImportedPost {
            slug,
            author,
            title,
            summary: head.description.as_deref().map(text::line).filter(|line| !line.is_empty()),
            source: body.to_owned(),
            tags: head.tags.clone(),
            published_at,
            draft: head.draft,
            lang: head.lang.as_deref().and_then(Locale::from_tag).map(|locale| locale.tag().to_owned()),
            from,
            hash: hash(file),
        };
        let (id, outcome) = match posts::import(self.ctx, &mut tx, post).await {
            Ok(done) => done,
            Err(error @ (AppError::Unavailable | AppError::Internal)) => return Err(error),
            Err(refused) => return Ok(Err(refused.message(Locale::En))),
        };
        // Somebody may have taken the address since it was looked up.
        let slug = store::slug_of(&mut tx, id).await?;
        let redirects = self.redirects(&head, path, &slug);
        match outcome {
            Outcome::Created => self.report.created += 1,
            Outcome::Updated => self.report.updated += 1,
            Outcome::Unchanged => self.report.unchanged += 1,
        }
        if outcome != Outcome::Unchanged {
            self.report.redirects += redirects.len();
            for address in &redirects {
                settings::service::add_redirect(self.ctx, &mut tx, address, &format!("/p/{slug}")).await?;
            }
        }
        tx.commit().await?;
        Ok(Ok(()))
    }

    fn check(&self, head: &FrontMatter, path: &str) -> std::result::Result<(String, Timestamp), String> {
        let title = text::required_line(head.title.as_deref().unwrap_or_default(), 200).map_err(|words| format!("title: {}", words.en))?;
        if head.path.as_deref().is_some_and(plan::has_dots) || head.slug.as_deref().is_some_and(plan::has_dots) {
            return Err("its path leads out of the site".to_owned());
        }
        let published_at = match plan::published_at(head, path, &self.site.time_zone)? {
            Some(at) => at,
            None if head.draft => self.ctx.now(),
            None => return Err("no date, neither in the front matter nor in its path".to_owned()),
        };
        Ok((title, published_at))
    }

    /// The slug it was given before, or the first that is free.
    async fn slug(&self, tx: &mut Tx, head: &FrontMatter, path: &str, from: &str, at: Timestamp) -> Result<Option<String>> {
        let before = store::slug_of_file(tx, from).await?;
        if before.is_some() {
            return Ok(before);
        }
        let base = plan::base_slug(head, path);
        if base.is_empty() {
            return Ok(None);
        }
        let day = format::day(at, &self.site.time_zone).to_string();
        for slug in plan::slugs(&base, &day) {
            if !store::is_taken(tx, &slug).await? {
                return Ok(Some(slug));
            }
        }
        Ok(None)
    }

    /// The first author; an article has one, so the others are told in a note.
    async fn author(&mut self, tx: &mut Tx, head: &FrontMatter, path: &str) -> Result<MemberId> {
        let names: Vec<String> = head.authors.iter().map(|name| text::line(name)).filter(|name| !name.is_empty()).collect();
        let Some((first, others)) = names.split_first() else {
            self.report.notes.push((path.to_owned(), "no author; it is under the owner's name".to_owned()));
            return Ok(self.owner);
        };
        if !others.is_empty() {
            let others = others.join(", ");
            self.report.notes.push((path.to_owned(), format!("kept under its first author, {first}; also by {others}")));
        }
        let name: String = first.chars().take(60).collect();
        members::service::unclaimed_author_named(self.ctx, tx, self.site, &slugify(&name), &name).await
    }

    /// The old addresses this article keeps. One that two articles claim stays with the first.
    fn redirects(&mut self, head: &FrontMatter, path: &str, slug: &str) -> Vec<String> {
        let mut kept = Vec::new();
        for old in head.path.iter().chain(&head.aliases) {
            let forms = match plan::old_addresses(old) {
                Ok(forms) => forms,
                Err(reason) => {
                    self.report.notes.push((path.to_owned(), reason));
                    continue;
                }
            };
            for form in forms {
                let of = self.addresses.entry(form.clone()).or_insert_with(|| slug.to_owned());
                if of != slug {
                    self.report.notes.push((path.to_owned(), format!("/{form} leads to /p/{of} already")));
                } else if !kept.contains(&form) && form != format!("p/{slug}") {
                    kept.push(form);
                }
            }
        }
        kept
    }
}

fn hash(file: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD_NO_PAD.encode(Sha256::digest(file.as_bytes()))
}
