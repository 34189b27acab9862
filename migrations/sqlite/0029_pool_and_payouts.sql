-- The pool: a part of what memberships bring in a month goes to those who wrote what members read.

-- Of the net of memberships, in hundredths of a percent.
alter table creator_terms add column pool_rate bigint not null default 0 check (pool_rate >= 0 and pool_rate <= 10000);
-- By what it is shared: each article that a member opened alike, or by how long it takes to read.
alter table creator_terms add column pool_by text not null default 'opened' check (pool_by in ('opened', 'minutes'));
-- The first month with a pool, '2026-03'; null: there never was one.
alter table creator_terms add column pool_from text;

-- A member opened an article of their tier in a month. Forgotten once the month is closed.
create table pool_reads (
    month text not null,
    post_id bigint not null references posts (id) on delete cascade,
    member_id bigint not null references members (id),
    primary key (month, post_id, member_id)
);
create index pool_reads_by_member on pool_reads (member_id);

-- Months that are closed: their pool is booked, and their statements are written.
create table closed_months (
    month text not null primary key,
    closed_at bigint not null
);

-- What a closed month gave, a row a currency.
create table pool_months (
    month text not null references closed_months (month),
    currency text not null check (length(currency) = 3),
    -- What memberships brought by the ledger, less provider fees; less than nothing when more went back.
    net_minor bigint not null,
    -- What earlier months lacked, taken off this one: zero or less.
    carried_minor bigint not null check (carried_minor <= 0),
    rate bigint not null check (rate >= 0 and rate <= 10000),
    pool_by text not null check (pool_by in ('opened', 'minutes')),
    -- What was shared; nothing when nobody read anything.
    minor bigint not null check (minor >= 0),
    primary key (month, currency)
);
create table pool_articles (
    month text not null,
    currency text not null,
    post_id bigint not null,
    -- How many members opened it, and what that counted.
    readers bigint not null check (readers > 0),
    weight bigint not null check (weight > 0),
    minor bigint not null check (minor >= 0),
    primary key (month, currency, post_id),
    foreign key (month, currency) references pool_months (month, currency)
);
create index pool_articles_by_post on pool_articles (post_id);

-- What an article cost is added up with what it earned.
create index costs_by_post on costs (post_id);

-- Payouts: what was set aside of what is owed to creators, and whether it reached them.

-- What was set aside together, in one file.
create table payout_runs (
    id integer primary key,
    currency text not null check (length(currency) = 3),
    -- Smaller balances were left for another time.
    minimum bigint not null check (minimum > 0),
    made_by bigint not null references members (id),
    made_at bigint not null
);

-- One a creator and run; and one under way at a time, so that nothing is paid twice while nobody knows how it ended.
create table payouts (
    id integer primary key,
    run_id bigint not null references payout_runs (id),
    member_id bigint not null references members (id),
    currency text not null check (length(currency) = 3),
    minor bigint not null check (minor > 0),
    -- As the creator had said by then.
    payee_name text not null,
    payee_account text not null,
    state text not null check (state in ('under way', 'paid', 'failed')),
    paid_on text,
    -- The bank's number of it.
    reference text not null default '',
    -- Why it failed.
    reason text not null default '',
    decided_at bigint,
    decided_by bigint references members (id),
    unique (run_id, member_id),
    check ((state = 'under way') = (decided_at is null)),
    check (state <> 'paid' or paid_on is not null)
);
create index payouts_by_member on payouts (member_id, id);
create unique index payouts_under_way on payouts (member_id, currency) where state = 'under way';
