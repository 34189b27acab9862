//! Each provider's whole life: its client against its simulator, over HTTP, with a clock that is moved by hand.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod alipay;
mod mainland;
mod paypal;
mod stripe;
mod wechat;
