//! What every service is given: the database, the clock, randomness, the configuration and the site.

use super::clock::{Clock, SystemClock};
use super::config::Config;
use super::db::Db;
use super::random::{Random, SecureRandom};
use crate::foundation::site::Site;
use crate::foundation::time::{SECOND, Timestamp};
use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Cheap to clone; one for the whole program.
#[derive(Clone)]
pub struct Context(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    config: Config,
    /// The site's settings and when they were read; `settings::service` fills it. Other instances see a change within
    /// [`SITE_LASTS`].
    site: RwLock<Option<(Arc<Site>, Timestamp)>>,
    /// What features keep in memory, one of a type.
    kept: RwLock<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

/// How long settings are kept before they are read again, in milliseconds.
const SITE_LASTS: i64 = 5 * SECOND;

impl Context {
    pub fn new(db: Db, config: Config) -> Context {
        Context::with(db, config, Arc::new(SystemClock), Arc::new(SecureRandom))
    }

    /// With a clock and randomness of one's own: for tests.
    pub fn with(db: Db, config: Config, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Context {
        Context(Arc::new(Inner { db, clock, random, config, site: RwLock::new(None), kept: RwLock::default() }))
    }

    pub fn db(&self) -> &Db {
        &self.0.db
    }

    pub fn config(&self) -> &Config {
        &self.0.config
    }

    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// The clock itself, for what has to ask it later.
    pub fn clock(&self) -> Arc<dyn Clock> {
        self.0.clock.clone()
    }

    pub fn random(&self) -> Arc<dyn Random> {
        self.0.random.clone()
    }

    /// A token nobody can guess: 128 random bits in URL-safe base64.
    pub fn token(&self) -> String {
        use base64::Engine;
        let mut bytes = [0u8; 16];
        self.0.random.fill(&mut bytes);
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
    }

    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0u8; N];
        self.0.random.fill(&mut bytes);
        bytes
    }

    /// So many random bytes as lower-case hexadecimal digits, two each.
    pub fn random_hex<const BYTES: usize>(&self) -> String {
        self.random_bytes::<BYTES>().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The site as last read, unless that is too long ago.
    pub fn cached_site(&self) -> Option<Arc<Site>> {
        let now = self.now();
        let cached = self.0.site.read().ok()?;
        cached.as_ref().filter(|(_, read_at)| now.since(*read_at).abs() < SITE_LASTS).map(|(site, _)| site.clone())
    }

    pub fn remember_site(&self, site: Option<Arc<Site>>) {
        if let Ok(mut cached) = self.0.site.write() {
            *cached = site.map(|site| (site, self.now()));
        }
    }

    /// What a feature keeps in memory for as long as the program runs: made when it is first asked for.
    pub fn keep<T: Any + Default + Send + Sync>(&self) -> Arc<T> {
        let kept = |map: &HashMap<TypeId, Arc<dyn Any + Send + Sync>>| map.get(&TypeId::of::<T>())?.clone().downcast::<T>().ok();
        let found = kept(&self.0.kept.read().unwrap_or_else(PoisonError::into_inner));
        found.unwrap_or_else(|| {
            let mut map = self.0.kept.write().unwrap_or_else(PoisonError::into_inner);
            kept(&map).unwrap_or_else(|| {
                let new = Arc::new(T::default());
                map.insert(TypeId::of::<T>(), new.clone());
                new
            })
        })
    }
}
