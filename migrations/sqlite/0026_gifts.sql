-- Gifts: orders that open what was bought to somebody else, who takes it by a link, once.

-- Whom it opens what was bought to: its buyer, whoever takes it, or nobody: a tip is thanks for what is there already.
alter table orders add column purpose text not null default 'own' check (purpose in ('own', 'gift', 'tip'));

-- What the buyer said of it, and what became of it.
create table gifts (
    order_id bigint primary key references orders (id),
    -- Where its letter goes; null: the buyer hands a link over, or it was taken and the address is not needed any more.
    email text,
    note text not null default '',
    -- The language of its letter.
    locale text not null,
    -- Its letter does not go before.
    send_at bigint not null,
    -- When the clock has to send it; null while it is not paid, once it went, and where there is nothing to send.
    due_at bigint,
    -- How many letters went, and when the last one did.
    letters bigint not null default 0,
    sent_at bigint,
    -- What it cost went back: it opens nothing (any more). Worked out from the money, as all that an order opens.
    void_at bigint,
    taken_by bigint references members (id),
    taken_at bigint,
    check ((sent_at is null) = (letters = 0)),
    check ((taken_by is null) = (taken_at is null))
);
create index gifts_due on gifts (due_at);
create index gifts_by_taker on gifts (taken_by, order_id);

-- What opens a gift: each letter and each link that the buyer asked for has one. The first that is used takes the gift.
create table gift_secrets (
    -- Of the secret itself; nothing leads back to it.
    hash text primary key,
    order_id bigint not null references gifts (order_id),
    made_at bigint not null
);
create index gift_secrets_by_order on gift_secrets (order_id);
-- Links by which a member lets friends read one paid article.

create table gift_links (
    id integer primary key,
    member_id bigint not null references members (id),
    post_id bigint not null references posts (id),
    -- The calendar month of the site, 'YYYY-MM', and which of the links of that month it is: how many there may be is how far
    -- the number goes.
    month text not null,
    n bigint not null check (n > 0),
    made_at bigint not null,
    ends_at bigint not null,
    -- When its giver ended it.
    ended_at bigint,
    unique (member_id, month, n)
);
create index gift_links_by_member on gift_links (member_id, id);

-- Who reads by a link: a number that stands in nobody's name but in a browser's session, and nothing else about them.
create table gift_link_readers (
    link_id bigint not null references gift_links (id),
    reader text not null,
    n bigint not null check (n > 0),
    primary key (link_id, reader),
    unique (link_id, n)
);
