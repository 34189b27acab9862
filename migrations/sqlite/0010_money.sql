-- Money for good: several providers, checkouts apart from orders, refunds, disputes, renewing subscriptions, and a ledger
-- that the database itself keeps in balance.

-- What a tier promises and whom it takes.
-- One promise a line.
alter table tiers add column benefits text not null default '';
-- Anybody signed in may join, and pays nothing.
alter table tiers add column free boolean not null default false;
-- No more members than this at once; null: no limit.
alter table tiers add column member_limit bigint check (member_limit > 0);
-- Days before the first charge of a renewing membership.
alter table tiers add column trial_days bigint not null default 0 check (trial_days between 0 and 730);
-- Days it stays open after the paid term has ended.
alter table tiers add column grace_days bigint not null default 3 check (grace_days between 0 and 90);
-- Whoever renews without a gap pays what they paid before, though the price has risen since.
alter table tiers add column keeps_price boolean not null default true;

-- What is to be rebuilt is put aside; nothing is lost.
create table old_prices as select * from tier_prices;
create table old_orders as select * from orders;
create table old_payments as select * from payments;
create table old_entries as select * from ledger_entries;
create table old_transfers as select * from ledger_transfers;
create table old_events as select * from provider_events;
drop table tier_prices;
drop table payments;
drop table orders;
drop table ledger_entries;
drop table ledger_transfers;
drop table provider_events;

-- What a term of a tier costs: 'month', 'year', or 'days:30'. One price a cadence and currency.
create table tier_prices (
    tier_id bigint not null references tiers (id),
    cadence text not null check (cadence in ('month', 'year') or cadence like 'days:%'),
    currency text not null check (length(currency) = 3),
    minor bigint not null check (minor > 0 and minor <= 9007199254740991),
    primary key (tier_id, cadence, currency)
);
insert into tier_prices select tier_id, cadence, currency, minor from old_prices;

-- A member's agreement with a provider to be charged again each term.
create table subscriptions (
    id integer primary key,
    member_id bigint not null references members (id),
    tier_id bigint not null references tiers (id),
    provider text not null,
    -- The provider's numbers for the agreement and for the buyer.
    provider_subscription text not null,
    customer text,
    -- What was agreed.
    currency text not null,
    minor bigint not null check (minor > 0 and minor <= 9007199254740991),
    cadence text not null,
    state text not null check (state in ('waiting', 'trialing', 'active', 'past_due', 'paused', 'ended')),
    trial_until bigint,
    term_until bigint,
    ends_with_term boolean not null default false,
    -- How it is paid, for the member to recognise.
    method text,
    created_at bigint not null,
    -- When the provider was asked; of two answers the later holds.
    as_of bigint not null,
    -- When it is to be asked again; null: never, it has ended.
    look_at bigint,
    unique (provider, provider_subscription)
);
create index subscriptions_by_member on subscriptions (member_id, id);
create index subscriptions_due on subscriptions (look_at);

-- What is agreed: one thing, bought once, or one term of a tier, also one that a renewing subscription pays. The name and
-- the price are copied, so that a receipt says for ever what was agreed.
create table orders (
    id integer primary key,
    -- Unguessable, for addresses.
    reference text not null unique,
    member_id bigint not null references members (id),
    kind text not null check (kind in ('tier', 'post')),
    tier_id bigint references tiers (id),
    cadence text,
    post_id bigint,
    title text not null,
    currency text not null,
    -- What the buyer pays in all.
    minor bigint not null check (minor > 0 and minor <= 9007199254740991),
    -- The buyer agrees to be charged again each term; the first charge comes after so many days of trial.
    renewing boolean not null default false,
    trial_days bigint not null default 0,
    -- Paid: money is there that was not given back.
    status text not null default 'open' check (status in ('open', 'pending', 'paid', 'refunded')),
    -- Where the buyer came from, a path on this site.
    return_to text not null,
    -- The agreement it began, or that it is a later term of.
    subscription_id bigint references subscriptions (id),
    created_at bigint not null,
    -- The last try, when it was declined; the order stays open.
    declined_at bigint,
    paid_at bigint,
    -- How many transfers have been booked for it: the next one's number.
    booked bigint not null default 0,
    check ((kind = 'tier') = (tier_id is not null and cadence is not null)),
    check ((kind = 'post') = (post_id is not null)),
    check ((status in ('paid', 'refunded')) = (paid_at is not null))
);
create index orders_by_member on orders (member_id, id);
create index orders_by_post on orders (post_id, status);
create index orders_by_subscription on orders (subscription_id, id);
insert into orders (id, reference, member_id, kind, tier_id, cadence, post_id, title, currency, minor, status, return_to, created_at, declined_at, paid_at, booked)
select id, reference, member_id, kind, tier_id, cadence, post_id, title, currency, minor, status, return_to, created_at, declined_at, paid_at, 0 from old_orders;

-- One try to pay an order at one provider.
create table checkouts (
    id integer primary key,
    order_id bigint not null references orders (id),
    provider text not null,
    -- Ours, which the provider knows it by: 32 hexadecimal digits.
    reference text not null unique,
    -- The provider's own number, where it has one.
    number text,
    -- What the buyer held: 'desktop', 'phone', 'wechat'.
    device text not null,
    -- How the buyer goes on: 'go', 'scan' or 'bridge', and the address, the code or the parameters. Null until the provider
    -- has answered.
    way text check (way in ('go', 'scan', 'bridge')),
    way_text text,
    state text not null check (state in ('opening', 'open', 'pending', 'declined', 'closed', 'paid')),
    opened_at bigint not null,
    expires_at bigint not null,
    -- When to ask the provider how it stands, and how often that was done; null: decided.
    look_at bigint,
    looks bigint not null default 0,
    unique (provider, number),
    check ((way is null) = (way_text is null))
);
create index checkouts_by_order on checkouts (order_id, id);
create index checkouts_due on checkouts (look_at);
insert into checkouts (order_id, provider, reference, number, device, way, way_text, state, opened_at, expires_at)
select id, provider, provider_checkout, provider_checkout, 'desktop', 'go', '/test-provider/' || provider_checkout,
    case when status = 'paid' then 'paid' else 'closed' end, created_at, created_at
from old_orders
where provider is not null;

-- Money received. Unique by the provider's own number, however often it is told.
create table payments (
    id integer primary key,
    order_id bigint not null references orders (id),
    provider text not null,
    provider_payment text not null,
    currency text not null,
    minor bigint not null check (minor > 0),
    -- What the provider keeps of it; null: not known yet.
    fee_minor bigint,
    -- The payment that paid the order, or one too many, which is owed back.
    use text not null check (use in ('order', 'surplus')),
    -- By the provider's clock, and by ours.
    paid_at bigint not null,
    received_at bigint not null,
    -- Of a charge of a subscription: the term it pays.
    term_from bigint,
    term_until bigint,
    unique (provider, provider_payment),
    check ((term_from is null) = (term_until is null))
);
create index payments_by_order on payments (order_id);
create index payments_by_provider on payments (provider, paid_at);
insert into payments (id, order_id, provider, provider_payment, currency, minor, fee_minor, use, paid_at, received_at)
select id, order_id, provider, provider_payment, currency, minor, 0, use, received_at, received_at from old_payments;

-- Money given back, asked for by us or made at the provider.
create table refunds (
    id integer primary key,
    payment_id bigint not null references payments (id),
    -- Ours, when we asked for it; the provider's, once it is known.
    reference text unique,
    provider text not null,
    provider_refund text,
    minor bigint not null check (minor > 0),
    fee_minor bigint not null default 0,
    -- Asked: the provider has not answered yet.
    state text not null check (state in ('asked', 'pending', 'succeeded', 'failed')),
    reason text not null default '',
    asked_by bigint references members (id),
    at bigint not null,
    look_at bigint,
    looks bigint not null default 0,
    unique (provider, provider_refund)
);
create index refunds_by_payment on refunds (payment_id);
create index refunds_due on refunds (look_at);

-- A payment that the buyer contests through their bank or the provider.
create table disputes (
    id integer primary key,
    payment_id bigint not null references payments (id),
    provider text not null,
    provider_dispute text not null,
    minor bigint not null check (minor > 0),
    fee_minor bigint not null default 0,
    state text not null check (state in ('open', 'won', 'lost')),
    at bigint not null,
    unique (provider, provider_dispute)
);
create index disputes_by_payment on disputes (payment_id);

-- What a provider told us, once each, kept as it came and stored before it is answered. 'new' waits to be processed; 'later'
-- could not be and is tried again; 'done', 'ignored' (not ours, or of no interest); 'quarantined' does not fit what we
-- know; 'dead' was tried too often.
create table notifications (
    id integer primary key,
    provider text not null,
    event_id text not null,
    kind text not null,
    body text not null,
    made_at bigint,
    received_at bigint not null,
    state text not null check (state in ('new', 'later', 'done', 'ignored', 'quarantined', 'dead')),
    reason text not null default '',
    tries bigint not null default 0,
    -- When it is its turn; null: never again.
    turn_at bigint,
    -- The order it was about, once that is known.
    order_id bigint references orders (id),
    unique (provider, event_id)
);
create index notifications_due on notifications (turn_at, id);
create index notifications_by_state on notifications (state, id);
insert into notifications (provider, event_id, kind, body, received_at, state, reason)
select provider, event_id, kind, body, received_at, case when outcome = 'processed' then 'done' else 'quarantined' end,
    case when outcome = 'processed' then '' else outcome end
from old_events;

-- The double-entry ledger, append-only. A debit is positive, a credit negative. A transfer is whole once it is sealed: the
-- seal cannot be set unless its entries sum to zero in each currency, a transfer without a seal cannot be committed, and
-- what is sealed cannot be changed or added to. Accounts are listed in `payments::ledger`.
create table ledger_seals (
    transfer_id bigint not null primary key
);
create table ledger_transfers (
    id integer primary key references ledger_seals (transfer_id) deferrable initially deferred,
    -- What it books, so that nothing is booked twice: 'order:17:1' is the first transfer of an order.
    cause text not null unique,
    -- In plain words of the ledger: 'payment 12', 'refund 3', 'dispute 1 lost'.
    about text not null default '',
    booked_at bigint not null,
    -- The calendar day in the site's time zone: reports are counted by it.
    booked_day text not null
);
create index ledger_transfers_by_day on ledger_transfers (booked_day, id);
create table ledger_entries (
    transfer_id bigint not null references ledger_transfers (id),
    line bigint not null,
    account text not null,
    currency text not null,
    minor bigint not null check (minor <> 0),
    member_id bigint references members (id),
    post_id bigint,
    order_id bigint references orders (id),
    primary key (transfer_id, line)
);
create index ledger_entries_by_account on ledger_entries (account, transfer_id);
create index ledger_entries_by_order on ledger_entries (order_id);
insert into ledger_seals select id from old_transfers;
insert into ledger_transfers (id, cause, booked_at, booked_day) select id, cause, booked_at, booked_day from old_transfers;
insert into ledger_entries (transfer_id, line, account, currency, minor, member_id, post_id, order_id)
select e.transfer_id, row_number() over (partition by e.transfer_id order by e.account), e.account, e.currency, e.minor, e.member_id,
    e.post_id, p.order_id
from old_entries e
join old_transfers t on t.id = e.transfer_id
left join old_payments p on t.cause = 'payment:' || p.id;
update orders set booked = (select count(*) from old_transfers t join old_payments p on t.cause = 'payment:' || p.id where p.order_id = orders.id);

drop table old_prices;
drop table old_orders;
drop table old_payments;
drop table old_entries;
drop table old_transfers;
drop table old_events;

create trigger ledger_seal_checks before insert on ledger_seals
begin
    select raise(abort, 'a transfer has to sum to zero')
    where not exists (select 1 from ledger_entries where transfer_id = new.transfer_id)
        or exists (select 1 from ledger_entries where transfer_id = new.transfer_id group by currency having sum(minor) <> 0);
end;
create trigger ledger_entries_end_with_the_seal before insert on ledger_entries
when exists (select 1 from ledger_seals where transfer_id = new.transfer_id)
begin
    select raise(abort, 'a sealed transfer cannot be added to');
end;
create trigger ledger_seals_no_update before update on ledger_seals
begin
    select raise(abort, 'the ledger is append-only');
end;
create trigger ledger_seals_no_delete before delete on ledger_seals
begin
    select raise(abort, 'the ledger is append-only');
end;
create trigger ledger_transfers_no_update before update on ledger_transfers
begin
    select raise(abort, 'the ledger is append-only');
end;
create trigger ledger_transfers_no_delete before delete on ledger_transfers
begin
    select raise(abort, 'the ledger is append-only');
end;
create trigger ledger_entries_no_update before update on ledger_entries
begin
    select raise(abort, 'the ledger is append-only');
end;
create trigger ledger_entries_no_delete before delete on ledger_entries
begin
    select raise(abort, 'the ledger is append-only');
end;

-- Terms of a tier are laid end to end; what moves them is kept, so that they can be laid again. 'month', 'year', 'days:30';
-- null: fixed by its dates.
alter table entitlements add column cadence text;
-- When it was given: the order in which terms follow on each other.
alter table entitlements add column given_at bigint;
-- Until when it opens: the end, and the days of grace. Null: for good.
alter table entitlements add column open_until bigint;
alter table entitlements add column grace_days bigint not null default 0;
update entitlements set given_at = starts_at, open_until = ends_at;

-- A member's pause of a tier: its terms stand still.
create table pauses (
    id integer primary key,
    member_id bigint not null references members (id),
    tier_id bigint not null references tiers (id),
    from_at bigint not null,
    -- Null: it lasts.
    until_at bigint
);
create index pauses_by_member on pauses (member_id, tier_id);

-- The test provider's checkouts can be closed. What it calls the order is our reference of the checkout.
create table old_checkouts as select * from test_provider_checkouts;
drop table test_provider_checkouts;
create table test_provider_checkouts (
    reference text primary key,
    order_reference text not null unique,
    currency text not null,
    minor bigint not null check (minor > 0),
    description text not null,
    -- A path on the site: where the buyer goes back to.
    return_url text not null,
    status text not null default 'open' check (status in ('open', 'pending', 'declined', 'paid', 'closed')),
    payments bigint not null default 0,
    created_at bigint not null
);
insert into test_provider_checkouts select reference, order_reference, currency, minor, description, return_url, status, payments, created_at from old_checkouts;
drop table old_checkouts;

-- A provider as the admin switched it on. The keys are encrypted with a key that is not in the database.
create table provider_accounts (
    provider text primary key,
    enabled boolean not null default false,
    sealed_keys text,
    updated_at bigint not null
);

-- How much may be paid at once and in a day, a row a currency; a currency without a row has no limits of ours.
create table provider_limits (
    provider text not null,
    currency text not null check (length(currency) = 3),
    minimum bigint,
    maximum bigint,
    daily bigint,
    primary key (provider, currency)
);

-- Lines of a provider's own book that we could not match, and ours that it does not show.
create table reconciliations (
    id integer primary key,
    provider text not null,
    -- The calendar day that was compared.
    day text not null,
    compared_at bigint not null,
    matched bigint not null,
    -- Lines of other products on the same account.
    foreign_lines bigint not null,
    unique (provider, day)
);
create table reconciliation_findings (
    reconciliation_id bigint not null references reconciliations (id) on delete cascade,
    line bigint not null,
    -- 'missing here', 'missing there', 'differs'.
    kind text not null check (kind in ('here', 'there', 'differs')),
    number text not null,
    currency text not null,
    ours_minor bigint,
    theirs_minor bigint,
    primary key (reconciliation_id, line)
);

-- Something a member should know, shown until it is put away.
create table notices (
    id integer primary key,
    member_id bigint not null references members (id) on delete cascade,
    kind text not null,
    -- What it is about, so that nobody is told twice: 'tier:3:1773576000000'.
    about text not null,
    -- What the words need, as JSON.
    data text not null default '{}',
    created_at bigint not null,
    put_away_at bigint,
    unique (member_id, kind, about)
);
