-- What may still be paid today at a provider with a daily limit is looked for on each order's page.
create index checkouts_by_expiry on checkouts (provider, expires_at);
create index checkouts_by_state on checkouts (provider, state);
