-- Advertising that is shown on some days, sold by the site itself.
create table sponsors (
    id integer primary key,
    name text not null,
    says text not null,
    -- Where it leads: https, or a path of this site.
    address text not null,
    -- Calendar days in the site's time zone, both included.
    from_day text not null,
    until_day text not null,
    -- Its income, which stands in the ledger; null: an admin deleted that.
    income_id bigint unique references advertising_income (id) on delete set null,
    created_at bigint not null,
    check (from_day <= until_day)
);
create index sponsors_by_days on sponsors (until_day, from_day);
