-- What is due is looked for provider by provider: one that does not answer holds up nobody else.
drop index notifications_due;
create index notifications_due on notifications (provider, turn_at, id);
drop index checkouts_due;
create index checkouts_due on checkouts (provider, look_at, id);
drop index subscriptions_due;
create index subscriptions_due on subscriptions (provider, look_at, id);
drop index refunds_due;
create index refunds_due on refunds (provider, look_at, id);

-- The agreement a payment was charged under, by the provider's number.
alter table payments add column agreement text;

-- Since when an agreement is one too many: its member is charged for the same tier by an older one. It is ended, and what it
-- took goes back.
alter table subscriptions add column surplus_at bigint;
