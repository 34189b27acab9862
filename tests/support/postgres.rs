//! A PostgreSQL database of its own for a test, for all test programs that want one.

use stoa::server::db::{Db, Queries};
use stoa::server::random::{Random, SecureRandom};

/// Its address. Databases are thrown away with the server.
pub async fn new_postgres_database() -> String {
    let base = std::env::var("STOA_TEST_POSTGRES")
        .expect("STOA_TEST_POSTGRES names a PostgreSQL for tests: run scripts/with-postgres.sh cargo test …");
    let admin = Db::open(&base).await.unwrap();
    let mut bytes = [0u8; 8];
    SecureRandom.fill(&mut bytes);
    let name = format!("stoa_test_{:016x}", u64::from_be_bytes(bytes));
    admin.run(format!("create database {name}"), vec![]).await.unwrap();
    admin.close().await;
    let (server, query) = base.split_once('?').map_or((base.as_str(), None), |(s, q)| (s, Some(q)));
    let server = server.rsplit_once('/').map(|(server, _)| server).unwrap();
    match query {
        Some(query) => format!("{server}/{name}?{query}"),
        None => format!("{server}/{name}"),
    }
}
