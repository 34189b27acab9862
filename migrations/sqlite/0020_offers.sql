-- Offers: something off a tier or an article, or a trial, for whoever has the code.
create table offers (
    id integer primary key,
    name text not null,
    -- In lower case.
    code text not null unique,
    kind text not null check (kind in ('percent', 'amount', 'trial')),
    -- Hundredths, minor units of the currency, or days.
    worth bigint not null check (worth > 0 and worth <= 9007199254740991),
    currency text check (length(currency) = 3),
    tier_id bigint references tiers (id),
    post_id bigint,
    -- Which terms of the tier, one a line ('month', 'days:30'); empty: all.
    terms text not null default '',
    -- So many terms of a renewing membership; of what does not renew, so many times for each member. Null: every term.
    periods bigint check (periods between 1 and 120),
    -- Anybody, those who never had the tier, or those who are about to leave it.
    audience text not null check (audience in ('everyone', 'signup', 'retention')),
    from_at bigint,
    until_at bigint,
    -- How often it can be used, in all and by one member; null: no limit.
    total_limit bigint check (total_limit > 0),
    person_limit bigint check (person_limit > 0),
    archived_at bigint,
    created_by bigint not null references members (id),
    created_at bigint not null,
    check ((tier_id is null) <> (post_id is null)),
    check ((kind = 'amount') = (currency is not null)),
    check (kind <> 'percent' or worth <= 100),
    check (kind <> 'trial' or (worth <= 365 and tier_id is not null)),
    check (audience = 'everyone' or tier_id is not null)
);

-- What an order's price was made of: copies, as the title and the price are. What it costs without the offer; null where
-- there was none.
alter table orders add column list_minor bigint check (list_minor > 0);
alter table orders add column offer_name text;
-- The offer that this order uses. A later term that still costs less by it has the copies alone.
alter table orders add column offer_id bigint references offers (id);
-- Of a renewing membership so many terms cost `minor`, and those after them `list_minor`; null: all cost `minor`.
alter table orders add column offer_terms bigint check (offer_terms > 0);
-- When its buyer gave it up: it cannot be paid any more.
alter table orders add column closed_at bigint;
create index orders_by_offer on orders (offer_id, id);

-- What the terms of an agreement cost by an offer, from an instant (null: from its beginning) until another, and which
-- offer that was. Before and after, they cost `minor`.
alter table subscriptions add column cut_minor bigint check (cut_minor > 0);
alter table subscriptions add column cut_terms bigint check (cut_terms > 0);
alter table subscriptions add column cut_from bigint;
alter table subscriptions add column cut_until bigint;
alter table subscriptions add column offer_name text;

-- Each use of an offer, held while its order can be paid, and used once it is. There is no other count: what is given back
-- is deleted.
create table offer_redemptions (
    id integer primary key,
    offer_id bigint not null references offers (id),
    member_id bigint not null references members (id),
    -- The member's first, second, … use.
    nth bigint not null check (nth > 0),
    -- What was bought with it; null for what cost nothing, and was given at once, and for an agreement that ran already.
    order_id bigint unique references orders (id),
    subscription_id bigint references subscriptions (id),
    tier_id bigint references tiers (id),
    cadence text,
    post_id bigint,
    title text not null,
    currency text not null,
    list_minor bigint not null check (list_minor > 0),
    -- Off one term, or off the whole.
    off_minor bigint not null check (off_minor >= 0 and off_minor <= list_minor),
    held_at bigint not null,
    -- Null: held.
    used_at bigint,
    unique (offer_id, member_id, nth)
);
create index offer_redemptions_by_offer on offer_redemptions (offer_id, id);
create index offer_redemptions_by_member on offer_redemptions (member_id, id);
create index offer_redemptions_held on offer_redemptions (used_at, held_at);

-- That a member who was about to leave was asked to stay, once an offer.
create table offers_shown (
    offer_id bigint not null references offers (id),
    member_id bigint not null references members (id),
    shown_at bigint not null,
    primary key (offer_id, member_id)
);
