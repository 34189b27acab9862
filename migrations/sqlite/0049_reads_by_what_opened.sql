-- What opened an article to whoever read it, as in `entitlements.cause`: when all that was paid for it goes back, the read weighs
-- nothing. Null for what was read before this was kept.
alter table pool_reads add column cause text;
