-- What people read says which language it is in, and which renderer made its HTML.
--
-- The HTML is stored, so a renderer that learns something new finds old texts as an older one left them. Each says by which
-- it was made: 0 is from before this was counted. What is behind is rendered again, a batch at a time, by `stoa migrate` and
-- by the server's chores; nobody's text, version or date changes by that.

alter table posts add column renderer bigint not null default 0;
create index posts_by_renderer on posts (renderer, id);

alter table topics add column lang text;
alter table topics add column renderer bigint not null default 0;
create index topics_by_renderer on topics (renderer, id);

alter table replies add column lang text;
alter table replies add column renderer bigint not null default 0;
create index replies_by_renderer on replies (renderer, id);

alter table members add column bio_lang text;
alter table members add column bio_renderer bigint not null default 0;
create index members_by_bio_renderer on members (bio_renderer, id) where bio_source <> '';
