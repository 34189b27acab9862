-- Who is here, and what the site is.

-- One row for the whole site; it exists once setup is done, and that is how the program knows.
create table site (
    id integer primary key check (id = 1),
    name text not null,
    locale text not null check (locale in ('zh-CN', 'en')),
    time_zone text not null,
    currency text not null check (length(currency) = 3),
    updated_at bigint not null
);

-- The token that proves whoever runs /setup can read the log. Gone with setup.
create table setup_token (
    id integer primary key check (id = 1),
    token_hash text not null,
    created_at bigint not null
);

-- A person. An unclaimed account (an imported author) has neither e-mail nor password; a deleted one has lost both, and
-- its name, but keeps its number so that what it wrote and paid stays in place.
create table members (
    id integer primary key,
    handle text not null unique,
    name text not null,
    -- Lower case, so that the constraint sees what people mean by "the same address".
    email text unique,
    password_hash text,
    role text not null default 'member' check (role in ('member', 'author', 'moderator', 'admin', 'owner')),
    bio_source text not null default '',
    bio_html text not null default '',
    locale text check (locale in ('zh-CN', 'en')),
    created_at bigint not null,
    -- The calendar day and month of registration in the site's time zone: cohorts are counted by it.
    registered_day text not null,
    deleted_at bigint,
    -- Who counts as a member in the numbers: people who registered themselves, not imported names.
    claimed boolean not null default true,
    check (deleted_at is null or (email is null and password_hash is null))
);
create index members_by_day on members (registered_day, id);

-- Signed-in browsers, and the few visitors who need a session. The id in the cookie is stored hashed: who reads this
-- table cannot use it.
create table sessions (
    id integer primary key,
    id_hash text not null unique,
    member_id bigint references members (id) on delete cascade,
    data text not null,
    user_agent text not null default '',
    created_at bigint not null,
    last_seen_at bigint not null,
    expires_at bigint not null
);
create index sessions_by_member on sessions (member_id, last_seen_at);
create index sessions_by_expiry on sessions (expires_at);

-- Guessing is slowed by what is guessed at (an e-mail) and by where from (an address), both hashed.
create table attempts (
    subject text primary key,
    failures bigint not null,
    -- No attempt is looked at before this instant.
    blocked_until bigint not null,
    last_at bigint not null
);
create index attempts_by_age on attempts (last_at);

-- Old addresses that must go on working: a path without its leading slash, and the path it leads to now.
create table redirects (
    path text primary key,
    target text not null,
    created_at bigint not null
);
