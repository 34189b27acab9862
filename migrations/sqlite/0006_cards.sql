-- The pictures that stand for a link, one for each published article and one for the site itself. Drawn when first asked
-- for; they can all be deleted at any time.
create table cards (
    -- A hash of all that is on the picture.
    mark text primary key,
    -- Null: the site's own.
    post_id bigint references posts (id) on delete cascade,
    png blob not null,
    created_at bigint not null
);
create index cards_by_post on cards (post_id);
