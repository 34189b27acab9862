//! `stoa setup`: what `/setup` does, for scripts.

use super::Outcome;
use clap::Args;
use stoa::foundation::error::AppError;
use stoa::members::service::{NewAccount, found_site};
use stoa::server::context::Context;
use stoa::settings::service::NewSite;

#[derive(Args)]
pub struct Setup {
    /// The site's name
    #[arg(long)]
    name: String,
    /// The site's language: zh-CN or en
    #[arg(long, default_value = "en")]
    locale: String,
    /// Where days and months are counted, such as Asia/Shanghai
    #[arg(long, default_value = "UTC")]
    time_zone: String,
    /// The currency of prices, such as CNY
    #[arg(long, default_value = "USD")]
    currency: String,
    /// The owner's e-mail
    #[arg(long)]
    email: String,
    /// The owner's handle
    #[arg(long)]
    handle: String,
    /// The owner's password; better given by the environment than on the command line
    #[arg(long, env = "STOA_SETUP_PASSWORD", hide_env_values = true)]
    password: String,
}

impl Setup {
    pub async fn run(self, ctx: &Context) -> Outcome {
        let site = NewSite { name: self.name, locale: self.locale, time_zone: self.time_zone, currency: self.currency };
        let owner = NewAccount { email: self.email, handle: self.handle, name: String::new(), password: self.password };
        match found_site(ctx, site, owner).await {
            Ok(_) => {
                println!("The site is set up.");
                Ok(())
            }
            Err(AppError::Invalid(fields)) => {
                let lines: Vec<String> = fields.iter().map(|f| format!("{}: {}", f.field, f.words.en)).collect();
                Err(lines.join("\n").into())
            }
            Err(error) => Err(error.into()),
        }
    }
}
