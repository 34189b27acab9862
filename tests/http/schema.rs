//! Both schemas are one.

use crate::support::{Backend, TestApp};
use std::collections::BTreeMap;
use stoa::server::db::Queries;

type Columns = BTreeMap<String, Vec<(String, bool)>>;

/// Table → its columns in order, and whether each may be null.
async fn columns(app: &TestApp, sql: &'static str) -> Columns {
    let rows: Vec<(String, String, bool)> = app.ctx.db().all(sql, vec![]).await.unwrap();
    let mut tables = Columns::new();
    for (table, column, nullable) in rows {
        tables.entry(table).or_default().push((column, nullable));
    }
    tables
}

const SQLITE_COLUMNS: &str = "select t.name, c.name, (c.\"notnull\" = 0 and c.pk = 0)
from sqlite_schema t, pragma_table_info(t.name) c
where t.type = 'table' and t.name not like 'sqlite_%' and t.name not like '_sqlx_%'
order by t.name, c.cid";

const POSTGRES_COLUMNS: &str = "select table_name::text, column_name::text, is_nullable = 'YES'
from information_schema.columns
where table_schema = 'public' and table_name not like '\\_sqlx%'
order by table_name, ordinal_position";

const SQLITE_INDEXES: &str = "select name
from sqlite_schema
where type = 'index' and sql is not null
order by name";

const POSTGRES_INDEXES: &str = "select i.relname::text
from pg_index x
join pg_class i on i.oid = x.indexrelid
left join pg_constraint k on k.conindid = x.indexrelid
where k.oid is null and i.relnamespace = 'public'::regnamespace
order by i.relname";

#[tokio::test]
async fn both_databases_have_the_same_tables_columns_and_indexes() {
    let (sqlite, postgres) = (TestApp::start_empty(Backend::Sqlite).await, TestApp::start_empty(Backend::Postgres).await);
    let (a, b) = (columns(&sqlite, SQLITE_COLUMNS).await, columns(&postgres, POSTGRES_COLUMNS).await);
    assert!(a.len() > 15, "the tables were found");
    assert_eq!(a, b);
    let a: Vec<(String,)> = sqlite.ctx.db().all(SQLITE_INDEXES, vec![]).await.unwrap();
    let b: Vec<(String,)> = postgres.ctx.db().all(POSTGRES_INDEXES, vec![]).await.unwrap();
    assert_eq!(a, b);
}

#[tokio::test]
async fn migrations_have_the_same_names_in_both_dialects() {
    let names = |folder: &str| {
        let mut names: Vec<String> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    assert_eq!(names("migrations/sqlite"), names("migrations/postgres"));
}

/// Tables with a column of which `members` is the owner: whose row it is, not who once pressed a button on it.
const OF_MEMBERS: &str = "select distinct t.name
from sqlite_schema t, pragma_foreign_key_list(t.name) k
where t.type = 'table' and k.\"table\" = 'members' and k.\"from\" in ('member_id', 'author_id')
order by t.name";

#[tokio::test]
async fn what_a_member_takes_away_names_every_table_that_says_something_about_them() {
    let app = TestApp::start_empty(Backend::Sqlite).await;
    let tables: Vec<(String,)> = app.ctx.db().all(OF_MEMBERS, vec![]).await.unwrap();
    assert!(tables.len() > 8, "the tables were found");
    let export = std::fs::read_to_string("src/transfer/export.rs").unwrap();
    let named: Vec<&str> = export.lines().filter_map(|line| line.split_once("from ")?.1.split_whitespace().next()).collect();
    for (table,) in tables {
        assert!(named.contains(&table.as_str()), "{table} is not in the export");
    }
}
