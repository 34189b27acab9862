-- Affiliates: members who recommend the place by a link of their own, and get a part of the net of what comes of it.

-- What an admin decides, one row; no row: there are none. Rates are hundredths of a percent of an order's net.
create table affiliate_terms (
    id integer primary key check (id = 1),
    running boolean not null,
    -- Of articles sold by themselves, and of memberships.
    sale_rate bigint not null check (sale_rate >= 0 and sale_rate <= 5000),
    tier_rate bigint not null check (tier_rate >= 0 and tier_rate <= 5000),
    -- So many days from the recommendation on all that is bought counts; null: the first purchase alone.
    days bigint check (days between 1 and 3650),
    -- So many days after it was paid a reward waits.
    hold_days bigint not null check (hold_days between 0 and 365),
    updated_at bigint not null
);

-- Who has a link. What was opened by it is a number, and nothing else is kept of who did.
create table affiliates (
    member_id bigint not null primary key references members (id),
    code text not null unique,
    since bigint not null,
    opened bigint not null default 0 check (opened >= 0),
    -- Since when nothing new comes of it, and who decided so: an admin, or themselves.
    ended_at bigint,
    ended_by bigint references members (id),
    check ((ended_at is null) = (ended_by is null))
);

-- Who came by whom: the first recommendation of a member, which stays the only one.
create table referrals (
    member_id bigint not null primary key references members (id),
    affiliate_id bigint not null references affiliates (member_id),
    made_at bigint not null,
    -- They joined by the link; otherwise they were a member who had bought nothing yet.
    joined boolean not null,
    -- When they took it out.
    ended_at bigint,
    check (member_id <> affiliate_id)
);
create index referrals_by_affiliate on referrals (affiliate_id, joined);

-- Copies, made with the order: an affiliate gets `rate` of its net.
create table order_rewards (
    order_id bigint not null primary key references orders (id),
    affiliate_id bigint not null references affiliates (member_id),
    rate bigint not null check (rate > 0 and rate <= 5000),
    -- Only if no other such order of the buyer was paid before it.
    only_first boolean not null,
    hold_days bigint not null check (hold_days between 0 and 365),
    -- From when it can be paid out; null: nothing came, or it is contested.
    payable_at bigint,
    -- Since when it stands where payouts take from; null: it waits.
    released_at bigint,
    -- An admin decided that it does not count.
    excluded_at bigint,
    excluded_by bigint references members (id),
    check ((excluded_at is null) = (excluded_by is null))
);
create index order_rewards_by_affiliate on order_rewards (affiliate_id, order_id);
create index order_rewards_waiting on order_rewards (payable_at) where released_at is null;

-- With what creators get of the same order, never more than the whole.
create function order_rewards_check() returns trigger language plpgsql as $$
begin
    if new.rate + coalesce((select max(sale_rate) from order_shares where order_id = new.order_id), 0) > 10000 then
        raise exception 'shares and reward are more than the whole';
    end if;
    return new;
end $$;
create trigger order_rewards_are_a_part after insert on order_rewards for each row execute function order_rewards_check();
create function order_shares_leave_check() returns trigger language plpgsql as $$
begin
    if new.sale_rate + coalesce((select max(rate) from order_rewards where order_id = new.order_id), 0) > 10000 then
        raise exception 'shares and reward are more than the whole';
    end if;
    return new;
end $$;
create trigger order_shares_leave_the_reward after insert on order_shares for each row execute function order_shares_leave_check();
create function order_rewards_keep() returns trigger language plpgsql as $$
begin
    if new.order_id <> old.order_id or new.affiliate_id <> old.affiliate_id or new.rate <> old.rate or new.only_first <> old.only_first then
        raise exception 'what an order promised stays';
    end if;
    return new;
end $$;
create trigger order_rewards_stay before update on order_rewards for each row execute function order_rewards_keep();
