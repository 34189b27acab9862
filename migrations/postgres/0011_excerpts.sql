-- What search engines are told of a topic stands beside it, as with articles: it is made when the topic is saved, not each
-- time it is shown. Those that are there get theirs when they are rendered again.
alter table topics add column excerpt text not null default '';
update topics set renderer = 0;

-- Which renderer made a simple page's HTML: an older one's is made again when the page is next read.
alter table pages add column renderer bigint not null default 0;

-- Which published look a draft was begun from: `site.updated_at` as it was then. Whoever publishes the draft must not take
-- back, without knowing, what somebody else published meanwhile.
alter table look_drafts add column based_on bigint not null default 0;
update look_drafts set based_on = (select updated_at from site where id = 1);
