-- Redeem codes, which open something for whoever enters them, and the orders of a shop on Taobao, which do the same.

-- What is opened together: one code or one order, several entitlements. A list is not changed any more: what was opened by it
-- is found by its lines.
create table bundles (
    id integer primary key,
    created_at bigint not null
);
create table bundle_items (
    bundle_id bigint not null references bundles (id),
    line bigint not null,
    -- A term of a tier, or an article.
    tier_id bigint references tiers (id),
    cadence text,
    post_id bigint references posts (id),
    primary key (bundle_id, line),
    check ((tier_id is null) <> (post_id is null)),
    check ((tier_id is null) = (cadence is null))
);

-- Codes that were made together and open the same.
create table code_batches (
    id integer primary key,
    name text not null,
    note text not null default '',
    bundle_id bigint not null references bundles (id),
    -- From this instant on its codes open nothing; null: they last.
    expires_at bigint,
    -- Whether one member may redeem several of its codes.
    several boolean not null,
    size bigint not null check (size between 1 and 10000),
    -- Comes with the form, so that a form sent twice makes one batch.
    form_key text not null unique,
    made_by bigint not null references members (id),
    made_at bigint not null
);

create table codes (
    id integer primary key,
    batch_id bigint not null references code_batches (id),
    -- Of the code itself; nothing leads back to it.
    hash text not null unique,
    -- Its last four symbols, to tell it from others.
    last text not null,
    -- Who redeemed it. It stays with them when it is revoked afterwards.
    member_id bigint references members (id),
    redeemed_at bigint,
    revoked_at bigint,
    -- 0 where a member may redeem one of the batch; the code's own number where they may redeem several, and once it is revoked.
    turn bigint not null default 0,
    unique (batch_id, member_id, turn),
    check ((member_id is null) = (redeemed_at is null))
);
create index codes_by_batch on codes (batch_id, id);
create index codes_redeemed on codes (batch_id, redeemed_at, id);
create index codes_by_member on codes (member_id, redeemed_at, id);

-- Which of the shop's items opens what.
create table taobao_items (
    id integer primary key,
    field text not null check (field in ('title', 'code', 'sku')),
    how text not null check (how in ('contains', 'equals')),
    -- In lower case, as it is compared.
    wanted text not null,
    bundle_id bigint not null references bundles (id),
    made_by bigint not null references members (id),
    made_at bigint not null,
    unique (field, how, wanted)
);

-- A file of orders that was brought in, and what came of its lines.
create table taobao_imports (
    id integer primary key,
    file_name text not null,
    encoding text not null,
    made_by bigint not null references members (id),
    began_at bigint not null,
    -- Null: it runs, or was interrupted.
    ended_at bigint,
    fresh bigint not null default 0,
    known bigint not null default 0,
    refunded bigint not null default 0,
    skipped bigint not null default 0,
    broken bigint not null default 0
);

-- The lines of which there is something to say. Of the cells those that we read, as JSON; of a telephone its last four digits.
create table taobao_import_lines (
    import_id bigint not null references taobao_imports (id) on delete cascade,
    line bigint not null,
    outcome text not null check (outcome in ('refunded', 'skipped', 'broken', 'noted')),
    reason text not null,
    cells text not null,
    primary key (import_id, line)
);
create index taobao_import_lines_by_outcome on taobao_import_lines (import_id, outcome, line);

create table taobao_orders (
    id integer primary key,
    number text not null unique,
    -- The last four digits of the telephone: nothing more of it is kept. Empty where the file had none.
    phone_tail text not null,
    -- By which columns its lines were told apart: files of another kind name the same lines otherwise.
    columns text not null,
    import_id bigint not null references taobao_imports (id),
    -- Who redeemed it, once.
    member_id bigint references members (id),
    redeemed_at bigint,
    check (length(phone_tail) in (0, 4)),
    check ((member_id is null) = (redeemed_at is null))
);
create index taobao_orders_by_member on taobao_orders (member_id, redeemed_at, id);

create table taobao_lines (
    id integer primary key,
    order_id bigint not null references taobao_orders (id),
    -- What tells it from the order's other lines.
    item text not null,
    title text not null,
    bundle_id bigint not null references bundles (id),
    quantity bigint not null check (quantity between 1 and 100),
    -- Closed is the end: money went back, or never came.
    state text not null check (state in ('unpaid', 'paid', 'refunding', 'closed')),
    unique (order_id, item)
);
