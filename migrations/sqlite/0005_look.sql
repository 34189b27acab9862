-- How the site presents itself, and its simple pages.

-- The published look, as JSON: it is read whole and written whole. Empty: nothing was chosen yet.
alter table site add column look text not null default '{}';

-- A look that an admin tries before it is published: nobody else sees it. One for each admin.
create table look_drafts (
    admin_id bigint primary key references members (id),
    name text not null,
    locale text not null check (locale in ('zh-CN', 'en')),
    time_zone text not null,
    look text not null,
    updated_at bigint not null
);

-- Pictures and stylesheets of looks, under the hash of what they hold. One that no look refers to any more goes after a
-- while: somebody may still have a page open that does.
create table look_files (
    hash text primary key,
    content_type text not null,
    bytes blob not null,
    created_at bigint not null
);
create index look_files_by_age on look_files (created_at);

-- A page outside the stream of articles: About, Terms, Privacy. Its Markdown is rendered once, on save. A text may be
-- there in one language only; an empty one is not there.
create table pages (
    id integer primary key,
    slug text not null unique,
    title_zh text not null,
    title_en text not null,
    source_zh text not null,
    source_en text not null,
    html_zh text not null,
    html_en text not null,
    status text not null check (status in ('draft', 'published')),
    in_footer boolean not null,
    created_at bigint not null,
    updated_at bigint not null,
    -- Deleted, and can still be brought back.
    deleted_at bigint,
    check (title_zh <> '' or title_en <> '')
);
create index pages_in_footer on pages (in_footer, status, id);
