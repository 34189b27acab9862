//! The script played: everybody does what it says, in its order and at its time.

use super::script::{Article, Cost, Member, Reply, Script, Space, Topic};
use super::{Made, email, viewer};
use crate::analytics::costs::{self, TypedCost, TypedIncome};
use crate::discussion::model::{NewReply, NewTopic};
use crate::discussion::service as discussion;
use crate::foundation::cadence::Cadence;
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::id::{ReplyId, SpaceId, TierId};
use crate::foundation::look::Texts;
use crate::foundation::site::Site;
use crate::foundation::target::{Target, TargetKind};
use crate::foundation::time::{DAY, MINUTE, Timestamp};
use crate::foundation::viewer::{Role, Viewer};
use crate::mail::service::Quiet;
use crate::members::service::{self as members, NewAccount};
use crate::membership::model::{Access, NewTier};
use crate::membership::service as membership;
use crate::payments::service::settle::{Outcome, settle};
use crate::payments::service::{self as payments, Paying, Purchase, Started};
use crate::payments::test_provider;
use crate::posts::service::{self as posts, PostForm};
use crate::providers::{Device, Provider};
use crate::reactions::service as reactions;
use crate::server::clock::ManualClock;
use crate::server::context::Context;
use crate::server::random::SecureRandom;
use crate::settings::service::require_site;
use crate::settings::simple::{self, TypedPage};
use crate::settings::{TypedLook, look};
use crate::spaces::model::NewSpace;
use crate::spaces::service as spaces;
use std::collections::HashMap;
use std::sync::Arc;

/// The day on which the sample members come: less than the shortest month ago, so that a month bought then still runs.
const FIRST_DAY: i64 = 26;
/// How much later each next thing happens. A day of the script has fewer things than a day has of these.
const STEP: i64 = 50 * MINUTE;

pub struct Filling {
    /// The site's own, but for the clock.
    ctx: Context,
    clock: Arc<ManualClock>,
    /// When the filling began: no time of the script is later.
    today: Timestamp,
    site: Arc<Site>,
    owner: Viewer,
    people: HashMap<String, Viewer>,
    made: Made,
}

impl Filling {
    pub async fn begin(ctx: &Context, owner: Viewer, made: Made) -> Result<Filling> {
        let today = ctx.now();
        let clock = Arc::new(ManualClock::at(today));
        let ctx = Context::with(ctx.db().clone(), ctx.config().clone(), clock.clone(), Arc::new(SecureRandom));
        // Nobody is written to about a past that is made up.
        ctx.keep::<Quiet>().set();
        let site = require_site(&ctx).await?;
        Ok(Filling { ctx, clock, today, site, owner, people: HashMap::new(), made })
    }

    pub async fn run(mut self, script: &Script, password: &str) -> Result<Made> {
        self.go_to(FIRST_DAY);
        self.present(script).await?;
        let tier = self.make_tier(script).await?;
        self.made.orders = self.ctx.config().test_payments.then_some(0);
        for member in &script.members {
            self.join(member, tier, password).await?;
        }
        let mut by_slug = HashMap::new();
        for (space, position) in script.spaces.iter().zip(1..) {
            by_slug.insert(space.slug.as_str(), self.make_space(space, tier, position).await?);
        }
        for article in &script.articles {
            self.publish(article, tier).await?;
        }
        for topic in &script.topics {
            let space = by_slug.get(topic.space.as_str()).ok_or(AppError::NotFound)?;
            self.discuss(topic, *space).await?;
        }
        for cost in &script.costs {
            self.note_cost(cost).await?;
        }
        let day = self.go_to(script.income.days_ago);
        let income = TypedIncome { amount: self.amount(&script.income.amount), day, note: script.income.note.clone() };
        costs::add_income(&self.ctx, &self.owner, &income).await?;
        Ok(self.made)
    }

    /// What the site says of itself: its pages, and its look unless somebody chose one.
    async fn present(&self, script: &Script) -> Result<()> {
        for page in &script.pages {
            let title = Texts::new(&page.title_zh, &page.title_en);
            let source = Texts::new(page.source_zh.trim(), page.source_en.trim());
            let typed = TypedPage { slug: page.slug.clone(), title, source, published: true, in_footer: true };
            match simple::save(&self.ctx, &self.owner, None, &typed).await {
                // The site has a page of this kind already.
                Ok(_) | Err(AppError::Invalid(_)) => (),
                Err(error) => return Err(error),
            }
        }
        if self.site.look.is_chosen() {
            return Ok(());
        }
        let words = &script.look;
        let typed = TypedLook {
            promise: Texts::new(&words.promise_zh, &words.promise_en),
            questions: Texts::new(words.questions_zh.trim(), words.questions_en.trim()),
            ..TypedLook::of(&self.site)
        };
        look::publish(&self.ctx, &self.owner, &typed).await
    }

    /// Moves the clock to so many days ago; gives the day.
    fn go_to(&self, days_ago: i64) -> String {
        let then = self.today.plus(-days_ago * DAY);
        self.clock.advance(then.since(self.ctx.now()));
        format::day(then, &self.site.time_zone).to_string()
    }

    fn step(&self) {
        self.clock.advance(STEP);
    }

    /// An amount of the script in the site's currency.
    fn amount(&self, script: &str) -> String {
        match script.split_once('.') {
            Some((whole, _)) if self.site.currency.exponent() == 0 => whole.to_owned(),
            _ => script.to_owned(),
        }
    }

    fn person(&self, handle: &str) -> Result<&Viewer> {
        self.people.get(handle).ok_or(AppError::NotFound)
    }

    async fn make_tier(&self, script: &Script) -> Result<TierId> {
        let tier = &script.tier;
        let (monthly, yearly) = (self.amount(&tier.monthly), self.amount(&tier.yearly));
        let new =
            NewTier { id: None, name: tier.name.clone(), description: tier.description.clone(), monthly, yearly, ..NewTier::default() };
        membership::save_tier(&self.ctx, &self.owner, new).await
    }

    async fn join(&mut self, member: &Member, tier: TierId, password: &str) -> Result<()> {
        self.step();
        let (handle, name) = (member.handle.clone(), member.name.clone());
        let account = NewAccount { email: email(&handle), handle: handle.clone(), name, password: password.to_owned() };
        let role = if member.author { Role::Author } else { Role::Member };
        let id = members::create(&self.ctx, account, role).await?;
        let person = viewer(&self.ctx, id).await?;
        members::change_profile(&self.ctx, &person, &member.name, &member.bio).await?;
        if let Some(cadence) = member.term.as_deref().and_then(Cadence::parse) {
            self.buy(&person, Purchase::term(tier, cadence)).await?;
        }
        self.made.logins.push(email(&handle));
        self.people.insert(handle, person);
        Ok(())
    }

    /// Pays with the test provider; where it is off, what would have been bought is given.
    async fn buy(&mut self, buyer: &Viewer, purchase: Purchase) -> Result<()> {
        if !self.ctx.config().test_payments {
            let member = buyer.require_member()?.id;
            let mut tx = self.ctx.db().begin().await?;
            match purchase {
                Purchase::Post(post) | Purchase::PostAt(post, _) => {
                    membership::grant_post(&self.ctx, &mut tx, member, post, &format!("demo:{member}:post:{post}")).await?;
                }
                Purchase::Tier { tier, cadence, .. } => {
                    membership::grant_term(&self.ctx, &mut tx, member, tier, cadence, &format!("demo:{member}:tier:{tier}")).await?;
                }
                // Nobody in the script buys these.
                Purchase::Bundle(_) | Purchase::Tip(..) | Purchase::TipAuthor(..) => (),
            }
            return Ok(tx.commit().await?);
        }
        let Started::Order(reference) = payments::buy(&self.ctx, buyer, purchase, None).await? else { return Ok(()) };
        let paying =
            Paying { provider: Provider::Test, device: Device::Desktop, client_ip: "127.0.0.1".to_owned(), locale: self.site.locale };
        payments::pay(&self.ctx, buyer, &reference, &paying).await?;
        let order = payments::order(&self.ctx, buyer, &reference).await?;
        let checkout = payments::tries_of(&self.ctx, buyer, &order).await?.into_iter().find_map(|checkout| checkout.number);
        let facts = test_provider::pay_offline(&self.ctx, &checkout.ok_or(AppError::Internal)?).await?;
        if let Outcome::Quarantined(reason) = settle(&self.ctx, Provider::Test, &facts).await? {
            tracing::error!(reason, "a payment of the demo was refused");
            return Err(AppError::Internal);
        }
        self.made.orders = self.made.orders.map(|n| n + 1);
        Ok(())
    }

    async fn make_space(&mut self, space: &Space, tier: TierId, position: i64) -> Result<SpaceId> {
        let access = Access::parse(&space.access).ok_or(AppError::Internal)?;
        let (name, slug, description) = (space.name.clone(), space.slug.clone(), space.description.clone());
        let tier = (access == Access::Paid).then_some(tier);
        self.made.spaces += 1;
        spaces::save_space(&self.ctx, &self.owner, NewSpace { id: None, name, slug, description, access, tier, position }).await
    }

    async fn publish(&mut self, article: &Article, tier: TierId) -> Result<()> {
        self.go_to(article.days_ago);
        let form = PostForm {
            version: String::new(),
            title: article.title.clone(),
            slug: article.slug.clone(),
            summary: article.summary.clone(),
            tags: article.tags.clone(),
            source: article.source.clone(),
            access: article.access.clone(),
            tier: if article.tier { tier.to_string() } else { String::new() },
            price: self.amount(&article.price),
            least: String::new(),
        };
        let id = posts::create_in(&self.ctx, self.person(&article.author)?, &form, Some(&article.lang), true).await?;
        self.made.articles += 1;
        for handle in &article.buyers {
            self.step();
            let buyer = self.person(handle)?.clone();
            self.buy(&buyer, Purchase::Post(id)).await?;
        }
        for (handle, stars) in &article.ratings {
            self.step();
            reactions::rate(&self.ctx, self.person(handle)?, id, *stars).await?;
            self.made.ratings += 1;
        }
        self.converse(Target { kind: TargetKind::Post, id: id.0 }, &article.replies).await
    }

    async fn discuss(&mut self, topic: &Topic, space: SpaceId) -> Result<()> {
        self.go_to(topic.days_ago);
        let new = NewTopic { space, title: topic.title.clone(), source: topic.source.clone() };
        let id = discussion::start_topic(&self.ctx, self.person(&topic.author)?, new).await?;
        self.made.topics += 1;
        let target = Target { kind: TargetKind::Topic, id: id.0 };
        self.vote(target, &topic.up, 1).await?;
        self.converse(target, &topic.replies).await
    }

    async fn converse(&mut self, target: Target, replies: &[Reply]) -> Result<()> {
        let mut waiting: Vec<(Option<ReplyId>, &Reply)> = replies.iter().rev().map(|reply| (None, reply)).collect();
        while let Some((parent, reply)) = waiting.pop() {
            self.step();
            let new = NewReply { target, parent, source: reply.source.clone() };
            let id = discussion::reply(&self.ctx, self.person(&reply.author)?, new).await?;
            self.made.replies += 1;
            let own = Target { kind: TargetKind::Reply, id: id.0 };
            self.vote(own, &reply.up, 1).await?;
            self.vote(own, &reply.down, -1).await?;
            waiting.extend(reply.replies.iter().rev().map(|answer| (Some(id), answer)));
        }
        Ok(())
    }

    async fn vote(&mut self, target: Target, voters: &[String], value: i64) -> Result<()> {
        for handle in voters {
            discussion::vote(&self.ctx, self.person(handle)?, target, value).await?;
            self.made.votes += 1;
        }
        Ok(())
    }

    async fn note_cost(&mut self, cost: &Cost) -> Result<()> {
        let day = self.go_to(cost.days_ago);
        let typed = TypedCost {
            category: cost.category.clone(),
            recurrence: cost.recurrence.clone(),
            amount: self.amount(&cost.amount),
            day,
            until: String::new(),
            article: cost.article.clone(),
            note: cost.note.clone(),
        };
        self.made.costs += 1;
        costs::add_cost(&self.ctx, &self.owner, &typed).await
    }
}
