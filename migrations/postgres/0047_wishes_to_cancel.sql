-- A member's wish that an agreement be cancelled is kept until its provider knows of it.
alter table subscriptions add column cancel_asked_at bigint;
