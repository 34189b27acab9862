//! What is secret is in no line of the log, not even of one that says all there is: the program itself runs, with its log
//! on standard error, and everything that takes a secret is done to it.

use crate::on_both;
use crate::payments::{buy_post, press};
use crate::sink::Sink;
use crate::support::{Answer, Person, TestApp};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use stoa::foundation::viewer::Role;
use stoa::members::service::{NewAccount, create};
use stoa::membership::model::NewTier;
use stoa::membership::service::save_tier;
use stoa::providers::Provider;
use stoa::providers::keys::{Keys, fields};
use stoa::server::clock::SystemClock;
use stoa::server::db::Queries;
use stoa::server::random::SecureRandom;
use stoa::simulators::stripe::Stripe;
use stoa::simulators::{keys, make};

/// What the database's secrets are closed with.
const SEAL: &str = "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a";

/// `stoa serve`, saying all there is, on the database of a [`TestApp`].
struct Program {
    child: Child,
    address: String,
    log: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
    /// Held open: what it says at its end has to go somewhere.
    _said: BufReader<ChildStdout>,
}

impl Program {
    fn start(app: &TestApp) -> Program {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = format!("http://127.0.0.1:{port}");
        let config = app.ctx.config();
        let mut command = Command::new(env!("CARGO_BIN_EXE_stoa"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("STOA_")) {
            command.env_remove(name);
        }
        command
            .args(["serve", "--config", "no-such-file.toml"])
            .env("STOA_DATABASE_URL", &config.database_url)
            .env("STOA_DATA_DIR", &config.data_dir)
            .env("STOA_LISTEN", format!("127.0.0.1:{port}"))
            .env("STOA_BASE_URL", &address)
            .env("STOA_TEST_PAYMENTS", "on")
            .env("STOA_SECRET_KEY", SEAL)
            .env("STOA_LOG", "trace")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (lines, log) = (BufReader::new(child.stderr.take().unwrap()).lines(), Arc::new(Mutex::new(String::new())));
        let kept = log.clone();
        let reader = std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let mut kept = kept.lock().unwrap();
                kept.push_str(&line);
                kept.push('\n');
            }
        });
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while !line.starts_with("Stoa is at ") {
            line.clear();
            assert!(said.read_line(&mut line).unwrap() > 0, "it did not start: {}", log.lock().unwrap());
        }
        Program { child, address, log, reader: Some(reader), _said: said }
    }

    fn visitor(&self, app: &TestApp) -> Person {
        Person { address: self.address.clone(), ..app.visitor() }
    }

    /// A link of the program's, as a path.
    fn path(&self, link: &str) -> String {
        link.strip_prefix(&self.address).unwrap_or_else(|| panic!("{link}")).to_owned()
    }

    /// Stops it; all that it said.
    fn stop(mut self) -> String {
        self.end();
        let log = self.log.lock().unwrap();
        log.clone()
    }

    fn end(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
        if let Some(reader) = self.reader.take() {
            drop(reader.join());
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.end();
    }
}

/// A simulator's own port.
async fn listen() -> (tokio::net::TcpListener, String) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    (listener, base)
}

/// Saves the keys of a provider and presses the button that tries them; the secrets among them.
async fn set_up(admin: &Person, provider: Provider, keys: &Keys) -> Vec<String> {
    let path = format!("/admin/payments/{}", provider.as_str());
    let mut form: Vec<(&str, &str)> = keys.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    form.push(("enabled", "on"));
    let saved = admin.post(&path, &form).await;
    assert_eq!(saved.status, 303, "{path}: {:?}", saved.texts(".field-error"));
    let tried = admin.post(&format!("{path}/test"), &[]).await;
    assert_eq!(tried.status, 200, "{path}: {:?}", tried.texts(".banner"));
    fields(provider).iter().filter(|field| field.secret).filter_map(|field| keys.get(field.name)).cloned().collect()
}

async fn sign_in(person: &Person, email: &str, password: &str) -> Answer {
    person.post("/sign-in", &[("email", email), ("password", password)]).await
}

/// What the browser keeps of an answer to sign-in.
fn session(answer: &Answer) -> String {
    let cookies = answer.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    let mut sessions = cookies.filter_map(|cookie| cookie.strip_prefix("stoa_session=")?.split(';').next());
    sessions.next().expect("a session").to_owned()
}

/// Pays an order at the test provider; the last answer.
async fn pay(buyer: &Person, order: &str) -> Answer {
    let provider = buyer.post(&format!("{order}/pay"), &[("provider", "test")]).await.location().to_owned();
    press(buyer, &provider, "pay").await
}

/// The last part of a path.
fn last(path: &str) -> String {
    path.rsplit('/').next().unwrap().to_owned()
}

on_both!(no_secret_is_ever_logged, |app| {
    let password = "quokka under a full moon";
    let account = |handle: &str| NewAccount {
        email: format!("{handle}@example.org"),
        handle: handle.to_owned(),
        name: String::new(),
        password: password.to_owned(),
    };
    create(&app.ctx, account("ada"), Role::Admin).await.unwrap();
    create(&app.ctx, account("ann"), Role::Member).await.unwrap();
    create(&app.ctx, account("ben"), Role::Member).await.unwrap();
    let teams = NewTier { teams: true, team_off_from: "3".into(), team_off: "10".into(), ..NewTier::default() };
    let teams = NewTier { name: "Readers".into(), monthly: "30".into(), ..teams };
    let tier = save_tier(&app.ctx, &app.viewer(app.owner, Role::Owner), teams).await.unwrap();
    let post = app.paid_post(Some(1250), None).await;
    let given = app.post_row("given", "paid", Some(tier.0)).await;
    app.ctx.db().run("update posts set rest_html = '<p>rest</p>', rest_words = 1 where id = $1", stoa::args![given]).await.unwrap();

    let program = Program::start(&app);
    let mut secrets = vec![SEAL.to_owned(), password.to_owned()];

    // Passwords, right and wrong, and the sessions they open.
    let [admin, ann, ben, stranger] = [(); 4].map(|()| program.visitor(&app));
    for (person, handle) in [(&admin, "ada"), (&ann, "ann"), (&ben, "ben")] {
        let answer = sign_in(person, &format!("{handle}@example.org"), password).await;
        assert_eq!(answer.status, 303);
        secrets.push(session(&answer));
    }
    let slip = "quokka under a new moon";
    assert_eq!(sign_in(&stranger, "ann@example.org", slip).await.status, 422);
    secrets.push(slip.to_owned());

    // The login at the mail server.
    let sink = Sink::open().await;
    let (port, login) = (sink.port.to_string(), "quokka-at-the-post-office");
    let form = [
        ("host", "127.0.0.1"),
        ("port", &*port),
        ("encryption", "none"),
        ("user", "stoa"),
        ("password", login),
        ("sender_address", "hello@stoa.example"),
    ];
    assert_eq!(admin.post("/admin/mail/account", &form).await.status, 303);
    assert_eq!(admin.post("/admin/mail/account/test", &[("address", "ada@example.org")]).await.status, 200);
    secrets.push(login.to_owned());
    let logins = sink.logins();
    secrets.extend(logins.iter().filter_map(|line| line.rsplit(' ').next()).map(str::to_owned));
    assert!(!logins.is_empty());

    // Keys of every provider, saved and tried.
    let (listener, base) = listen().await;
    let stripe = Arc::new(Stripe::new(Arc::new(SystemClock), Arc::new(SecureRandom), base.clone()));
    stripe.set_endpoint(&format!("{}/webhooks/stripe", program.address));
    let router = stripe.clone().router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let of_stripe = set_up(&admin, Provider::Stripe, &keys("stripe", &base).unwrap()).await;
    assert_eq!(of_stripe.len(), 2);
    for provider in [Provider::Paypal, Provider::Wechat, Provider::Alipay] {
        let (name, (listener, base)) = (provider.as_str(), listen().await);
        let (router, _) = make(name, Arc::new(SystemClock), Arc::new(SecureRandom), &base, &program.address).unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let found = set_up(&admin, provider, &keys(name, &base).unwrap()).await;
        assert!(!found.is_empty(), "{name}");
        secrets.extend(found);
    }

    // A webhook that is believed, and one that is not.
    let order = buy_post(&ann, post).await;
    assert_eq!(ann.post(&format!("{order}/pay"), &[("provider", "stripe")]).await.status, 303);
    let (number,): (String,) = app.ctx.db().one("select number from checkouts where provider = 'stripe'", vec![]).await.unwrap();
    stripe.pay(&number).unwrap();
    let told = stripe.deliveries().take_all();
    assert!(!told.is_empty());
    for delivery in told {
        let request = ann.client.post(&delivery.url).body(delivery.body);
        let request = delivery.headers.into_iter().fold(request, |request, (name, value)| request.header(name, value));
        assert_eq!(request.send().await.unwrap().status(), 200);
    }
    let forged = ann.client.post(format!("{}/webhooks/stripe", program.address)).body("{}").header("stripe-signature", "t=1,v1=00");
    assert_eq!(forged.send().await.unwrap().status(), 400);
    assert_eq!(ann.get(&format!("{order}/return")).await.status, 303);
    secrets.extend(of_stripe);

    // A code.
    let form = [("name", "A batch"), ("size", "1"), ("term", "month"), ("tier", &*tier.to_string())];
    let code = admin.post("/admin/codes/new", &form).await.texts("textarea[name=codes]").remove(0);
    assert_eq!(ann.get(&format!("/redeem/{code}")).await.status, 200);
    assert_eq!(ann.post("/redeem", &[("code", &code)]).await.status, 303);
    secrets.extend([code.replace('-', ""), code]);

    // A gift.
    let order = ann.post("/gift", &[("what", &*format!("post {post}")), ("by", "link"), ("note", "Enjoy.")]).await.location().to_owned();
    pay(&ann, &order).await;
    let made = ann.post(&format!("{order}/gift/link"), &[]).await;
    let gift = program.path(&made.attribute(".callout input", "value").unwrap());
    assert_eq!((ben.get(&gift).await.status, ben.post(&gift, &[]).await.status), (200, 303));
    secrets.push(last(&gift));

    // A link to read one article by.
    assert_eq!(ann.post("/gift-links", &[("post", &*given.to_string())]).await.status, 303);
    let link = program.path(&ann.get("/gift-links").await.attribute(".gift-link input", "value").unwrap());
    assert_eq!((stranger.get(&link).await.status, stranger.post(&link, &[]).await.status), (200, 303));
    secrets.push(last(&link));

    // A seat of a team.
    let form = [("what", &*format!("{tier} month CNY")), ("seats", "3"), ("name", "The desk")];
    let order = ann.post("/team", &form).await.location().to_owned();
    let team = pay(&ann, &order).await.location().split('?').next().unwrap().to_owned();
    let seat = program.path(&ann.get(&team).await.attribute(".team-invitation input", "value").unwrap());
    assert_eq!((ben.get(&seat).await.status, ben.post(&seat, &[]).await.status), (200, 303));
    secrets.push(last(&seat));

    // A proof that a purchase was taken back.
    let number = format!("O-{:06}", app.count("select max(id) from orders").await);
    let sure = [("name", "Ann Lin"), ("number", &*number), ("email", "ann@example.org"), ("sure", "on")];
    let proof = stranger.post("/withdraw", &sure).await.location().split('?').next().unwrap().to_owned();
    assert_eq!(stranger.get(&proof).await.status, 200);
    secrets.push(last(&proof));

    let log = program.stop();
    for said in ["TRACE", "sqlx::query", "answered", "/admin/payments/wechat/test", "a notification was not taken in"] {
        assert!(log.contains(said), "all there is was to be logged, and {said} is not there");
    }
    for path in ["/redeem/…", "/gift/…", "/gift-link/…", "/team/…", "/withdraw/…"] {
        assert!(log.contains(path), "{path}");
    }
    for secret in &secrets {
        // Of a key in PEM each line by itself, as the log would have it.
        let parts: Vec<&str> = secret.lines().map(str::trim).filter(|part| !part.starts_with("-----") && part.len() >= 10).collect();
        assert!(!parts.is_empty(), "too short to be looked for: {secret}");
        for part in parts {
            let line = log.lines().find(|line| line.contains(part));
            assert_eq!(line, None, "{part} was logged");
        }
    }
});
