-- A renewing membership that goes over to another tier or another term.

-- What a member asked for, one row a wish. The agreement's own row says what holds now; this says what will, and what did:
-- payments of old terms come late.
create table agreement_changes (
    id integer primary key,
    subscription_id bigint not null references subscriptions (id),
    -- In the agreement's currency.
    tier_id bigint not null references tiers (id),
    cadence text not null,
    minor bigint not null check (minor > 0 and minor <= 9007199254740991),
    -- The tier's name, as it was agreed to.
    title text not null,
    -- Within the running term, the difference being paid; otherwise with the next.
    at_once boolean not null,
    -- From when it holds.
    from_at bigint not null,
    -- Asked for; the provider says that it charges this; another was agreed to before it held; it holds; the provider said no.
    state text not null check (state in ('asked', 'agreed', 'replaced', 'holds', 'refused')),
    -- Where the buyer agrees to it at the provider, if they have to.
    consent text,
    reference text not null unique,
    asked_at bigint not null,
    agreed_at bigint,
    check ((agreed_at is null) = (state in ('asked', 'refused')))
);
create index agreement_changes_by_subscription on agreement_changes (subscription_id, id);
create index agreement_changes_by_tier on agreement_changes (tier_id, state);

-- What a change within a term cost: no price of a term, and only as long open as the term it is about is paid.
alter table orders add column settles boolean not null default false;
