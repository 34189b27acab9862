-- What the admin's numbers are made of. Days are calendar days in the site's time zone, 'YYYY-MM-DD'.

-- One row for each thing a member did that counts: a topic, a reply, a rating, a vote, a purchase. Kept when the thing
-- itself is edited or deleted: it was done.
create table interactions (
    id integer primary key,
    member_id bigint not null references members (id),
    kind text not null check (kind in ('topic', 'reply', 'rating', 'vote', 'purchase')),
    target_kind text not null,
    target_id bigint not null,
    day text not null,
    at bigint not null,
    -- Changing a rating or a vote is not a second interaction.
    unique (member_id, kind, target_kind, target_id)
);
create index interactions_by_day on interactions (day, id);
-- The ratings behind the quality score are listed in this order.
create index ratings_listed on ratings (day, post_id, member_id);

-- A member was here on that day: opened a page while signed in, or interacted.
create table member_days (
    member_id bigint not null references members (id),
    day text not null,
    primary key (member_id, day)
);
create index member_days_by_day on member_days (day, member_id);

-- Page views, counted here, without cookies and without addresses.
create table page_views (
    day text not null,
    path text not null,
    views bigint not null,
    primary key (day, path)
);

-- How many different visitors a day: a hash of what the browser sends with a key that lives a day and is then thrown
-- away, so that nobody, not even we, can tell who it was or follow anyone into the next day.
create table visitor_days (
    day text not null,
    visitor text not null,
    primary key (day, visitor)
);
create table visitor_keys (
    day text primary key,
    key text not null
);
-- All that is kept once the day is long over.
create table visitor_counts (
    day text primary key,
    visitors bigint not null
);

-- What running the place costs. One-off on a day, or every month from a day on (until a day, if it has ended).
create table costs (
    id integer primary key,
    category text not null check (category in ('content', 'marketing', 'operations')),
    recurrence text not null check (recurrence in ('once', 'month')),
    minor bigint not null check (minor > 0 and minor <= 9007199254740991),
    currency text not null,
    day text not null,
    until_day text,
    post_id bigint references posts (id),
    note text not null default '',
    created_by bigint not null references members (id),
    created_at bigint not null
);
create index costs_by_day on costs (day, id);

-- Income from advertising.
create table advertising_income (
    id integer primary key,
    minor bigint not null check (minor > 0 and minor <= 9007199254740991),
    currency text not null,
    day text not null,
    note text not null default '',
    created_by bigint not null references members (id),
    created_at bigint not null
);
create index advertising_income_by_day on advertising_income (day, id);
