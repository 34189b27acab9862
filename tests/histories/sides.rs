//! The provider's side of a history: what its buyers, its merchant's console and time do there.

use std::sync::Arc;
use stoa::payments::model::Checkout;
use stoa::providers::{Provider, Way};
use stoa::server::clock::Clock;
use stoa::server::random::SeededRandom;
use stoa::simulators::deliveries::Delivery;
use stoa::simulators::{Simulator, alipay, paypal, stripe, wechat};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Stripe,
    Paypal,
    Wechat,
    Alipay,
}

impl Kind {
    pub fn provider(self) -> Provider {
        match self {
            Kind::Stripe => Provider::Stripe,
            Kind::Paypal => Provider::Paypal,
            Kind::Wechat => Provider::Wechat,
            Kind::Alipay => Provider::Alipay,
        }
    }
}

impl Kind {
    /// Whether the provider, asked about a payment, says what it kept of it and what it gave back.
    pub const fn lists(self) -> bool {
        matches!(self, Kind::Stripe | Kind::Paypal)
    }
}

/// What happens at the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    Pay,
    /// The money is on its way.
    PayLater,
    Arrive,
    /// It does not arrive after all.
    Vanish,
    Decline,
    /// In the provider's console: so many hundredths of what was paid.
    Refund(u8),
    Dispute,
    Win,
    Lose,
    /// The next charges of an agreement fail, or succeed again.
    Failing(bool),
    /// The buyer ends an agreement there.
    Cancel,
    /// The buyer agrees to another price of an agreement, or does not.
    Consent(bool),
}

pub enum Side {
    Stripe(Arc<stripe::Stripe>),
    Paypal(Arc<paypal::Paypal>),
    Wechat(Arc<wechat::Wechat>),
    Alipay(Arc<alipay::Alipay>),
}

impl Side {
    /// Starts the simulator on a port of its own.
    pub async fn start(kind: Kind, clock: Arc<dyn Clock>, site: &str) -> (Side, String) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (random, base) = (Arc::new(SeededRandom::new(7)), address.clone());
        let webhook = format!("{site}/webhooks/{}", kind.provider().as_str());
        let (side, router) = match kind {
            Kind::Stripe => {
                let made = Arc::new(stripe::Stripe::new(clock, random, base));
                made.set_endpoint(&webhook);
                (Side::Stripe(made.clone()), made.router())
            }
            Kind::Paypal => {
                let made = Arc::new(paypal::Paypal::new(clock, random, base));
                made.set_webhook(&webhook);
                (Side::Paypal(made.clone()), made.router())
            }
            Kind::Wechat => {
                let made = Arc::new(wechat::Wechat::new(clock, random, base));
                (Side::Wechat(made.clone()), made.router())
            }
            Kind::Alipay => {
                let made = Arc::new(alipay::Alipay::new(clock, random, base));
                (Side::Alipay(made.clone()), made.router())
            }
        };
        let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        (side, address)
    }

    fn simulator(&self) -> &dyn Simulator {
        match self {
            Side::Stripe(made) => &**made,
            Side::Paypal(made) => &**made,
            Side::Wechat(made) => &**made,
            Side::Alipay(made) => &**made,
        }
    }

    pub fn tick(&self) {
        self.simulator().tick();
    }

    pub fn take(&self) -> Vec<Delivery> {
        self.simulator().deliveries().take_all()
    }

    pub fn signed_anew(&self, delivery: Delivery) -> Delivery {
        self.simulator().signed_anew(delivery)
    }

    /// Does it, if it can be done; the provider refuses what does not fit, and so nothing happens.
    pub async fn act(&self, deed: Deed, checkout: &Checkout, price: i64) {
        let part = |hundredths: u8| Some((price * i64::from(hundredths) / 100).max(1)).filter(|part| *part < price);
        match self {
            Side::Stripe(stripe) => {
                let Some(session) = &checkout.number else { return };
                let agreement = stripe.agreement_of(session).unwrap_or_default();
                let payment = stripe.payment_of(session).or_else(|| stripe.payment_of(&agreement)).unwrap_or_default();
                let dispute = || stripe.dispute_of(&payment).unwrap_or_default();
                let _refused = match deed {
                    Deed::Pay => stripe.pay(session),
                    Deed::PayLater => stripe.pay_slowly(session),
                    Deed::Arrive => stripe.settle(session, true),
                    Deed::Vanish => stripe.settle(session, false),
                    Deed::Decline => stripe.decline(session),
                    Deed::Refund(hundredths) => stripe.refund(&payment, part(hundredths)).map(drop),
                    Deed::Dispute => stripe.dispute(&payment).map(drop),
                    Deed::Win => stripe.settle_dispute(&dispute(), true),
                    Deed::Lose => stripe.settle_dispute(&dispute(), false),
                    Deed::Failing(fails) => {
                        stripe.set_charging(&agreement, if fails { stripe::Charging::Fails } else { stripe::Charging::Succeeds });
                        Ok(())
                    }
                    Deed::Cancel => stripe.cancel_at_end(&agreement, true),
                    // Nobody is asked.
                    Deed::Consent(_) => Ok(()),
                };
            }
            Side::Paypal(paypal) => {
                let Some(number) = &checkout.number else { return };
                let payment = paypal.payments_of(number).pop().unwrap_or_default();
                let _refused: Result<(), paypal::Unable> = match deed {
                    Deed::Pay => paypal.pay(number, paypal::Paying::Succeeds).map(drop),
                    Deed::PayLater => paypal.pay(number, paypal::Paying::Waits).map(drop),
                    Deed::Arrive => paypal.settle(number, true),
                    Deed::Vanish => paypal.settle(number, false),
                    Deed::Decline => paypal.pay(number, paypal::Paying::Fails).map(drop),
                    Deed::Refund(hundredths) => paypal.refund(&payment, part(hundredths)).map(drop),
                    Deed::Dispute => paypal.dispute(&payment).map(drop),
                    Deed::Win => paypal.decide(&paypal.dispute_of(&payment).unwrap_or_default(), true),
                    Deed::Lose => paypal.decide(&paypal.dispute_of(&payment).unwrap_or_default(), false),
                    Deed::Failing(fails) => {
                        paypal.set_charging(number, if fails { paypal::Charging::Fails } else { paypal::Charging::Succeeds })
                    }
                    Deed::Cancel => paypal.cancel(number),
                    Deed::Consent(true) => paypal.agree(number).map(drop),
                    Deed::Consent(false) => paypal.disagree(number).map(drop),
                };
            }
            Side::Wechat(wechat) => {
                let number = &checkout.reference;
                let _refused = match deed {
                    Deed::Pay => wechat.pay(number),
                    Deed::Refund(hundredths) => wechat.refund(number, part(hundredths)).map(drop),
                    _ => Ok(()),
                };
            }
            Side::Alipay(alipay) => {
                let number = &checkout.reference;
                if let (Deed::Pay, Some(Way::GoTo(address))) = (deed, &checkout.way) {
                    // A trade begins when the buyer opens the address.
                    let opened = reqwest::Client::builder().no_proxy().build().unwrap().get(address).send().await;
                    drop(opened);
                }
                let _refused = match deed {
                    Deed::Pay => alipay.pay(number),
                    Deed::Refund(hundredths) => alipay.refund(number, part(hundredths)).map(drop),
                    _ => Ok(()),
                };
            }
        }
    }
}
