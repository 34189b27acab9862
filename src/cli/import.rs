//! `stoa import …`: articles from files, members from elsewhere.

use super::Outcome;
use clap::{Args, Subcommand};
use std::collections::HashMap;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use stoa::foundation::locale::Locale;
use stoa::members;
use stoa::membership;
use stoa::membership::model::Tier;
use stoa::pages::letters;
use stoa::server::context::Context;
use stoa::transfer::bringing::{self, Names, Typed};
use stoa::transfer::markdown::{self, Report};

#[derive(Subcommand)]
pub enum Import {
    /// Import every Markdown file under a folder, with TOML or YAML front matter. A second run changes nothing
    Markdown {
        /// The folder
        dir: PathBuf,
    },
    /// Bring members along: Ghost's members CSV, or any CSV with a column `email`. Says what it would do; does it with --yes
    Members(Members),
}

#[derive(Args)]
pub struct Members {
    /// The file
    file: PathBuf,
    /// Which tier here is meant by a name in the file, as NAME=SLUG; may be given several times
    #[arg(long, value_parser = pair)]
    tier: Vec<(String, String)>,
    /// Which tier here a price at Stripe is for, as price_…=SLUG; may be given several times
    #[arg(long, value_parser = pair)]
    price: Vec<(String, String)>,
    /// The tier of complimentary members for whom the file names none
    #[arg(long, value_name = "SLUG")]
    complimentary: Option<String>,
    /// The last day of what is given where the file names none; for good without it
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<String>,
    /// Send everybody who is new one letter with a link to set a password
    #[arg(long)]
    invite: bool,
    /// Do it
    #[arg(long)]
    yes: bool,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, slug) = text.rsplit_once('=').ok_or_else(|| "NAME=SLUG".to_owned())?;
    Ok((name.to_owned(), slug.to_owned()))
}

impl Import {
    pub async fn run(self, ctx: &Context) -> Outcome {
        match self {
            Import::Markdown { dir } => {
                if !dir.is_dir() {
                    return Err(format!("{} is not a folder", dir.display()).into());
                }
                print(&markdown::import(ctx, &dir, show_progress).await?);
                Ok(())
            }
            Import::Members(members) => members.run(ctx).await,
        }
    }
}

impl Members {
    async fn run(self, ctx: &Context) -> Outcome {
        let bytes = tokio::fs::read(&self.file).await.map_err(|error| format!("{} cannot be read: {error}", self.file.display()))?;
        let viewer = members::service::operator(ctx).await?;
        let name = self.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let id = bringing::read(ctx, &viewer, &name, bytes).await?;
        let report = bringing::one(ctx, &viewer, id).await?;
        let (names, tiers) = (report.names(), membership::service::all_tiers(ctx, &viewer).await?);
        println!("{} · {} · {}", report.file_name, report.kind, report.encoding);
        println!("{} new, {} known, {} skipped, {} broken.", report.fresh, report.known, report.skipped, report.broken);
        for said in bringing::said(ctx, &viewer, id, None, 0, 50).await? {
            println!("line {}: {} {}", said.line, said.reason.text(Locale::En), said.email);
        }
        let typed = self.typed(&names, &tiers)?;
        show(&names, &typed, &tiers);
        if !self.yes {
            println!("Nothing was done. Say --yes, or go on at /admin/members/import/{id}");
            return Ok(());
        }
        bringing::run(ctx, &viewer, id, &typed, &letters::to_all()).await?;
        let done = bringing::one(ctx, &viewer, id).await?;
        let (added, granted, adopted, invited) = (done.added, done.granted, done.adopted, done.invited);
        println!("{added} members added, {granted} tiers given, {adopted} subscriptions taken over, {invited} letters written.");
        Ok(())
    }

    /// What was said on the command line, and where it says nothing, what is suggested.
    fn typed(&self, names: &Names, tiers: &[Tier]) -> Result<Typed, String> {
        let id = |slug: &String| match tiers.iter().find(|tier| tier.slug == *slug) {
            Some(tier) => Ok(tier.id.to_string()),
            None => Err(format!("there is no tier {slug}")),
        };
        let said = |pairs: &[(String, String)]| -> Result<HashMap<String, String>, String> {
            pairs.iter().map(|(name, slug)| Ok((name.to_lowercase(), id(slug)?))).collect()
        };
        let (by_name, by_price) = (said(&self.tier)?, said(&self.price)?);
        let mut typed = Typed::suggested(names, tiers);
        for (chosen, folded) in typed.tiers.iter_mut().zip(names.tiers.keys()) {
            if let Some(id) = by_name.get(folded) {
                chosen.clone_from(id);
            }
        }
        for (chosen, price) in typed.prices.iter_mut().zip(&names.prices) {
            if let Some(id) = by_price.get(&price.price.to_lowercase()) {
                chosen.clone_from(id);
            }
        }
        typed.nameless = self.complimentary.as_ref().map(id).transpose()?.unwrap_or_default();
        typed.until = self.until.clone().unwrap_or_default();
        typed.invite = self.invite;
        Ok(typed)
    }
}

fn show(names: &Names, typed: &Typed, tiers: &[Tier]) {
    let slug = |id: &String| tiers.iter().find(|tier| tier.id.to_string() == *id).map_or("(none)", |tier| tier.slug.as_str());
    for ((name, lines), chosen) in names.tiers.values().zip(&typed.tiers) {
        println!("tier {name}: {lines} lines → {}", slug(chosen));
    }
    if names.nameless > 0 {
        println!("complimentary, no tier named: {} lines → {}", names.nameless, slug(&typed.nameless));
    }
    for (price, chosen) in names.prices.iter().zip(&typed.prices) {
        let costs = price.charges().map(|(money, every)| format!("{} {} / {every}", money.to_plain(), price.currency)).unwrap_or_default();
        println!("{} {} {costs}: {} subscriptions → {}", price.price, price.name, price.agreements, slug(chosen));
    }
    if names.paying > 0 && !names.asked {
        println!("{} lines name something at Stripe, which was not asked. {}", names.paying, names.refused);
    }
    let letters = if typed.invite { "will get" } else { "could get (--invite)" };
    println!("{} new members {letters} a letter with a link to set a password.", names.letters);
}

/// A line that rewrites itself at a terminal; elsewhere a line now and then.
fn show_progress(done: usize, total: usize) {
    let mut err = std::io::stderr();
    // Progress that cannot be shown is no reason to stop.
    let _ = if err.is_terminal() {
        let end = if done == total { "\n" } else { "" };
        write!(err, "\r{done} of {total} files{end}").and_then(|()| err.flush())
    } else if done.is_multiple_of(50) || done == total {
        writeln!(err, "{done} of {total} files")
    } else {
        Ok(())
    };
}

fn print(report: &Report) {
    for (path, reason) in &report.skipped {
        println!("skipped {path}: {reason}");
    }
    for (path, note) in &report.notes {
        println!("note {path}: {note}");
    }
    let Report { created, unchanged, updated, redirects, skipped, notes } = report;
    println!(
        "{created} created, {updated} updated, {unchanged} unchanged, {} skipped; {redirects} redirects written, {} notes.",
        skipped.len(),
        notes.len()
    );
}
