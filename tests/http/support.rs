//! A whole Stoa on a port of its own, and people who use it.

use crate::postgres::new_postgres_database;
use reqwest::redirect::Policy;
use scraper::{Html, Selector};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use stoa::foundation::id::{MemberId, PostId, TierId};
use stoa::foundation::time::Timestamp;
use stoa::foundation::viewer::{Role, SignedIn, Viewer};
use stoa::members::service::{NewAccount, create, found_site};
use stoa::membership::model::NewTier;
use stoa::membership::service::save_tier;
use stoa::payments::service::Patience;
use stoa::server::clock::ManualClock;
use stoa::server::config::Config;
use stoa::server::context::Context;
use stoa::server::db::{Args, Db, Queries};
use stoa::server::random::SecureRandom;
use stoa::settings::service::NewSite;
use tempfile::TempDir;

/// The password of everybody in tests.
pub const PASSWORD: &str = "correct horse battery";
/// When tests begin: 2026-03-15T12:00:00Z, a Sunday.
pub const BEGIN: Timestamp = Timestamp(1_773_576_000_000);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// Runs a test on both databases: `on_both!(a_visitor_can_join, |app| { … });`
#[macro_export]
macro_rules! on_both {
    ($(#[$meta:meta])* $name:ident, |$app:ident| $body:block) => {
        mod $name {
            #[allow(unused_imports, reason = "not every test needs all of it")]
            use super::*;
            async fn run($app: $crate::support::TestApp) $body
            #[tokio::test]
            $(#[$meta])*
            async fn on_sqlite() {
                run($crate::support::TestApp::start($crate::support::Backend::Sqlite).await).await;
            }
            #[tokio::test]
            $(#[$meta])*
            async fn on_postgres() {
                run($crate::support::TestApp::start($crate::support::Backend::Postgres).await).await;
            }
        }
    };
}

pub struct TestApp {
    pub ctx: Context,
    pub clock: Arc<ManualClock>,
    pub address: String,
    pub owner: MemberId,
    _folder: TempDir,
}

impl TestApp {
    /// A site that is set up: 学廊测试, English, UTC, CNY, with an owner.
    pub async fn start(backend: Backend) -> TestApp {
        let mut app = TestApp::start_empty(backend).await;
        let site = NewSite { name: "学廊测试".into(), locale: "en".into(), time_zone: "UTC".into(), currency: "CNY".into() };
        app.owner = found_site(&app.ctx, site, account("olive")).await.unwrap();
        app
    }

    /// A site before setup.
    pub async fn start_empty(backend: Backend) -> TestApp {
        TestApp::start_with(backend, &[]).await
    }

    /// As [`TestApp::start`], without the test provider.
    pub async fn start_without_payments(backend: Backend) -> TestApp {
        let mut app = TestApp::start_with(backend, &[("STOA_TEST_PAYMENTS", "off")]).await;
        let site = NewSite { name: "学廊测试".into(), locale: "en".into(), time_zone: "UTC".into(), currency: "CNY".into() };
        app.owner = found_site(&app.ctx, site, account("olive")).await.unwrap();
        app
    }

    /// A site before setup, with some of the configuration changed.
    pub async fn start_with(backend: Backend, changed: &[(&'static str, &str)]) -> TestApp {
        let folder = TempDir::new().unwrap();
        let url = match backend {
            Backend::Sqlite => format!("sqlite://{}", folder.path().join("stoa.db").display()),
            Backend::Postgres => new_postgres_database().await,
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let settings = [
            ("STOA_DATABASE_URL", url.clone()),
            ("STOA_BASE_URL", address.clone()),
            ("STOA_TEST_PAYMENTS", "on".into()),
            ("STOA_SECRET_KEY", "5a".repeat(32)),
            ("STOA_DATA_DIR", folder.path().join("data").display().to_string()),
        ];
        let changed = changed.iter().map(|(key, value)| (*key, (*value).to_owned()));
        let settings: Vec<(&str, String)> = changed.chain(settings).collect();
        let env = |name: &str| settings.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone());
        let config = Config::load(Path::new("no-such-file.toml"), env).unwrap();
        let db = Db::open(&url).await.unwrap();
        db.migrate().await.unwrap();
        let clock = Arc::new(ManualClock::at(BEGIN));
        let ctx = Context::with(db, config, clock.clone(), Arc::new(SecureRandom));
        // A machine that runs many tests at once may be slow; whoever tests patience sets their own.
        ctx.keep::<Patience>().set(60_000);
        let service = stoa::app::router(ctx.clone()).into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        TestApp { ctx, clock, address, owner: MemberId(0), _folder: folder }
    }

    /// Somebody with a browser that does not run JavaScript.
    pub fn visitor(&self) -> Person {
        let client = reqwest::Client::builder().cookie_store(true).redirect(Policy::none()).build().unwrap();
        Person { client, address: self.address.clone(), id: MemberId(0) }
    }

    /// A new member with this handle, signed in.
    pub async fn member(&self, handle: &str) -> Person {
        self.person(handle, Role::Member).await
    }

    /// A new member with a role, signed in.
    pub async fn person(&self, handle: &str, role: Role) -> Person {
        let id = create(&self.ctx, account(handle), role).await.unwrap();
        self.sign_in(handle, id).await
    }

    pub async fn owner(&self) -> Person {
        self.sign_in("olive", self.owner).await
    }

    async fn sign_in(&self, handle: &str, id: MemberId) -> Person {
        let person = Person { id, ..self.visitor() };
        let email = format!("{handle}@example.org");
        let answer = person.post("/sign-in", &[("email", &email), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, 303, "{handle} could not sign in");
        person
    }

    /// A published article by the owner for those who bought it, or have the tier.
    pub async fn paid_post(&self, price_minor: Option<i64>, tier: Option<TierId>) -> PostId {
        let sql = "insert into posts (slug, author_id, title, source, preview_html, rest_html, excerpt, words, rest_words, code_samples,
                rest_code_samples, reading_minutes, status, access, tier_id, price_minor, published_at, created_at, updated_at)
            values ($1, $2, $3, $4, $4, $4, $4, 1, 1, 0, 0, 1, 'published', 'paid', $5, $6, $7, $7, $7)
            returning id";
        // Letters and figures alone: a token may hold an underscore, which no address has.
        let token: String = self.ctx.token().chars().filter(char::is_ascii_alphanumeric).collect();
        let slug = format!("paid-{}", token.to_lowercase());
        let args = stoa::args![slug, self.owner, "A paid article", "text", tier, price_minor, self.ctx.now()];
        PostId(self.insert(sql, args).await)
    }

    /// A tier at 30.00 a month and 300.00 a year.
    pub async fn tier(&self, name: &str) -> TierId {
        let new = NewTier { name: name.into(), monthly: "30".into(), yearly: "300".into(), ..NewTier::default() };
        save_tier(&self.ctx, &self.viewer(self.owner, Role::Owner), new).await.unwrap()
    }

    /// Somebody as a service sees them.
    pub fn viewer(&self, id: MemberId, role: Role) -> Viewer {
        Viewer(Some(SignedIn { id, handle: "somebody".into(), name: "Somebody".into(), role, locale: None }))
    }

    /// A published article by the owner, as a row: `access` is `public`, `members` or `paid` (with the tier).
    pub async fn post_row(&self, slug: &str, access: &str, tier: Option<i64>) -> i64 {
        let sql = "insert into posts (slug, author_id, title, source, preview_html, excerpt, words, rest_words, code_samples,
    rest_code_samples, reading_minutes, status, access, tier_id, published_at, created_at, updated_at)
values ($1, $2, $1, 'text', '<p>text</p>', 'text', 1, 0, 0, 0, 1, 'published', $3, $4, $5, $5, $5)
returning id";
        self.insert(sql, stoa::args![slug, self.owner, access, tier, BEGIN]).await
    }

    /// A tier, as a row.
    pub async fn tier_row(&self, name: &str) -> i64 {
        let sql = "insert into tiers (slug, name, created_at) values ($1, $1, $2) returning id";
        self.insert(sql, stoa::args![name, BEGIN]).await
    }

    /// Lets a member in by a tier until an instant, or for good.
    pub async fn entitle(&self, person: &Person, tier: i64, ends_at: Option<Timestamp>) {
        let sql = "insert into entitlements (member_id, tier_id, starts_at, ends_at, cause, created_at, given_at, open_until) values ($1, $2, $3, $4, $5, $3, $3, $4)";
        let cause = format!("test:{}:{tier}", person.id);
        self.ctx.db().run(sql, stoa::args![person.id, tier, BEGIN, ends_at, cause]).await.unwrap();
    }

    /// Runs an `insert … returning id`.
    pub async fn insert(&self, sql: &'static str, args: Args) -> i64 {
        let mut tx = self.ctx.db().begin().await.unwrap();
        let (id,): (i64,) = tx.one(sql, args).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// The site asks for its prices in another currency from now on.
    pub async fn charges_in(&self, currency: &str) {
        self.ctx.db().run("update site set currency = $1", stoa::args![currency]).await.unwrap();
        self.ctx.remember_site(None);
    }

    /// One number from the database.
    pub async fn count(&self, sql: &'static str) -> i64 {
        let (n,): (i64,) = self.ctx.db().one(sql, vec![]).await.unwrap();
        n
    }
}

pub fn account(handle: &str) -> NewAccount {
    NewAccount { email: format!("{handle}@example.org"), handle: handle.to_owned(), name: String::new(), password: PASSWORD.to_owned() }
}

/// A browser with its cookies.
pub struct Person {
    pub client: reqwest::Client,
    pub address: String,
    pub id: MemberId,
}

/// An answer, read whole.
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: String,
}

impl Person {
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.client.get(format!("{}{path}", self.address)).header("accept-language", "en")).await
    }

    /// Sends a form, as a browser would.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self.client.post(format!("{}{path}", self.address));
        self.send(request.header("accept-language", "en").header("sec-fetch-site", "same-origin").form(fields)).await
    }

    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        // A picture is no text; what is text stays readable.
        let body = String::from_utf8_lossy(&response.bytes().await.unwrap()).into_owned();
        assert!(status != 500, "the server failed: {body}");
        Answer { status, headers, body }
    }
}

impl Answer {
    /// Where a 303 or 301 leads.
    pub fn location(&self) -> &str {
        self.headers.get("location").expect("a redirect").to_str().unwrap()
    }

    pub fn html(&self) -> Html {
        Html::parse_document(&self.body)
    }

    /// The visible text of what a CSS selector finds, one string an element.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let selector = Selector::parse(selector).unwrap();
        self.html().select(&selector).map(|e| e.text().collect::<String>().trim().to_owned()).collect()
    }

    /// An attribute of the first element that a CSS selector finds.
    pub fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let selector = Selector::parse(selector).unwrap();
        self.html().select(&selector).next().and_then(|e| e.value().attr(name)).map(str::to_owned)
    }
}
