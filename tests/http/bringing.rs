//! Members who are brought along from elsewhere, with what they pay there.

use crate::mail::link;
use crate::mail_members::{join, text_of};
use crate::money_desk::with_stripe;
use crate::on_both;
use crate::support::{Answer, Backend, Person, TestApp};
use crate::taobao::lines_of;
use encoding_rs::GB18030;
use std::fmt::Write;
use stoa::foundation::id::TierId;
use stoa::foundation::time::{DAY, HOUR};
use stoa::foundation::viewer::Role;
use stoa::membership::service::membership_of;
use stoa::payments::service::clock;
use stoa::segments::circulars;
use stoa::server::db::Queries;
use stoa::simulators::stripe::Charging;

const HERE: &str = "/admin/members/import";
const GHOST: &str = "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels,tiers";

/// Sends a file as the form does.
async fn send(person: &Person, bytes: &[u8]) -> Answer {
    let mut body =
        b"--edge\r\ncontent-disposition: form-data; name=\"file\"; filename=\"members.csv\"\r\ncontent-type: text/csv\r\n\r\n".to_vec();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--edge--\r\n");
    let request = person.client.post(format!("{}{HERE}", person.address)).header("content-type", "multipart/form-data; boundary=edge");
    person.send(request.header("accept-language", "en").header("sec-fetch-site", "same-origin").body(body)).await
}

fn file(heading: &str, lines: &[&str]) -> Vec<u8> {
    format!("{heading}\r\n{}\r\n", lines.join("\r\n")).into_bytes()
}

/// The path of the report.
async fn read(person: &Person, heading: &str, lines: &[&str]) -> String {
    let sent = send(person, &file(heading, lines)).await;
    assert_eq!(sent.status, 303, "{:?}", sent.texts(".field-error"));
    sent.location().split('?').next().unwrap().to_owned()
}

/// What a report says under a name.
fn fact(page: &Answer, name: &str) -> String {
    let at = page.texts(".facts dt").iter().position(|found| found == name);
    at.map_or_else(|| panic!("no {name}: {:?}", page.texts(".facts dt")), |at| page.texts(".facts dd").remove(at))
}

fn facts<const N: usize>(page: &Answer, names: [&str; N]) -> [i64; N] {
    names.map(|name| fact(page, name).replace(',', "").parse().unwrap())
}

const LINES: [&str; 4] = ["New", "Known", "Skipped", "Broken"];
const DONE: [&str; 4] = ["Members added", "Tiers given", "Subscriptions taken over", "Letters written"];

impl TestApp {
    /// A member who showed that their address is theirs.
    async fn confirmed(&self, handle: &str) -> Person {
        let person = self.member(handle).await;
        self.confirm(handle).await;
        person
    }

    async fn confirm(&self, handle: &str) {
        self.ctx.db().run("update members set email_verified_at = 1 where handle = $1", stoa::args![handle]).await.unwrap();
    }

    async fn member_by(&self, email: &str) -> (i64, String, String, String) {
        let sql = "select id, handle, name, registered_day from members where email = $1";
        self.ctx.db().one(sql, stoa::args![email]).await.unwrap()
    }

    /// The tiers a member has, and until which day.
    async fn tiers_of(&self, email: &str) -> Vec<(TierId, Option<String>)> {
        let (id, ..) = self.member_by(email).await;
        let held = membership_of(&self.ctx, &self.viewer(stoa::foundation::id::MemberId(id), Role::Member)).await.unwrap();
        let day = |at: stoa::foundation::time::Timestamp| jiff::Timestamp::from_millisecond(at.0).unwrap().strftime("%F").to_string();
        held.into_iter().map(|held| (held.tier, held.ends_at.map(day))).collect()
    }
}

/// Everything that an import may write, counted.
const WRITTEN: &str = "select (select count(*) from members) * 1000000 + (select count(*) from grants) * 10000
    + (select count(*) from entitlements) * 1000 + (select count(*) from member_labels) * 100 + (select count(*) from subscriptions) * 10
    + (select count(*) from letters where kind = 'brought')";

on_both!(ghosts_file_is_looked_through_first_and_brought_in_once, |app| {
    let (owner, gold) = (app.owner().await, app.tier("Gold").await);
    app.confirmed("bob").await;
    let lines = [
        "1,Ann@Example.org,Ann Lee,Early supporter,true,true,,2024-03-01T09:30:00.000Z,,\"VIP,老读者\",Gold",
        "2,BOB@example.org,Robert,,true,true,,2024-03-02T09:30:00.000Z,,vip,Gold",
        "3,ann@example.org,Ann again,,true,true,,,,,Gold",
        "4,left@example.org,Left,,true,,,,2025-01-01T00:00:00.000Z,,",
        "5,nobody,Nobody,,true,,,,,,",
        "6,quiet@example.org,,,false,,,2024-03-03T09:30:00.000Z,,,",
        "7,\"broken,x",
        "8,silver@example.org,王小明,,true,true,,2024-03-04T09:30:00.000Z,,,Silver",
    ];
    let before = app.count(WRITTEN).await;
    let report = read(&owner, GHOST, &lines).await;
    let page = owner.get(&report).await;
    assert_eq!(facts(&page, LINES), [3, 1, 2, 2]);
    assert_eq!((fact(&page, "Kind").as_str(), fact(&page, "Status").as_str()), ("Ghost's members file", "Waits for your yes"));
    assert_eq!(app.count(WRITTEN).await, before, "nothing was done");
    assert_eq!(page.texts("section > .table-scroll tbody th"), ["4", "5", "6", "8"], "the lines of the file");
    for said in
        ["The same address stands on a line above", "was deleted where they come from", "The e-mail address is none", "A quotation mark"]
    {
        assert!(page.body.contains(said), "{said}");
    }
    assert_eq!(page.texts(".bringing tbody th"), ["Gold", "Silver"]);
    assert_eq!(page.attribute("select[name=tier-0] option[selected]", "value"), Some(gold.to_string()), "of the same name");
    assert_eq!(page.attribute("select[name=tier-1] option[selected]", "value"), None);
    assert_eq!(page.attribute("#invite", "checked"), None, "no letter without a yes");
    assert!(page.body.contains("a link to set it: 2 in all"));

    // A tier that is none, and a day that is over: the form comes back as it was sent.
    let wrong = owner.post(&report, &[("tier-0", "999"), ("until", "2020-01-01"), ("invite", "on")]).await;
    assert_eq!((wrong.status, wrong.texts(".field-error").len()), (422, 2));
    assert_eq!(wrong.attribute("#until", "value").as_deref(), Some("2020-01-01"));
    assert!(wrong.attribute("#invite", "checked").is_some());
    assert_eq!(app.count(WRITTEN).await, before);

    let form = [("tier-0", &*gold.to_string()), ("until", "2026-12-31"), ("invite", "on")];
    let done = owner.post(&report, &form).await;
    assert_eq!((done.status, done.location()), (303, format!("{report}?done=brought").as_str()));
    let page = owner.get(&report).await;
    assert_eq!(facts(&page, DONE), [3, 2, 0, 2]);
    assert!(page.body.contains("No tier was chosen for it, so none was given"), "of Silver");
    let (_, handle, name, day) = app.member_by("ann@example.org").await;
    assert_eq!((handle.as_str(), name.as_str(), day.as_str()), ("ann-lee", "Ann Lee", "2024-03-01"));
    let (_, handle, name, _) = app.member_by("silver@example.org").await;
    assert_eq!((handle.as_str(), name.as_str()), ("wang-xiao-ming", "王小明"));
    assert_eq!(app.member_by("bob@example.org").await.1, "bob", "who is here already stays who they are");
    assert_eq!(app.tiers_of("ann@example.org").await, [(gold, Some("2027-01-01".into()))]);
    assert_eq!(app.tiers_of("bob@example.org").await, [(gold, Some("2027-01-01".into()))]);
    assert_eq!(app.count("select count(*) from grants where reason = 'imported'").await, 2);
    assert_eq!(app.count("select count(*) from labels").await, 2, "vip is VIP");
    assert_eq!(app.count("select count(*) from letters where kind = 'brought'").await, 2);
    assert_eq!(app.count("select count(*) from member_import_rows").await, 5, "what there is nothing to say of is forgotten");

    // Once more the same, and once more by another way: nothing changes, also after a grant was taken back.
    let written = app.count(WRITTEN).await;
    let grant = app.count("select min(id) from grants").await;
    owner.post(&format!("/admin/grants/{grant}/revoke"), &[]).await;
    assert_eq!(owner.post(&report, &form).await.status, 422, "it is in");
    let again = read(&owner, GHOST, &lines).await;
    assert_eq!(facts(&owner.get(&again).await, LINES), [0, 4, 2, 2]);
    assert_eq!(owner.post(&again, &form).await.status, 303);
    assert_eq!(facts(&owner.get(&again).await, DONE), [0, 0, 0, 0]);
    assert_eq!(app.count(WRITTEN).await, written);

    // The broken lines, mended, are a file of their own.
    let broken = owner.get(&format!("{report}/broken.csv")).await;
    assert_eq!(broken.status, 200);
    let mended = broken.body.replace("nobody", "nobody@example.org");
    let sent = send(&owner, mended.as_bytes()).await;
    assert_eq!(sent.status, 303, "{:?}", sent.texts(".field-error"));
    let page = owner.get(sent.location()).await;
    assert_eq!(facts(&page, LINES), [1, 0, 0, 1]);
    let path = sent.location().split('?').next().unwrap().to_owned();
    assert_eq!(owner.post(&format!("{path}/discard"), &[]).await.status, 303);
    assert_eq!(owner.get(&path).await.status, 404);
});

on_both!(the_letter_leads_to_a_password_and_whoever_wants_none_gets_none, |app| {
    let owner = app.owner().await;
    let report = read(&owner, "email,name,subscribed", &["a@example.org,\"Ann\nBcc: evil@example.org\",yes", "b@example.org,,no"]).await;
    owner.post(&report, &[("invite", "on")]).await;
    let (to, name): (String, Option<String>) =
        app.ctx.db().one("select address, name from letters where kind = 'brought'", vec![]).await.unwrap();
    assert_eq!((to.as_str(), name), ("a@example.org", None), "nobody's words are sent to an address that is not known to be theirs");
    let sign_in = app.visitor().post("/sign-in", &[("email", "a@example.org"), ("password", "")]).await;
    assert_eq!(sign_in.status, 422);
    stoa::mail::outbox::tick(&app.ctx).await.unwrap();
    let sent = app.count("select count(*) from letters where kind = 'brought' and state = 'sent'").await;
    assert_eq!(sent, 1);
    let folder = app.ctx.config().data_dir.join("outbox");
    let letter = std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap()).next().unwrap();
    let letter = letter.replace("=\r\n", "").replace("=3D", "=");
    let link = letter.split("/reset?token=").nth(1).unwrap();
    let token: String = link.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
    let person = app.visitor();
    app.clock.advance(29 * DAY);
    let set = person.post("/reset", &[("token", &token), ("password", "a password of my own")]).await;
    assert_eq!(set.status, 303, "{:?}", set.texts(".banner"));
    assert_eq!(person.get("/account").await.status, 200);
});

on_both!(an_account_that_has_not_confirmed_its_address_is_given_nothing_until_whoever_reads_its_letters_takes_it, |app| {
    let (owner, gold) = (app.owner().await, app.tier("Gold").await);
    let (sink, stripe) = (app.with_sink().await, with_stripe(&app, &owner).await);
    // Somebody joins with the address of a member who pays elsewhere; Tom has not come round to confirming his own.
    let mallory = join(&app, "victim", "en").await;
    app.member("tom").await;
    let (customer, _) = stripe.subscribe_elsewhere("victim@example.org", "Gold membership", (3000, "cny"), "month");
    app.clock.advance(HOUR);
    let lines = [
        format!("1,victim@example.org,Vic,From the fair,true,true,{customer},,,VIP,Gold"),
        "2,bea@example.org,Bea,,true,true,,,,VIP,Gold".to_owned(),
        "3,tom@example.org,Tom,,true,true,,,,,Gold".to_owned(),
    ];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let said = "section > .table-scroll tbody th";
    let report = read(&owner, GHOST, &lines).await;
    let page = owner.get(&report).await;
    assert_eq!(facts(&page, LINES), [1, 2, 0, 0]);
    assert_eq!(page.texts(said), ["2", "4"], "the lines of the file");
    assert!(page.body.contains("has not confirmed it, so nothing is given"));
    assert!(owner.get(&format!("{report}?show=noted&lang=zh")).await.body.contains("还没有确认邮箱，什么也没有开通"));

    // What holds is how it stands when they are brought in.
    app.confirm("tom").await;
    let gold_id = gold.to_string();
    let form = [("tier-0", gold_id.as_str()), ("price-0", gold_id.as_str())];
    assert_eq!(owner.post(&report, &form).await.status, 303);
    let page = owner.get(&report).await;
    assert_eq!(facts(&page, DONE), [1, 2, 0, 0], "the rest goes in");
    assert_eq!(page.texts(said), ["2"]);
    assert!(page.body.contains("has not confirmed it, so nothing is given"));
    assert_eq!(app.count("select count(*) from member_import_rows").await, 1);
    assert_eq!(app.tiers_of("victim@example.org").await, []);
    assert_eq!(app.tiers_of("tom@example.org").await, [(gold, None)]);
    let of_victim = "select (select count(*) from subscriptions) + (select count(*) from members where note <> '')
        + (select count(*) from member_labels l join members m on m.id = l.member_id where m.email = 'victim@example.org')";
    assert_eq!(app.count(of_victim).await, 0);

    // Whoever reads the letters sets a password, and the other one is out; the same file gives what it did not before.
    let vic = app.visitor();
    assert_eq!(vic.post("/forgot", &[("email", "victim@example.org")]).await.status, 303);
    let path = link(&app, &text_of(&app, &sink, "/reset?token=").await, "/reset?token=");
    let token = path.split_once('=').unwrap().1;
    assert_eq!(vic.post("/reset", &[("token", token), ("password", "a password of my own")]).await.status, 303);
    assert_ne!(mallory.get("/account").await.status, 200);
    let again = read(&owner, GHOST, &lines).await;
    assert_eq!(facts(&owner.get(&again).await, LINES), [0, 3, 0, 0]);
    assert_eq!(owner.post(&again, &form).await.status, 303);
    let page = owner.get(&again).await;
    assert_eq!((facts(&page, DONE), page.texts(said).len()), ([0, 1, 1, 0], 0));
    assert_eq!(app.tiers_of("victim@example.org").await, [(gold, None)]);
    assert_eq!(app.count(of_victim).await, 3);
});

on_both!(whoever_wants_no_mail_where_they_come_from_gets_none_that_is_for_all, |app| {
    let owner = app.owner().await;
    let lines = ["yes@example.org,yes", "no@example.org,no"];
    let report = read(&owner, "email,subscribed", &lines).await;
    assert_eq!(owner.post(&report, &[]).await.status, 303);
    let unwanted: Vec<(String, String)> = app
        .ctx
        .db()
        .all(
            "select m.email, c.choice from letter_choices c join members m on m.id = c.member_id where not c.wanted order by c.choice",
            vec![],
        )
        .await
        .unwrap();
    let of_no = ("no@example.org".to_owned(), "circulars".to_owned());
    assert_eq!(unwanted, [of_no], "what is for themselves they get");
    let letter = [("filter", ""), ("subject", "News"), ("body", "At eight.")];
    let draft = owner.post("/admin/members/letters/new", &letter).await.location().to_owned();
    assert_eq!(owner.get(&draft).await.attribute("input[name=said]", "value").as_deref(), Some("1"));
    assert_eq!(owner.post(&format!("{draft}/send"), &[("said", "1")]).await.status, 303);
    circulars::go_on(&app.ctx).await.unwrap();
    let to: Vec<String> = app.letters("circular").await.into_iter().map(|(to, ..)| to).collect();
    assert_eq!(to, ["yes@example.org"]);

    // What they say themselves afterwards stays, whatever the same file says.
    app.ctx.db().run("update letter_choices set wanted = $1", stoa::args![true]).await.unwrap();
    let again = read(&owner, "email,subscribed", &lines).await;
    assert_eq!(owner.post(&again, &[]).await.status, 303);
    assert_eq!(app.count("select count(*) from letter_choices where not wanted").await, 0);
});

on_both!(a_subscription_at_stripe_is_taken_over_and_its_renewals_and_its_end_count_here, |app| {
    let (owner, gold) = (app.owner().await, app.tier("Gold").await);
    let stripe = with_stripe(&app, &owner).await;
    let (customer, agreement) = stripe.subscribe_elsewhere("ann@example.org", "Gold membership", (3000, "cny"), "month");
    let (other, _) = stripe.subscribe_elsewhere("zoe@example.org", "Another product", (900, "usd"), "month");
    let (weekly, _) = stripe.subscribe_elsewhere("walt@example.org", "By the week", (500, "cny"), "week");
    app.clock.advance(10 * DAY);
    let lines = [
        format!("1,ann@example.org,Ann,,true,,{customer},,,,Gold"),
        format!("2,zoe@example.org,Zoe,,true,,{other},,,,"),
        format!("3,walt@example.org,Walt,,true,,{weekly},,,,"),
        "4,gone@example.org,Gone,,true,,cus_gone,,,,".to_owned(),
    ];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let report = read(&owner, GHOST, &lines).await;
    let page = owner.get(&report).await;
    assert!(page.body.contains("Gold membership") && page.body.contains("CN¥30.00 a month") && page.body.contains("Another product"));
    let chosen = page.attribute("select option[selected]", "value");
    assert_eq!(chosen, Some(gold.to_string()), "the tier that costs the same");
    let field = page.attribute("select:has(option[selected])", "name").unwrap();
    assert_eq!(app.count("select count(*) from subscriptions").await, 0);
    assert_eq!(owner.post(&report, &[(field.as_str(), &gold.to_string())]).await.status, 303);
    let page = owner.get(&report).await;
    assert_eq!(facts(&page, DONE), [4, 0, 1, 0]);
    for said in ["No tier was chosen for its price at Stripe", "Stripe has no running subscription for it"] {
        assert!(page.body.contains(said), "{said}");
    }
    // Open until the term ends that was paid elsewhere; no money of it is ours, and nobody was written to.
    assert_eq!(app.tiers_of("ann@example.org").await, [(gold, Some("2026-04-15".into()))]);
    assert_eq!(app.tiers_of("zoe@example.org").await, []);
    let money = "select (select count(*) from orders) + (select count(*) from payments) + (select count(*) from ledger_entries)
        + (select count(*) from letters)";
    assert_eq!(app.count(money).await, 0);
    clock::tick(&app.ctx).await.unwrap();
    assert_eq!(app.count(money).await, 0, "also when Stripe tells of the invoices of before");

    // It renews: the first charge that is ours.
    app.clock.advance(22 * DAY);
    stripe.tick();
    app.clock.advance(2 * HOUR);
    stripe.tick();
    clock::tick(&app.ctx).await.unwrap();
    assert_eq!(app.tiers_of("ann@example.org").await, [(gold, Some("2026-05-15".into()))]);
    assert_eq!((app.count("select count(*) from orders").await, app.count("select count(*) from payments").await), (1, 1));
    let paid = "select count(*) from orders where status = 'paid' and minor = 3000 and renewing and subscription_id is not null";
    assert_eq!(app.count(paid).await, 1);
    assert_eq!(app.count("select count(*) from letters where kind = 'receipt'").await, 1);
    clock::tick(&app.ctx).await.unwrap();
    // And once more, at a price that was agreed elsewhere.
    app.clock.advance(31 * DAY);
    stripe.tick();
    app.clock.advance(2 * HOUR);
    stripe.tick();
    clock::tick(&app.ctx).await.unwrap();
    assert_eq!(app.count("select count(*) from orders where status = 'paid'").await, 2);
    assert_eq!(app.tiers_of("ann@example.org").await, [(gold, Some("2026-06-15".into()))]);
    assert_eq!(app.count("select cast(sum(minor) as bigint) from ledger_entries").await, 0);

    // A refund at Stripe of what was charged here takes its term back; the agreement is cancelled, and ends.
    stripe.refund(&stripe.payment_of(&agreement).unwrap(), None).unwrap();
    stripe.cancel_at_end(&agreement, true).unwrap();
    app.clock.advance(8 * DAY);
    clock::tick(&app.ctx).await.unwrap();
    assert_eq!(app.tiers_of("ann@example.org").await, []);
    app.clock.advance(30 * DAY);
    stripe.tick();
    clock::tick(&app.ctx).await.unwrap();
    assert_eq!(app.count("select count(*) from subscriptions where state = 'ended'").await, 1);
    assert_eq!(app.count("select count(*) from notifications where state in ('quarantined', 'dead')").await, 0);
});

on_both!(what_is_taken_over_is_managed_like_an_agreement_of_ours, |app| {
    let (owner, gold) = (app.owner().await, app.tier("Gold").await);
    let stripe = with_stripe(&app, &owner).await;
    let member = app.confirmed("ann").await;
    let (_, agreement) = stripe.subscribe_elsewhere("ann@example.org", "Elsewhere", (3300, "cny"), "month");
    app.clock.advance(HOUR);
    let report = read(&owner, "email,stripe_subscription_id", &[&format!("ann@example.org,{agreement}")]).await;
    let page = owner.get(&report).await;
    assert_eq!(page.attribute("select option[selected]", "value"), None, "no tier costs that: an admin says which it is");
    assert_eq!(owner.post(&report, &[("price-0", &gold.to_string())]).await.status, 303);
    let page = member.get("/account/membership").await;
    assert!(page.body.contains("CN¥33.00 a month") && page.body.contains("Visa ···· 4242"), "{}", page.body);
    assert_eq!(page.texts(".plan-when"), ["15 April 2026, CN¥33.00"]);
    assert!(member.get("/membership").await.texts(".tier-offer button").is_empty(), "nobody is led to pay for it again");
    let id = app.count("select id from subscriptions").await;
    let change = format!("/account/membership/agreements/{id}");
    assert_eq!(member.post(&change, &[("change", "cancel")]).await.status, 303);
    assert_eq!(app.count("select count(*) from subscriptions where ends_with_term").await, 1);
    assert_eq!(app.count("select count(*) from letters where kind = 'cancelled'").await, 1);
    assert_eq!(member.post(&change, &[("change", "resume")]).await.status, 303);
    assert!(owner.get(&format!("/admin/subscriptions/{id}")).await.body.contains("Taken over from elsewhere"));

    // A charge fails, and a later one goes through: days of grace, then the term.
    stripe.set_charging(&agreement, Charging::Fails);
    app.clock.advance(32 * DAY);
    stripe.tick();
    clock::tick(&app.ctx).await.unwrap();
    assert_eq!(app.count("select count(*) from subscriptions where state = 'past_due'").await, 1);
    stripe.set_charging(&agreement, Charging::Succeeds);
    app.clock.advance(4 * DAY);
    stripe.tick();
    app.clock.advance(7 * HOUR);
    clock::tick(&app.ctx).await.unwrap();
    assert_eq!(app.tiers_of("ann@example.org").await, [(gold, Some("2026-05-15".into()))]);
    assert_eq!(app.count("select minor from payments").await, 3300);
    let paid = "select count(*) from orders where status = 'paid' and title = 'Gold' and renewing";
    assert_eq!(app.count(paid).await, 1);
    assert_eq!(app.count("select count(*) from letters where kind = 'failed'").await, 1);
});

on_both!(without_stripe_the_page_says_so_and_nothing_is_opened_for_those_who_pay, |app| {
    let owner = app.owner().await;
    let report = read(&owner, GHOST, &["1,ann@example.org,Ann,,true,,cus_1,,,,Gold"]).await;
    let page = owner.get(&report).await;
    assert!(page.body.contains("which was not asked"));
    assert!(page.texts(".bringing select").is_empty(), "a tier that is paid for is not given");
    owner.post(&report, &[]).await;
    let page = owner.get(&report).await;
    assert_eq!(facts(&page, DONE), [1, 0, 0, 0]);
    assert!(page.body.contains("Stripe is not connected"));
});

on_both!(hostile_files_are_refused_or_said_to_be_broken_line_by_line, |app| {
    let owner = app.owner().await;
    for (bytes, said) in [
        (b"PK\x03\x04".to_vec(), "Excel"),
        (b"name,tier\r\nAnn,Gold\r\n".to_vec(), "no column for the e-mail"),
        (Vec::new(), "choose a file"),
    ] {
        let sent = send(&owner, &bytes).await;
        assert_eq!(sent.status, 422);
        assert!(sent.texts(".field-error")[0].contains(said), "{said}");
    }
    assert_eq!(app.count("select count(*) from member_imports").await, 0);
    let many: String = (0..300).fold("email,tier\r\n".to_owned(), |mut text, n| {
        let _ = write!(text, "u{n}@example.org,Tier {n}\r\n");
        text
    });
    let sent = send(&owner, many.as_bytes()).await;
    assert!(sent.status == 422 && sent.texts(".field-error")[0].contains("more than 200 tiers"));
    assert_eq!(app.count("select count(*) from member_imports").await, 0);

    // In the other encoding, with formulas, invisible characters, what looks like HTML, and names that nobody may have.
    let evil = "=HYPERLINK(\"\"http://evil.example\"\")";
    let text = format!(
        "邮箱,姓名,标签,备注\r\na@example.org,\"{evil}\",\"=1+1,<script>alert(1)</script>\",@SUM(1)\r\nb@example.org,admin,,\r\n\
         c@example.org,deleted-7,,\r\nd@example.org,{},,\r\nE@EXAMPLE.org,王小明,,\r\n\"e@example.org\",王小明,,\r\nf@@example.org,,,\r\n",
        "长".repeat(500)
    );
    let gbk = GB18030.encode(&text).0.into_owned();
    let sent = send(&owner, &gbk).await;
    let report = sent.location().split('?').next().unwrap().to_owned();
    let page = owner.get(&report).await;
    assert_eq!(facts(&page, LINES), [5, 0, 1, 1]);
    assert_eq!(fact(&page, "Encoding"), "gb18030");
    owner.post(&report, &[]).await;
    assert_eq!(facts(&owner.get(&report).await, DONE), [5, 0, 0, 0]);
    let (_, handle, _, _) = app.member_by("b@example.org").await;
    assert!(handle != "admin" && handle.starts_with("admin-"));
    let (_, handle, _, _) = app.member_by("c@example.org").await;
    assert!(handle.starts_with("member-"));
    assert_eq!(app.member_by("d@example.org").await.2.chars().count(), 60);
    let members = owner.get("/admin/members").await;
    assert!(members.status == 200 && !members.body.contains("<script>alert"));

    for person in [app.visitor(), app.member("mallory").await] {
        for path in [HERE, &report, &format!("{report}/broken.csv")] {
            assert!([401, 403].contains(&person.get(path).await.status), "{path}");
        }
        assert!([401, 403].contains(&send(&person, b"email\r\nx@example.org\r\n").await.status));
        assert!([401, 403].contains(&person.post(&report, &[]).await.status));
    }
});

on_both!(what_broke_off_is_gone_on_with_and_what_is_old_is_forgotten, |app| {
    let owner = app.owner().await;
    let lines: Vec<String> = (0..600).map(|n| format!("u{n}@example.org,Gold,2026-12-31")).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let gold = app.tier("Gold").await;
    let report = read(&owner, "email,tier,until", &lines).await;
    // As if the program had stopped after the first batch.
    let id: i64 = report.rsplit('/').next().unwrap().parse().unwrap();
    let choices = format!("{{\"tiers\":{{\"gold\":{gold}}}}}");
    let stopped = "update member_imports set state = 'running', choices = $2, added = 1 where id = $1";
    app.ctx.db().run(stopped, stoa::args![id, choices]).await.unwrap();
    app.ctx.db().run("update member_import_rows set done_at = 1 where line = 2", vec![]).await.unwrap();
    let page = owner.get(&report).await;
    assert!(page.body.contains("Being brought in: 1 of 600 lines"));
    assert_eq!(owner.post(&format!("{report}/discard"), &[]).await.status, 404, "what was begun is not forgotten");
    assert_eq!(owner.post(&report, &[]).await.status, 303);
    assert_eq!(facts(&owner.get(&report).await, DONE), [600, 599, 0, 0]);
    assert_eq!(app.count("select count(*) from members where email like 'u%'").await, 599);

    read(&owner, "email", &["x@example.org"]).await;
    app.clock.advance(31 * DAY);
    stoa::transfer::bringing::tidy(&app.ctx).await.unwrap();
    assert_eq!(app.count("select count(*) from member_import_rows").await, 0);
    assert_eq!(app.count("select count(*) from member_imports").await, 1, "what was done stays known");
});

on_both!(a_long_file_with_broken_lines_is_brought_in_once, |app| {
    let (owner, gold) = (app.owner().await, app.tier("Gold").await.to_string());
    let n = 3_000_i64;
    let text = (0..n).fold("email,name,labels,tier,until\r\n".to_owned(), |mut text, n| {
        let tier = if n % 10 == 0 { "Gold" } else { "" };
        let _ = match n % 100 {
            7 => write!(text, "\"u{n}@example.org,not closed\r\n"),
            23 => write!(text, "nobody{n},Name {n},one,,\r\n"),
            41 => write!(text, "u{n}@example.org,Name {n}\r\n"),
            59 => write!(text, "U{}@Example.org,Once more,one,Gold,2026-12-31\r\n", n - 1),
            _ => write!(text, "u{n}@example.org,Name {n},one,{tier},2026-12-31\r\n"),
        };
        text
    });
    // The heading is the first line of the file.
    let broken: Vec<i64> = (0..n).filter(|n| matches!(n % 100, 7 | 23 | 41)).map(|n| n + 2).collect();
    let each = n / 100;
    let report = read_bytes(&owner, text.as_bytes()).await;
    assert_eq!(facts(&owner.get(&report).await, LINES), [each * 96, 0, each, each * 3]);
    let cells = "section > .table-scroll tbody th";
    assert_eq!(lines_of(&owner, &format!("{report}?show=broken"), cells).await, broken);
    assert_eq!(owner.post(&report, &[("tier-0", &gold)]).await.status, 303);
    assert_eq!(facts(&owner.get(&report).await, DONE), [each * 96, each * 10, 0, 0]);
    assert_eq!(app.count("select count(*) from members where email like 'u%'").await, each * 96);
    assert_eq!(app.count("select count(*) from entitlements").await, each * 10);
    assert_eq!(lines_of(&owner, &format!("{report}?show=broken"), cells).await, broken, "also afterwards");

    let written = app.count(WRITTEN).await;
    let again = read_bytes(&owner, text.as_bytes()).await;
    assert_eq!(facts(&owner.get(&again).await, LINES), [0, each * 96, each, each * 3]);
    assert_eq!(owner.post(&again, &[("tier-0", &gold)]).await.status, 303);
    assert_eq!(facts(&owner.get(&again).await, DONE), [0, 0, 0, 0]);
    assert_eq!(app.count(WRITTEN).await, written);
});

/// `cargo test --release --features ssr --test http a_large_file -- --ignored --nocapture`
#[tokio::test]
#[ignore = "a measurement"]
async fn a_large_file_of_a_hundred_thousand_lines() {
    let app = TestApp::start(Backend::Sqlite).await;
    let (owner, gold) = (app.owner().await, app.tier("Gold").await);
    let mut text = "email,name,labels,tier,until\r\n".to_owned();
    for n in 0..100_000 {
        let _ = write!(text, "u{n}@example.org,Name {n},one,{},2026-12-31\r\n", if n % 10 == 0 { "Gold" } else { "" });
    }
    let begun = std::time::Instant::now();
    let report = read_bytes(&owner, text.as_bytes()).await;
    println!("read: {:?}", begun.elapsed());
    owner.post(&report, &[("tier-0", &gold.to_string())]).await;
    println!("in: {:?}", begun.elapsed());
    assert_eq!(facts(&owner.get(&report).await, DONE), [100_000, 10_000, 0, 0]);
}

async fn read_bytes(person: &Person, bytes: &[u8]) -> String {
    send(person, bytes).await.location().split('?').next().unwrap().to_owned()
}
