-- What members read, and what they follow.

-- Where a member is in an article. One row a member and article; only the newest are kept.
create table reading (
    member_id bigint not null references members (id),
    post_id bigint not null references posts (id) on delete cascade,
    -- The last time.
    opened_at bigint not null,
    -- How far they ever came, in hundredths of the text.
    share bigint not null default 0 check (share between 0 and 100),
    -- The first time they came to the end, or near it.
    finished_at bigint,
    primary key (member_id, post_id)
);
create index reading_newest on reading (member_id, opened_at, post_id);

-- An author, a tag or a space that a member follows: one of the three.
create table follows (
    id integer primary key,
    member_id bigint not null references members (id),
    -- Whom: another member. (`author_id` would say that they wrote the row.)
    followed_id bigint references members (id),
    -- As in its address; it may go when its last article does, and come back.
    tag text,
    space_id bigint references spaces (id),
    followed_at bigint not null,
    check (case when followed_id is null then 0 else 1 end + case when tag is null then 0 else 1 end
        + case when space_id is null then 0 else 1 end = 1),
    unique (member_id, followed_id),
    unique (member_id, tag),
    unique (member_id, space_id)
);
create index follows_newest on follows (member_id, id);

-- For the front page: the public articles, the newest and those with the most ratings, without looking at their text.
create index posts_by_access on posts (access, status, published_at, id);
create index posts_by_ratings on posts (access, status, ratings, positive_ratings);
