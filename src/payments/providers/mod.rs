//! Payment providers. Each has its own module, which starts checkouts there and turns what it tells us into [`Event`]s,
//! once it is certain that it was told by the provider. What an event means for an order is not decided here.

pub mod test;

/// Who takes the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Provider {
    /// Takes no money; see [`test`].
    Test,
}

impl Provider {
    /// As stored in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Provider::Test => "test",
        }
    }

    pub fn parse(text: &str) -> Option<Provider> {
        (text == "test").then_some(Provider::Test)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// The money is there.
    Succeeded,
    /// The money is on its way.
    Pending,
    Declined,
    /// Of no interest to us: noted, and nothing else.
    Other,
}

/// Something a provider told us, its signature checked. Texts are printable ASCII.
#[derive(Debug, Clone)]
pub struct Event {
    pub provider: Provider,
    /// The provider's number for this event, the same however often it is told.
    pub id: String,
    pub kind: EventKind,
    /// The provider's own word for the kind.
    pub kind_name: String,
    /// Our reference of the order.
    pub order: String,
    /// The provider's numbers for the checkout and for the payment.
    pub checkout: String,
    pub payment: String,
    pub minor: i64,
    pub currency: String,
    /// As it came.
    pub body: String,
}
