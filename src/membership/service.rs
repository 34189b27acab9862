//! Tiers, and what members hold.
