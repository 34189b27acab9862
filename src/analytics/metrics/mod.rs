//! One file a metric: what it is called, what it means, in which unit, and how it is computed from what was counted.

pub mod activity;
pub mod profit;
pub mod quality;
pub mod retention;

/// What a metric says about itself, in the reader's language.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// Names it in addresses.
    pub slug: &'static str,
    pub name: &'static str,
    pub definition: &'static str,
    pub unit: &'static str,
}
