-- What creators get of what comes in: who has a share of an article, and what an order promised of its net.

-- What an admin decides, one row; no row: creators get nothing. Rates are hundredths of a percent.
create table creator_terms (
    id bigint primary key check (id = 1),
    -- Of the net of an article that is sold by itself.
    sale_rate bigint not null default 0 check (sale_rate >= 0 and sale_rate <= 10000),
    updated_at bigint not null
);

-- Who ever had a share of something that was ordered, and how they are paid.
create table creators (
    member_id bigint not null primary key references members (id),
    payee_name text not null default '',
    payee_account text not null default '',
    since bigint not null
);

-- Co-authors: each one's part of what creators get of an article. Its author gets the rest.
create table post_shares (
    post_id bigint not null references posts (id) on delete cascade,
    member_id bigint not null references members (id),
    rate bigint not null check (rate > 0 and rate <= 10000),
    changed_at bigint not null,
    primary key (post_id, member_id)
);
create index post_shares_by_member on post_shares (member_id, post_id);

-- Copies, made with the order: creators get `sale_rate` of its net, and this one `rate` of that.
create table order_shares (
    order_id bigint not null references orders (id),
    member_id bigint not null references creators (member_id),
    sale_rate bigint not null check (sale_rate > 0 and sale_rate <= 10000),
    rate bigint not null check (rate > 0 and rate <= 10000),
    primary key (order_id, member_id)
);
create index order_shares_by_member on order_shares (member_id, order_id);

-- Never more than the whole. Who changes an article's shares holds the article, so that two at once are counted together.
create function post_shares_check() returns trigger language plpgsql as $$
begin
    perform 1 from posts where id = new.post_id for no key update;
    if (select sum(rate) from post_shares where post_id = new.post_id) > 10000 then
        raise exception 'shares are more than the whole';
    end if;
    return new;
end $$;
create trigger post_shares_are_a_whole after insert or update on post_shares for each row execute function post_shares_check();
create function order_shares_check() returns trigger language plpgsql as $$
begin
    if (select sum(rate) from order_shares where order_id = new.order_id) > 10000 then
        raise exception 'shares are more than the whole';
    end if;
    return new;
end $$;
create trigger order_shares_are_a_whole after insert on order_shares for each row execute function order_shares_check();
create function order_shares_keep() returns trigger language plpgsql as $$
begin
    raise exception 'what an order promised stays';
end $$;
create trigger order_shares_stay before update on order_shares for each row execute function order_shares_keep();
