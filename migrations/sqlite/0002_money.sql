-- Money and access are two things. Orders, payments and the ledger say what was paid; entitlements say what a member may
-- open. Whatever the reason (a purchase, a gift, a grant), access is an entitlement, and the paywall reads nothing else.

create table tiers (
    id integer primary key,
    slug text not null unique,
    name text not null,
    description text not null default '',
    position bigint not null default 0,
    archived_at bigint,
    created_at bigint not null
);

-- What a term of a tier costs. One price a cadence and currency.
create table tier_prices (
    tier_id bigint not null references tiers (id),
    cadence text not null check (cadence in ('month', 'year')),
    currency text not null,
    minor bigint not null check (minor > 0 and minor <= 9007199254740991),
    primary key (tier_id, cadence, currency)
);

-- One attempt to buy one thing: a term of a tier, or an article. The name and price are copied, so that a receipt says
-- for ever what was agreed.
create table orders (
    id integer primary key,
    -- Unguessable, for addresses and for the provider.
    reference text not null unique,
    member_id bigint not null references members (id),
    kind text not null check (kind in ('tier', 'post')),
    tier_id bigint references tiers (id),
    cadence text check (cadence in ('month', 'year')),
    post_id bigint,
    title text not null,
    currency text not null,
    minor bigint not null check (minor > 0 and minor <= 9007199254740991),
    status text not null default 'open' check (status in ('open', 'pending', 'paid')),
    -- Where the buyer came from, a path on this site.
    return_to text not null,
    -- Where it is being paid: a provider and its own number for the checkout. What it tells us must name the same.
    provider text,
    provider_checkout text,
    created_at bigint not null,
    -- The last try, when it was declined; the order stays open.
    declined_at bigint,
    paid_at bigint,
    -- Until when it opened what was bought, as the receipt says; null: for good.
    opens_until bigint,
    unique (provider, provider_checkout),
    check ((provider is null) = (provider_checkout is null)),
    check ((kind = 'tier') = (tier_id is not null and cadence is not null)),
    check ((kind = 'post') = (post_id is not null)),
    check ((status = 'paid') = (paid_at is not null))
);
create index orders_by_member on orders (member_id, id);
create index orders_by_post on orders (post_id, status);

-- What a provider told us, once each: the same event id a second time is nothing new. The body is kept as it came.
create table provider_events (
    provider text not null,
    event_id text not null,
    kind text not null,
    body text not null,
    received_at bigint not null,
    -- What came of it: processed, or refused with the reason (a wrong amount, an unknown order).
    outcome text not null,
    primary key (provider, event_id)
);

-- Money received. Unique by the provider's own number, however often it is told.
create table payments (
    id integer primary key,
    order_id bigint not null references orders (id),
    provider text not null,
    provider_payment text not null,
    currency text not null,
    minor bigint not null check (minor > 0),
    -- The payment that paid the order, or one too many, which is owed back.
    use text not null check (use in ('order', 'surplus')),
    received_at bigint not null,
    unique (provider, provider_payment)
);
create index payments_by_order on payments (order_id);

-- The double-entry ledger, append-only. The entries of one transfer sum to zero: a debit is positive, a credit negative.
-- Accounts are 'provider:test', 'revenue:fees', 'revenue:sales', 'liability:surplus'.
create table ledger_transfers (
    id integer primary key,
    -- What it books, so that nothing is booked twice: 'payment:17'.
    cause text not null unique,
    booked_at bigint not null,
    -- The calendar day in the site's time zone: reports are counted by it.
    booked_day text not null
);
create index ledger_transfers_by_day on ledger_transfers (booked_day, id);

create table ledger_entries (
    transfer_id bigint not null references ledger_transfers (id),
    account text not null,
    currency text not null,
    minor bigint not null check (minor <> 0),
    member_id bigint references members (id),
    post_id bigint,
    primary key (transfer_id, account)
);
create index ledger_entries_by_account on ledger_entries (account, transfer_id);

-- What a member may open: a tier until an instant, or an article for good.
create table entitlements (
    id integer primary key,
    member_id bigint not null references members (id),
    tier_id bigint references tiers (id),
    post_id bigint,
    starts_at bigint not null,
    -- Null: for good.
    ends_at bigint,
    revoked_at bigint,
    -- Why, once each: 'order:17'.
    cause text not null unique,
    created_at bigint not null,
    check ((tier_id is null) <> (post_id is null)),
    check (ends_at is null or ends_at > starts_at)
);
create index entitlements_by_member on entitlements (member_id, tier_id, ends_at);
create index entitlements_by_post on entitlements (post_id, member_id);

-- What a provider signs its webhooks with.
create table provider_secrets (
    provider text primary key,
    secret text not null,
    created_at bigint not null
);

-- The test provider's own books: what a real provider would keep on its side.
create table test_provider_checkouts (
    reference text primary key,
    order_reference text not null unique,
    currency text not null,
    minor bigint not null check (minor > 0),
    description text not null,
    -- A path on the site: where the buyer goes back to.
    return_url text not null,
    status text not null default 'open' check (status in ('open', 'pending', 'declined', 'paid')),
    payments bigint not null default 0,
    created_at bigint not null
);
