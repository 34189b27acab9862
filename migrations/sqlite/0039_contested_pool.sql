-- What is contested of memberships when a month is closed waits, and counts in the next: `contested_minor` is held back from
-- this month, `released_minor` is what the month before it had held back.
alter table pool_months add column contested_minor bigint not null default 0 check (contested_minor >= 0);
alter table pool_months add column released_minor bigint not null default 0 check (released_minor >= 0);
