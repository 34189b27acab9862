//! `stoa demo`: an empty site filled with sample content.

use super::Outcome;
use clap::Args;
use stoa::demo::{Made, fill};
use stoa::server::context::Context;
use stoa::settings::service::NewSite;

/// The language, time zone and currency are for a site that is not set up yet.
#[derive(Args)]
pub struct Demo {
    /// The site's language: zh-CN or en
    #[arg(long, default_value = "en")]
    locale: String,
    /// Where days and months are counted, such as Asia/Shanghai
    #[arg(long, default_value = "UTC")]
    time_zone: String,
    /// The currency of prices, such as CNY
    #[arg(long, default_value = "USD")]
    currency: String,
    /// The password of the accounts that are made; a random one when there is none
    #[arg(long, env = "STOA_DEMO_PASSWORD", hide_env_values = true)]
    password: Option<String>,
}

impl Demo {
    pub async fn run(self, ctx: &Context) -> Outcome {
        let site = NewSite { name: "学廊 Stoa".into(), locale: self.locale, time_zone: self.time_zone, currency: self.currency };
        let password = self.password.unwrap_or_else(|| ctx.token());
        let made = fill(ctx, site, &password).await?;
        print(&made, &password, &ctx.config().base_url);
        Ok(())
    }
}

fn print(made: &Made, password: &str, base_url: &str) {
    let Made { owner, logins, articles, spaces, topics, replies, votes, ratings, orders, costs } = made;
    println!("{articles} articles, {spaces} spaces, {topics} topics, {replies} replies, {votes} votes, {ratings} ratings, {costs} costs.");
    match orders {
        Some(orders) => println!("{orders} orders, paid with the test provider."),
        None => println!("No orders: test payments are off. The sample members were given what they would have bought."),
    }
    println!("\nThese accounts are samples. Their password is shown only now:");
    if let Some(email) = owner {
        println!("owner {email} {password}");
    }
    for email in logins {
        println!("member {email} {password}");
    }
    println!("\nSign in at {base_url}/sign-in once the site is served.");
}
