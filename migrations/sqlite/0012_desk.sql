-- What admins look at and do by hand.

-- Lists of the admin pages.
create index orders_by_status on orders (status, id);
create index orders_declined on orders (declined_at, id);
create index subscriptions_by_state on subscriptions (state, id);
create index ledger_entries_by_member on ledger_entries (member_id, transfer_id);

-- Why an admin ended a member's agreement, and who it was.
alter table subscriptions add column ended_by bigint references members (id);
alter table subscriptions add column end_reason text not null default '';

-- What differs: the amount, or the fee.
alter table reconciliation_findings add column about text not null default 'amount' check (about in ('amount', 'fee'));
create index reconciliations_by_day on reconciliations (day, id);

-- A tier that an admin gave to a member: the entitlement's cause is 'grant:7'.
create table grants (
    id integer primary key,
    tier_id bigint not null references tiers (id),
    member_id bigint not null references members (id),
    -- Null: for good.
    until_at bigint,
    reason text not null,
    given_by bigint not null references members (id),
    given_at bigint not null,
    revoked_at bigint
);
create index grants_by_tier on grants (tier_id, id);
