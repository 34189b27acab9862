-- Receipts have numbers without gaps, a row of them a year; and 发票, which a buyer asks for.

-- The last number of each calendar year of the site's time zone. The row is held while a number is given.
create table receipt_years (
    year bigint not null primary key,
    last bigint not null check (last > 0)
);

-- A number for each payment that paid an order, and one for each refund of such a payment that went through.
create table receipts (
    year bigint not null,
    number bigint not null check (number > 0),
    payment_id bigint unique references payments (id),
    refund_id bigint unique references refunds (id),
    issued_at bigint not null,
    primary key (year, number),
    check ((payment_id is null) <> (refund_id is null))
);

-- What was paid before has its numbers in the order in which it was paid and given back. The year is the ledger's.
insert into receipts (year, number, payment_id, refund_id, issued_at)
select year, row_number() over (partition by year order by at, of_refund, id), payment_id, refund_id, at
from (
    select p.id, p.id as payment_id, cast(null as bigint) as refund_id, p.paid_at as at, 0 as of_refund, cast(substr(b.first_day, 1, 4) as bigint) as year
    from payments p
    join (
        select e.order_id, min(t.booked_day) as first_day
        from ledger_entries e
        join ledger_transfers t on t.id = e.transfer_id
        where e.order_id is not null
        group by e.order_id
    ) b on b.order_id = p.order_id
    where p.use = 'order'
    union all
    select r.id, cast(null as bigint), r.id, r.at, 1, cast(substr(b.last_day, 1, 4) as bigint)
    from refunds r
    join payments p on p.id = r.payment_id
    join (
        select e.order_id, max(t.booked_day) as last_day
        from ledger_entries e
        join ledger_transfers t on t.id = e.transfer_id
        where e.order_id is not null
        group by e.order_id
    ) b on b.order_id = p.order_id
    where p.use = 'order' and r.state = 'succeeded'
) old;
insert into receipt_years (year, last) select year, max(number) from receipts group by year;

-- Who bought, as they want their receipt to say it.
create table order_buyers (
    order_id bigint not null primary key references orders (id),
    name text not null,
    address text not null default '',
    number text not null default '',
    changed_at bigint not null
);

-- A 发票 that a buyer asks for: one an order. The tax authority's own system makes it; its number is noted here.
create table fapiao (
    order_id bigint not null primary key references orders (id),
    kind text not null check (kind in ('person', 'company')),
    -- 抬头.
    title text not null,
    -- 税号; empty for a person.
    tax_number text not null default '',
    -- Where it is sent.
    email text not null,
    state text not null check (state in ('requested', 'issued', 'refused')),
    requested_at bigint not null,
    -- The number and the day of what was issued, or why it was refused.
    number text,
    issued_day text,
    answer text not null default '',
    decided_at bigint,
    decided_by bigint references members (id),
    check ((state = 'issued') = (number is not null and issued_day is not null)),
    check ((state = 'requested') = (decided_at is null))
);
create index fapiao_by_state on fapiao (state, requested_at, order_id);
create index fapiao_by_time on fapiao (requested_at, order_id);
