//! Randomness, given to services rather than taken by them.

use rand::RngCore;
use rand::SeedableRng;
use std::sync::Mutex;

pub trait Random: Send + Sync {
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's secure generator, through the thread's.
pub struct SecureRandom;

impl Random for SecureRandom {
    fn fill(&self, bytes: &mut [u8]) {
        rand::rng().fill_bytes(bytes);
    }
}

/// The same sequence every time: for tests.
pub struct SeededRandom(Mutex<rand::rngs::StdRng>);

impl SeededRandom {
    pub fn new(seed: u64) -> Self {
        SeededRandom(Mutex::new(rand::rngs::StdRng::seed_from_u64(seed)))
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        match self.0.lock() {
            Ok(mut rng) => rng.fill_bytes(bytes),
            Err(poisoned) => poisoned.into_inner().fill_bytes(bytes),
        }
    }
}
