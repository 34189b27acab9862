//! Tax that is added to prices: worked out when a buyer says where they live, and the same from then on, wherever it is read.

use crate::money_desk::with_stripe;
use crate::on_both;
use crate::payments::{buy_post, buy_tier, press, to_provider};
use crate::support::{Answer, Person, TestApp};
use scraper::Selector;
use std::sync::Arc;
use stoa::foundation::id::TierId;
use stoa::foundation::time::{DAY, HOUR};
use stoa::foundation::viewer::Role;
use stoa::membership::model::NewTier;
use stoa::membership::service::save_tier;
use stoa::payments::offers::desk::{self, NewOffer};
use stoa::payments::offers::stay;
use stoa::payments::service::clock;
use stoa::server::db::Queries;
use stoa::simulators::stripe::Stripe;

const TAX: &str = "select cast(coalesce(sum(minor), 0) as bigint) from ledger_entries where account = 'liability:tax'";
const SALES: &str = "select cast(coalesce(sum(minor), 0) as bigint) from ledger_entries where account = 'revenue:sales'";
const FEES: &str = "select cast(coalesce(sum(minor), 0) as bigint) from ledger_entries where account = 'revenue:fees'";
/// Of the order that was begun last: what it costs, with and without tax, also without an offer.
const PRICES: &str = "select minor, net_minor, list_minor, net_list_minor from orders order by id desc limit 1";

type Prices = (i64, Option<i64>, Option<i64>, Option<i64>);

impl TestApp {
    async fn how(&self, how: &str) {
        assert_eq!(self.owner().await.post("/admin/tax/how", &[("how", how)]).await.status, 303);
    }

    /// 19% in Germany, 5.5% in France, and no tax elsewhere.
    async fn taxed(&self, how: &str) {
        let admin = self.owner().await;
        for (country, rate) in [("DE", "19"), ("FR", "5.5")] {
            assert_eq!(admin.post("/admin/tax", &[("country", country), ("rate", rate)]).await.status, 303);
        }
        self.how(how).await;
    }

    async fn tiered(&self, new: NewTier) -> TierId {
        save_tier(&self.ctx, &self.viewer(self.owner, Role::Owner), new).await.unwrap()
    }

    async fn offered(&self, new: NewOffer) {
        desk::make(&self.ctx, &self.viewer(self.owner, Role::Owner), &new).await.unwrap();
    }

    async fn last_prices(&self) -> Prices {
        self.ctx.db().one(PRICES, vec![]).await.unwrap()
    }

    async fn all_fits(&self) {
        assert_eq!(self.ledger_sum().await, 0);
        assert_eq!(self.count("select count(*) from notifications where state = 'quarantined'").await, 0);
    }
}

async fn say(buyer: &Person, order: &str, country: &str) -> Answer {
    buyer.post(&format!("{order}/country"), &[("country", country)]).await
}

/// Net, tax and total as the order's page shows them.
async fn amounts(buyer: &Person, order: &str) -> Vec<String> {
    let mut all = buyer.get(order).await.texts(".order-summary dd");
    all.split_off(all.len() - 3)
}

/// Says where they live, and pays.
async fn pay_from(buyer: &Person, order: &str, country: &str) {
    assert_eq!(say(buyer, order, country).await.location(), order);
    press(buyer, &to_provider(buyer, order).await, "pay").await;
}

/// An offer for a tier that takes 50% off.
fn half(tier: TierId, code: &str) -> NewOffer {
    NewOffer {
        name: "Spring".into(),
        code: code.into(),
        kind: "percent".into(),
        worth: "50".into(),
        tier: tier.to_string(),
        lasts: "once".into(),
        audience: "everyone".into(),
        person_limit: "1".into(),
        ..NewOffer::default()
    }
}

/// Begins an agreement for a month of a tier at Stripe, and is charged.
async fn subscribe(app: &TestApp, stripe: &Arc<Stripe>, buyer: &Person, tier: TierId, offer: &str) {
    let tier = tier.to_string();
    let form = [("kind", "tier"), ("tier", &*tier), ("cadence", "month"), ("renewing", "on"), ("offer", offer)];
    let order = buyer.post("/checkout", &form).await.location().to_owned();
    assert_eq!(say(buyer, &order, "DE").await.location(), order);
    assert_eq!(buyer.post(&format!("{order}/pay"), &[("provider", "stripe")]).await.status, 303);
    let (number,): (String,) = app.ctx.db().one("select number from checkouts order by id desc limit 1", vec![]).await.unwrap();
    stripe.pay(&number).unwrap();
    buyer.get(&format!("{order}/return")).await;
}

/// So much later a term is over, and the next one is charged.
async fn charged_after(app: &TestApp, stripe: &Arc<Stripe>, time: i64) {
    app.clock.advance(time);
    stripe.tick();
    app.clock.advance(2 * HOUR);
    stripe.tick();
    clock::tick(&app.ctx).await.unwrap();
}

on_both!(an_admin_chooses_that_tax_is_added_and_prices_say_so_as_long_as_there_is_any, |app| {
    let (admin, buyer, visitor) = (app.owner().await, app.member("buyer").await, app.visitor());
    app.tier("Readers").await;
    let post = app.paid_post(Some(1000), None).await;
    assert_eq!(buyer.post("/admin/tax/how", &[("how", "added")]).await.status, 403);
    let wrong = admin.post("/admin/tax/how", &[("how", "sometimes")]).await;
    assert_eq!((wrong.status, wrong.texts("#how-error").len()), (422, 1));
    app.how("added").await;
    let begun = buy_post(&buyer, post).await;
    assert_eq!(app.last_prices().await, (1000, None, None, None), "as long as there is no rate nothing is added");
    assert_eq!(visitor.get("/membership").await.texts(".price-note").len(), 0);
    app.taxed("added").await;
    assert_eq!(admin.get("/admin/tax").await.attribute("#how option[selected]", "value").as_deref(), Some("added"));
    for page in ["/", "/membership"] {
        let note = visitor.get(page).await.texts(".price-note").concat();
        assert!(note.starts_with("Prices are plus tax."), "{page}: {note}");
    }
    let zh = visitor.get("/membership?lang=zh-CN").await.texts(".price-note").concat();
    assert!(zh.starts_with("价格未含税"), "{zh}");
    let (slug,): (String,) = app.ctx.db().one("select slug from posts order by id desc limit 1", vec![]).await.unwrap();
    assert!(visitor.get(&format!("/p/{slug}")).await.texts(".paywall-promise").concat().contains("plus tax"));
    let gift = buyer.get(&format!("/gift?post={post}")).await;
    assert!(gift.texts("#what-hint").concat().contains("plus tax"));
    // What was begun before stays as it was, and what is begun now is another order.
    assert_eq!(buyer.get(&begun).await.texts(".order-total dt"), ["Total"]);
    assert_ne!(buy_post(&buyer, post).await, begun);
    assert_eq!(app.last_prices().await, (1000, Some(1000), None, None));
    app.how("included").await;
    assert_eq!(visitor.get("/membership").await.texts(".price-note").len(), 0);
    buy_post(&buyer, post).await;
    assert_eq!(app.last_prices().await, (1000, None, None, None), "and what is begun now has tax in its price");
});

on_both!(an_order_costs_its_price_and_the_tax_of_where_its_buyer_says_they_live, |app| {
    let (admin, buyer, other) = (app.owner().await, app.member("buyer").await, app.member("other").await);
    app.taxed("added").await;
    let post = app.paid_post(Some(1000), None).await;
    let order = buy_post(&buyer, post).await;
    let page = buyer.get(&order).await;
    assert_eq!(amounts(&buyer, &order).await, ["CN¥10.00", "Known once you say where you live", "CN¥10.00"]);
    assert_eq!(page.texts(".order-total dt"), ["Total before tax"]);
    assert!(page.texts("#country option").contains(&"Germany: plus 19% tax, CN¥1.90".to_owned()), "{:?}", page.texts("option"));
    assert_eq!(page.texts(".order-way").len(), 0, "nobody pays before they see the total");
    let refused = buyer.post(&format!("{order}/pay"), &[("provider", "test")]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.texts("#country-error")[0].contains("country you live in"));
    let nothing = say(&buyer, &order, "").await;
    assert_eq!((nothing.status, nothing.texts("#country-error").len()), (422, 1));
    assert_eq!((say(&other, &order, "DE").await.status, say(&admin, &order, "DE").await.status), (404, 404));

    assert_eq!(say(&buyer, &order, "DE").await.location(), order);
    assert_eq!(amounts(&buyer, &order).await, ["CN¥10.00", "CN¥1.90, 19% (Germany)", "CN¥11.90"]);
    say(&buyer, &order, "FR").await;
    assert_eq!(amounts(&buyer, &order).await, ["CN¥10.00", "CN¥0.55, 5.5% (France)", "CN¥10.55"]);
    say(&buyer, &order, "-").await;
    assert_eq!(amounts(&buyer, &order).await, ["CN¥10.00", "None", "CN¥10.00"]);
    let seen_first = buyer.post(&format!("{order}/pay"), &[("provider", "test"), ("country", "DE")]).await;
    assert_eq!(seen_first.location(), order, "another amount is shown before it is paid");
    assert_eq!(app.last_prices().await, (1190, Some(1000), None, None));
    assert_eq!(app.count("select minor from order_taxes").await, 190);
    assert_eq!(buy_post(&buyer, post).await, order, "the same price, and the same order");

    // Once somebody may be paying, the amount stays.
    let provider = to_provider(&buyer, &order).await;
    assert!(buyer.get(&provider).await.texts(".facts dd").contains(&"CN¥11.90".to_owned()));
    let late = say(&buyer, &order, "FR").await;
    assert_eq!(late.status, 409);
    assert!(late.texts(".banner")[0].contains("give this order up"), "{:?}", late.texts(".banner"));
    assert_eq!(late.texts(".order-country").len(), 0);
    assert_eq!(say(&buyer, &order, "DE").await.location(), order, "nothing changes");
    press(&buyer, &provider, "later").await;
    assert!(say(&buyer, &order, "FR").await.texts(".banner").concat().contains("on its way"));
    press(&buyer, &provider, "arrive").await;
    assert_eq!((app.count("select minor from payments").await, app.count(TAX).await, app.count(SALES).await), (1190, -190, -1000));
    assert_eq!(say(&buyer, &order, "FR").await.status, 409);
    let facts = buyer.get(&order).await.texts(".receipt dd").join(" | ");
    assert!(facts.contains("CN¥10.00 | CN¥1.90, 19% (Germany) | CN¥11.90"), "{facts}");

    // What goes back takes its share of the tax, and the last of it the rest.
    let (id, payment) = (app.count("select max(id) from orders").await, app.count("select max(id) from payments").await);
    let refund = async |amount: &str| {
        let form = [("payment", &*payment.to_string()), ("amount", amount), ("sure", "on")];
        assert_eq!(admin.post(&format!("/admin/orders/{id}/refund"), &form).await.status, 303);
    };
    refund("3").await;
    assert_eq!((app.count(TAX).await, app.count(SALES).await), (-142, -748));
    refund("").await;
    assert_eq!((app.count(TAX).await, app.count(SALES).await), (0, 0));
    let cells = buyer.get(&format!("{order}/receipt")).await.texts("tbody td");
    let expected = ["CN¥10.00", "CN¥1.90", "CN¥11.90", "−CN¥2.52", "−CN¥0.48", "−CN¥3.00", "−CN¥7.48", "−CN¥1.42", "−CN¥8.90", "CN¥0.00"];
    let shown: Vec<&str> = cells.iter().map(String::as_str).filter(|cell| cell.contains("CN¥")).take(10).collect();
    assert_eq!(shown, expected);
    let file = admin.get("/admin/receipts.csv?year=2026").await.body;
    assert!(file.contains(",DE,19%,10.00,1.90,11.90,CNY") && file.contains(",DE,19%,-2.52,-0.48,-3.00,CNY"), "{file}");
    app.all_fits().await;
});

on_both!(who_says_another_country_while_they_pay_pays_what_the_order_says, |app| {
    app.taxed("added").await;
    for n in 0..4 {
        let buyer = app.member(&format!("buyer{n}")).await;
        let order = buy_post(&buyer, app.paid_post(Some(1000), None).await).await;
        say(&buyer, &order, "DE").await;
        let pay = format!("{order}/pay");
        let (paying, saying) = tokio::join!(buyer.post(&pay, &[("provider", "test")]), say(&buyer, &order, "FR"));
        assert!([303, 409].contains(&saying.status) && paying.status == 303, "{} {}", saying.status, paying.status);
        press(&buyer, paying.location(), "pay").await;
    }
    assert_eq!(app.count("select count(*) from payments p join orders o on o.id = p.order_id where p.minor = o.minor").await, 4);
    app.all_fits().await;
});

on_both!(a_code_that_is_used_after_the_country_was_said_takes_the_country_with_it, |app| {
    app.taxed("added").await;
    let (buyer, tier) = (app.member("buyer").await, app.tier("Readers").await);
    app.offered(half(tier, "spring-50")).await;
    let whole = buy_tier(&buyer, tier, "month").await;
    say(&buyer, &whole, "DE").await;
    assert_eq!(app.last_prices().await, (3570, Some(3000), None, None));
    let order = buyer.post(&format!("{whole}/offer"), &[("code", "spring-50")]).await.location().to_owned();
    assert_ne!(order, whole);
    let facts = buyer.get(&order).await.texts(".order-summary dd").join(" | ");
    let said = "CN¥30.00 | Spring, CN¥15.00 off | CN¥15.00 | CN¥2.85, 19% (Germany) | CN¥17.85";
    assert!(facts.ends_with(said), "{facts}");
    assert_eq!(app.last_prices().await, (1785, Some(1500), Some(3570), Some(3000)));
    assert_eq!(app.count("select off_minor from offer_redemptions").await, 1500);
    press(&buyer, &to_provider(&buyer, &order).await, "pay").await;
    assert_eq!((app.count(TAX).await, app.count(FEES).await), (-285, -1500));
    assert!(app.may_enter(buyer.id, tier).await);
    app.all_fits().await;
});

on_both!(what_renews_is_charged_with_its_tax_and_so_is_a_change_of_tier, |app| {
    let admin = app.owner().await;
    let stripe = with_stripe(&app, &admin).await;
    app.taxed("added").await;
    let sold = |name: &str, monthly: &str| NewTier { name: name.into(), monthly: monthly.into(), ..NewTier::default() };
    let (plain, dear) = (app.tiered(sold("Plain", "30")).await, app.tiered(sold("Dear", "60")).await);
    let buyer = app.member("buyer").await;
    subscribe(&app, &stripe, &buyer, plain, "").await;
    assert_eq!((app.count(TAX).await, app.count(FEES).await), (-570, -3000));
    let id = app.count("select max(id) from subscriptions").await;
    // Who would leave is offered five off the price, and so the tax on five less.
    let off =
        NewOffer { kind: "amount".into(), worth: "5".into(), currency: "CNY".into(), audience: "retention".into(), ..half(plain, "stay") };
    app.offered(off).await;
    let viewer = app.viewer(buyer.id, Role::Member);
    let asked = stay::ask_once(&app.ctx, &viewer, id).await.unwrap().unwrap();
    let stay = stay::shown(&app.ctx, &viewer, id, asked).await.unwrap();
    assert_eq!((stay.list.minor, stay.cut.amount.minor), (3570, 2975));

    // Half of the 31 days: the difference is counted with tax, and taxed.
    app.clock.advance(15 * DAY + 12 * HOUR);
    let page = buyer.get("/account/membership").await;
    let said = page.texts(".plan-reprice p").concat();
    assert!(said.contains("about CN¥17.85") && said.contains("CN¥71.40 a month"), "{said}");
    let inputs = Selector::parse("form.plan-reprice input").unwrap();
    let html = page.html();
    let value = |input: scraper::ElementRef<'_>, name: &str| input.value().attr(name).unwrap_or_default().to_owned();
    let form: Vec<(String, String)> = html.select(&inputs).map(|input| (value(input, "name"), value(input, "value"))).collect();
    drop(html);
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let changed = buyer.post(&format!("/account/membership/agreements/{id}/tier"), &form).await;
    assert_eq!(changed.location(), "/account/membership?done=repriced");
    assert!(app.may_enter(buyer.id, dear).await);
    assert_eq!(app.last_prices().await, (1785, Some(1500), None, None));
    assert_eq!((app.count(TAX).await, app.count(FEES).await), (-855, -4500));
    charged_after(&app, &stripe, 16 * DAY).await;
    assert_eq!(app.last_prices().await, (7140, Some(6000), None, None));
    assert_eq!((app.count(TAX).await, app.count(FEES).await), (-1995, -10_500));
    app.all_fits().await;
});

on_both!(the_first_terms_by_an_offer_and_those_after_them_are_each_charged_with_their_tax, |app| {
    let (admin, buyer) = (app.owner().await, app.member("buyer").await);
    let stripe = with_stripe(&app, &admin).await;
    app.taxed("added").await;
    let tier = app.tier("Readers").await;
    app.offered(NewOffer { lasts: "periods".into(), periods: "2".into(), month: true, ..half(tier, "two") }).await;
    subscribe(&app, &stripe, &buyer, tier, "two").await;
    for _ in 0..2 {
        charged_after(&app, &stripe, 31 * DAY).await;
    }
    let sql = "select p.minor, o.net_minor, o.list_minor, o.net_list_minor
        from payments p join orders o on o.id = p.order_id order by p.term_from";
    let terms: Vec<Prices> = app.ctx.db().all(sql, vec![]).await.unwrap();
    let cheap = (1785, Some(1500), Some(3570), Some(3000));
    assert_eq!(terms, [cheap, cheap, (3570, Some(3000), None, None)]);
    assert_eq!((app.count(TAX).await, app.count(FEES).await), (-285 - 285 - 570, -6000));
    app.all_fits().await;
});

on_both!(a_kept_price_and_the_days_that_are_left_are_worth_the_same_after_tax_is_added, |app| {
    app.taxed("included").await;
    let tier = |name: &str, monthly: &str| NewTier { name: name.into(), monthly: monthly.into(), ..NewTier::default() };
    let plain = app.tiered(tier("Plain", "30")).await;
    let buyer = app.member("buyer").await;
    let order = buy_tier(&buyer, plain, "month").await;
    let to = buyer.post(&format!("{order}/pay"), &[("provider", "test"), ("country", "DE")]).await;
    press(&buyer, to.location(), "pay").await;
    assert_eq!((app.count(TAX).await, app.last_prices().await), (-479, (3000, None, None, None)));
    app.taxed("added").await;
    app.tiered(NewTier { id: Some(plain), ..tier("Plain", "40") }).await;
    let net = app.tiered(tier("Net", "25.21")).await;
    let kept = async || buyer.get("/membership").await.texts(".tier-price").remove(0);
    assert_eq!(kept().await, "CN¥25.21 a month", "thirty without its tax");
    app.how("included").await;
    assert_eq!(kept().await, "CN¥30.00 a month");
    app.how("added").await;
    let next = buy_tier(&buyer, plain, "month").await;
    pay_from(&buyer, &next, "DE").await;
    assert_eq!(app.last_prices().await, (3000, Some(2521), None, None), "they pay what they paid");
    app.how("included").await;
    assert_eq!(kept().await, "CN¥30.00 a month", "and would again");
    app.how("added").await;
    // As many days there as here: nothing is made of the tax.
    let form = [("from", &*plain.to_string()), ("to", &*net.to_string())];
    assert_eq!(buyer.post("/account/membership/switch", &form).await.location(), "/account/membership?done=switched");
    assert!(app.may_enter(buyer.id, net).await && !app.may_enter(buyer.id, plain).await);
    let ends = app.count("select max(ends_at) from entitlements where revoked_at is null").await;
    assert_eq!((ends - app.ctx.now().0) / DAY, 61, "two months");
    app.all_fits().await;
});

on_both!(seats_are_counted_without_tax_and_a_tip_is_what_its_giver_says, |app| {
    app.taxed("added").await;
    let (buyer, admin) = (app.member("buyer").await, app.owner().await);
    let tier = app.tiered(NewTier { name: "Readers".into(), monthly: "33.33".into(), teams: true, ..NewTier::default() }).await;
    let form = [("what", &*format!("{tier} month CNY")), ("seats", "3"), ("name", "The desk")];
    let order = buyer.post("/team", &form).await.location().to_owned();
    say(&buyer, &order, "DE").await;
    assert_eq!(amounts(&buyer, &order).await, ["CN¥99.99", "CN¥19.00, 19% (Germany)", "CN¥118.99"]);
    assert!(buyer.get(&order).await.body.contains("CN¥33.33 × 3"));
    press(&buyer, &to_provider(&buyer, &order).await, "pay").await;
    assert_eq!((app.count(TAX).await, app.count(FEES).await), (-1900, -9999));
    assert!(buyer.get(&format!("{order}/receipt")).await.body.contains("CN¥33.33 × 3"));
    let team = app.count("select max(id) from teams").await;
    let renewed = buyer.get(&format!("/account/teams/{team}")).await;
    assert!(renewed.body.contains("Renew 3 seats for one month: CN¥99.99 plus tax"), "{:?}", renewed.texts("button"));
    let next = buyer.post(&format!("/account/teams/{team}/renew"), &[]).await.location().to_owned();
    say(&buyer, &next, "FR").await;
    assert_eq!(app.last_prices().await, (10_549, Some(9999), None, None));
    assert_eq!(buyer.post(&format!("/account/teams/{team}/renew"), &[]).await.location(), next, "the same order");

    assert_eq!(admin.post("/admin/tips", &[("tips", "on")]).await.status, 303);
    let post = app.paid_post(Some(1000), None).await;
    let tip = buyer.post("/tip", &[("post", &post.to_string()), ("amount", "11.90")]).await.location().to_owned();
    let to = buyer.post(&format!("{tip}/pay"), &[("provider", "test"), ("country", "DE")]).await;
    press(&buyer, to.location(), "pay").await;
    assert_eq!((app.last_prices().await, app.count(SALES).await), ((1190, None, None, None), -1000));
    app.all_fits().await;
});
