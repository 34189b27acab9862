-- What can be taken back, what was promised of it, and who took what back.

-- What an admin decides about selling, one row. A rule is 'none', 'days:3', 'withdrawal', 'withdrawal:waiver' or 'pro-rata';
-- null: nothing was decided, and nothing is promised.
create table selling (
    id integer primary key check (id = 1),
    post_rule text,
    tier_rule text,
    -- As receipts name the seller.
    seller_name text not null default '',
    seller_address text not null default '',
    seller_number text not null default '',
    seller_note text not null default '',
    updated_at bigint not null
);

-- What was promised when an order was begun: it holds, whatever the rule is now.
create table order_promises (
    order_id bigint not null primary key references orders (id),
    rule text not null,
    -- The buyer asked for access at once, and knows that the right to withdraw ends when they open it.
    waived_at bigint,
    -- When something that this order opens was first served whole to its buyer after that.
    opened_at bigint
);

-- A buyer takes something back. One a payment: two clicks are one request.
create table refund_requests (
    id integer primary key,
    -- Unguessable, for the address of the proof.
    reference text not null unique,
    order_id bigint not null references orders (id),
    payment_id bigint not null unique references payments (id),
    -- By the rule, on the order's page; or as a declaration, on the public page.
    kind text not null check (kind in ('refund', 'withdrawal')),
    declared_at bigint not null,
    reason text not null default '',
    -- What the rule gave then; 0: nothing, an admin decides.
    minor bigint not null check (minor >= 0),
    -- What it opened is closed though not all of the money goes back.
    ends_access boolean not null default false,
    -- Its agreement is ended as well.
    ends_agreement boolean not null default false,
    state text not null check (state in ('open', 'done', 'refused')),
    -- The refund it became.
    refund_id bigint references refunds (id),
    decided_at bigint,
    decided_by bigint references members (id),
    -- Why it was refused, as its buyer reads it.
    answer text not null default '',
    check ((state = 'done') = (refund_id is not null)),
    check ((state = 'open') = (decided_at is null))
);
create index refund_requests_by_order on refund_requests (order_id);
create index refund_requests_by_state on refund_requests (state, id);
