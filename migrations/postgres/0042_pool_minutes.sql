-- How long an article takes to read weighs in the pool as it was when a member opened it: what its author makes of it afterwards
-- does not.
alter table pool_reads add column minutes bigint not null default 1 check (minutes > 0);
update pool_reads
set minutes = (select case when p.reading_minutes > 1 then p.reading_minutes else 1 end from posts p where p.id = pool_reads.post_id);
