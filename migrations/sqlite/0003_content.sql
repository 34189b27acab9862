-- What is written: articles, spaces, topics, replies, and what people think of them.

-- An article. Its Markdown is rendered once, on save; pages read the HTML. What is behind the wall is in a column of its
-- own, so that a page for a visitor need not even load it.
create table posts (
    id integer primary key,
    slug text not null unique,
    author_id bigint not null references members (id),
    title text not null,
    summary text not null default '',
    source text not null,
    preview_html text not null,
    rest_html text,
    excerpt text not null,
    -- The headings as JSON: level, id, text. Those behind the wall stand apart, like the text they belong to.
    contents text not null default '[]',
    rest_contents text not null default '[]',
    words bigint not null,
    rest_words bigint not null,
    code_samples bigint not null,
    rest_code_samples bigint not null,
    reading_minutes bigint not null,
    -- The language the article is written in, for the reader's machine; null: not known.
    lang text,
    status text not null check (status in ('draft', 'published')),
    -- Who may read the rest: everyone, members, or those with the tier or a purchase. Tier and price may both be set.
    access text not null check (access in ('public', 'members', 'paid')),
    tier_id bigint references tiers (id),
    price_minor bigint check (price_minor > 0 and price_minor <= 9007199254740991),
    -- Counted when a rating changes, so that lists need no join: n, how many of 4 and 5, the sum of stars.
    ratings bigint not null default 0,
    positive_ratings bigint not null default 0,
    stars_sum bigint not null default 0,
    replies bigint not null default 0,
    version bigint not null default 1,
    -- Where an import found it, so that a second run changes nothing: the file's path, and a hash of its text.
    imported_from text unique,
    imported_hash text,
    published_at bigint,
    created_at bigint not null,
    updated_at bigint not null,
    check ((access = 'paid') = (tier_id is not null or price_minor is not null)),
    check (status <> 'published' or published_at is not null)
);
create index posts_newest on posts (status, published_at, id);
create index posts_by_author on posts (author_id, status, published_at, id);
create index posts_drafts on posts (author_id, updated_at, id);

create table post_tags (
    post_id bigint not null references posts (id) on delete cascade,
    -- As in the address.
    tag text not null,
    -- As it is written.
    name text not null,
    published_at bigint,
    primary key (post_id, tag)
);
create index post_tags_newest on post_tags (tag, published_at, post_id);

-- Where topics live, and who may enter.
create table spaces (
    id integer primary key,
    slug text not null unique,
    name text not null,
    description text not null default '',
    access text not null check (access in ('public', 'members', 'paid')),
    tier_id bigint references tiers (id),
    position bigint not null default 0,
    created_at bigint not null,
    check ((access = 'paid') = (tier_id is not null))
);

create table topics (
    id integer primary key,
    space_id bigint not null references spaces (id),
    author_id bigint not null references members (id),
    slug text not null,
    title text not null,
    source text not null,
    html text not null,
    replies bigint not null default 0,
    up_votes bigint not null default 0,
    down_votes bigint not null default 0,
    hidden_at bigint,
    hidden_by bigint references members (id),
    deleted_at bigint,
    created_at bigint not null,
    edited_at bigint,
    last_activity_at bigint not null
);
create index topics_by_space on topics (space_id, last_activity_at, id);
create index topics_by_author on topics (author_id, created_at, id);

-- A reply under a topic or an article. `thread` is the id of the reply it all began with, so that one index gives whole
-- conversations in order.
create table replies (
    id integer primary key,
    target_kind text not null check (target_kind in ('post', 'topic')),
    target_id bigint not null,
    parent_id bigint references replies (id),
    -- The first reply of this conversation; null for that one itself.
    thread_id bigint references replies (id),
    depth bigint not null default 0,
    author_id bigint not null references members (id),
    source text not null,
    html text not null,
    up_votes bigint not null default 0,
    down_votes bigint not null default 0,
    -- Sorts "best first": the Wilson lower bound of up votes, times a million.
    score bigint not null default 0,
    hidden_at bigint,
    hidden_by bigint references members (id),
    deleted_at bigint,
    created_at bigint not null,
    edited_at bigint
);
create index replies_newest on replies (target_kind, target_id, depth, created_at, id);
create index replies_best on replies (target_kind, target_id, depth, score, id);
create index replies_by_thread on replies (thread_id, id);
create index replies_by_author on replies (author_id, created_at, id);

-- One to five stars, one a person; 4 and 5 are positive.
create table ratings (
    post_id bigint not null references posts (id),
    member_id bigint not null references members (id),
    stars bigint not null check (stars between 1 and 5),
    created_at bigint not null,
    updated_at bigint not null,
    day text not null,
    primary key (post_id, member_id)
);
create index ratings_by_member on ratings (member_id, updated_at);
create index ratings_by_day on ratings (day);

-- Up or down, one a person.
create table votes (
    target_kind text not null check (target_kind in ('topic', 'reply')),
    target_id bigint not null,
    member_id bigint not null references members (id),
    value bigint not null check (value in (-1, 1)),
    created_at bigint not null,
    day text not null,
    primary key (target_kind, target_id, member_id)
);
create index votes_by_member on votes (member_id, target_kind, target_id);
create index votes_by_day on votes (day);
