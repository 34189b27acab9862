//! The commands. Each says what it did and ends with a status that scripts can read.

mod admin;
mod demo;
mod import;
mod renew;
mod serve;
mod setup;
mod simulate;

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use stoa::server::config::Config;
use stoa::server::context::Context;
use stoa::server::db::Db;

pub type Outcome = Result<(), Box<dyn std::error::Error + Send + Sync>>;

/// A self-hosted home for paid-knowledge communities.
#[derive(Parser)]
#[command(name = "stoa", version)]
pub struct Cli {
    /// The configuration file; it need not exist
    #[arg(long, global = true, default_value = "stoa.toml")]
    config: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the site until told to stop
    Serve(serve::Serve),
    /// Set the site up without a browser: its name, its rules, its owner
    Setup(setup::Setup),
    /// Fill an empty site with sample content, founding it if need be
    Demo(demo::Demo),
    /// Bring content in from elsewhere
    #[command(subcommand)]
    Import(import::Import),
    /// Play the payment providers on local ports, to try a site with; no money moves
    Simulate(simulate::Simulate),
    /// Look after accounts without a browser
    #[command(subcommand)]
    Admin(admin::Admin),
    /// Bring the database up to date: its schema, and texts whose HTML an older program made
    Migrate,
    /// Print the whole configuration in force, with comments
    Config,
}

impl Cli {
    pub async fn run(self) -> Outcome {
        let config = Config::load(&self.config, |name| std::env::var(name).ok())?;
        if matches!(self.command, Command::Config) {
            print!("{}", config.to_commented_toml());
            return Ok(());
        }
        if let Command::Serve(serve) = &self.command
            && serve.maintenance
        {
            return serve::maintenance(&config).await;
        }
        if let Command::Simulate(simulate) = self.command {
            return simulate.run(&config).await;
        }
        let db = Db::open(&config.database_url).await.map_err(|e| format!("the database cannot be opened: {e}"))?;
        db.migrate().await.map_err(|e| format!("the database's schema cannot be brought up to date: {e}"))?;
        let ctx = Context::new(db.clone(), config);
        let outcome = match self.command {
            Command::Serve(_) => serve::serve(ctx).await,
            Command::Setup(setup) => setup.run(&ctx).await,
            Command::Demo(demo) => demo.run(&ctx).await,
            Command::Import(import) => import.run(&ctx).await,
            Command::Admin(admin) => admin.run(&ctx).await,
            Command::Migrate => migrate(&ctx).await,
            Command::Config | Command::Simulate(_) => Ok(()),
        };
        db.close().await;
        outcome
    }
}

/// The schema is up to date whenever a command runs; the texts are brought there while one watches.
async fn migrate(ctx: &Context) -> Outcome {
    println!("The schema is up to date.");
    let done = renew::render_again(ctx, |done| eprintln!("{done} texts rendered again")).await?;
    println!("{done} texts were rendered again; all are up to date.");
    Ok(())
}
