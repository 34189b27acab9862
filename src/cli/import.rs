//! `stoa import markdown DIR`: articles from files.

use super::Outcome;
use clap::Subcommand;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use stoa::server::context::Context;
use stoa::transfer::markdown::{self, Report};

#[derive(Subcommand)]
pub enum Import {
    /// Import every Markdown file under a folder, with TOML or YAML front matter. A second run changes nothing
    Markdown {
        /// The folder
        dir: PathBuf,
    },
}

impl Import {
    pub async fn run(self, ctx: &Context) -> Outcome {
        let Import::Markdown { dir } = self;
        if !dir.is_dir() {
            return Err(format!("{} is not a folder", dir.display()).into());
        }
        let report = markdown::import(ctx, &dir, show_progress).await?;
        print(&report);
        Ok(())
    }
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
