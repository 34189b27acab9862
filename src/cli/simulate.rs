//! `stoa simulate`: payment providers to try a site with. No money moves, nothing is kept.

use super::Outcome;
use clap::Args;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use stoa::foundation::time::SECOND;
use stoa::server::clock::{Clock, SystemClock};
use stoa::server::config::Config;
use stoa::server::random::SecureRandom;
use stoa::simulators::deliveries::Delivery;
use stoa::simulators::{self, Simulator};
use tokio::net::TcpListener;

#[derive(Args)]
pub struct Simulate {
    /// Which: stripe, paypal, wechat, alipay; all of them when none is named
    names: Vec<String>,
    /// The address to listen on; each simulator has a port of its own
    #[arg(long, default_value = "127.0.0.1")]
    host: String,
}

/// How often what is due is sent.
const SEND_EVERY: Duration = Duration::from_millis(300);

/// When one that was not taken is sent again, in milliseconds.
const AGAIN_AFTER: i64 = 15 * SECOND;

impl Simulate {
    pub async fn run(self, config: &Config) -> Outcome {
        let named = |name: &str| self.names.is_empty() || self.names.iter().any(|wanted| wanted == name);
        if let Some(unknown) = self.names.iter().find(|wanted| simulators::ALL.iter().all(|name| name != wanted)) {
            return Err(format!("there is no simulator called {unknown}").into());
        }
        let mut running = Vec::new();
        for name in simulators::ALL.into_iter().filter(|name| named(name)) {
            let Some(port) = simulators::port(name, config.simulators_port) else { continue };
            let base_url = format!("http://{}:{port}", self.host);
            let made = simulators::make(name, Arc::new(SystemClock), Arc::new(SecureRandom), &base_url, &config.base_url);
            let Some((router, simulator)) = made else { continue };
            let listener =
                TcpListener::bind((self.host.as_str(), port)).await.map_err(|e| format!("{base_url} cannot be listened on: {e}"))?;
            println!("The simulator of {name} is at {base_url}");
            let service = router.into_make_service_with_connect_info::<SocketAddr>();
            running.push(tokio::spawn(async move { axum::serve(listener, service).await }));
            running.push(tokio::spawn(async move {
                send(&*simulator).await;
                Ok(())
            }));
        }
        for task in running {
            task.await??;
        }
        Ok(())
    }
}

/// Sends notifications as they fall due; one that is not taken is sent again later, as the service would.
async fn send(simulator: &dyn Simulator) {
    let client = match reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(10)).build() {
        Ok(client) => client,
        Err(error) => return eprintln!("the simulator cannot send: {error}"),
    };
    let mut every = tokio::time::interval(SEND_EVERY);
    loop {
        every.tick().await;
        simulator.tick();
        for delivery in simulator.deliveries().take_due(SystemClock.now()) {
            let delivery = simulator.signed_anew(delivery);
            let request = delivery.headers.iter().fold(client.post(&delivery.url), |request, (name, value)| request.header(name, value));
            let taken = request.body(delivery.body.clone()).send().await;
            simulator.deliveries().note(&delivery, taken.as_ref().map_or_else(ToString::to_string, |answer| answer.status().to_string()));
            let said = match &taken {
                Ok(answer) if answer.status().is_success() => {
                    println!("told {}", delivery.url);
                    continue;
                }
                // What was forged on purpose is refused for good.
                Ok(answer) if answer.status().is_client_error() => {
                    println!("{} refused it: {}", delivery.url, answer.status());
                    continue;
                }
                Ok(answer) => answer.status().to_string(),
                Err(error) => error.to_string(),
            };
            println!("{} did not take it, it is told again: {said}", delivery.url);
            let due = SystemClock.now().plus(AGAIN_AFTER);
            simulator.deliveries().again(Delivery { due, ..delivery });
        }
    }
}
