-- Bundles: several articles that are sold together, and tips for an author without an article.

-- What one code or one shop's order opens had this name; it is a pack from now on, since what is sold is a bundle.
alter table bundles rename to packs;
alter table bundle_items rename to pack_items;
alter table pack_items rename column bundle_id to pack_id;
alter table code_batches rename column bundle_id to pack_id;
alter table taobao_items rename column bundle_id to pack_id;
alter table taobao_lines rename column bundle_id to pack_id;

create table bundles (
    id integer primary key,
    slug text not null unique,
    title text not null,
    description text not null default '',
    -- What it costs, in the currency of the site, as with articles.
    minor bigint not null check (minor > 0 and minor <= 9007199254740991),
    -- Small ones come first.
    position bigint not null,
    published boolean not null,
    created_at bigint not null,
    updated_at bigint not null
);
create index bundles_by_position on bundles (published, position, id);

-- What is sold under it from now on. What was sold stands with each order.
create table bundle_posts (
    bundle_id bigint not null references bundles (id) on delete cascade,
    post_id bigint not null references posts (id) on delete cascade,
    line bigint not null,
    primary key (bundle_id, post_id)
);
create index bundle_posts_by_post on bundle_posts (post_id);

-- Of an article in a pack: the bundle it came with.
alter table pack_items add column bundle_id bigint references bundles (id);

-- An order is for a term, an article, a bundle, or (as a tip) an author. SQLite changes a check only with the whole table, on
-- which half of the others hang; what is allowed more touches no row, so the text of the table is changed instead.
pragma writable_schema = on;
update sqlite_schema
set sql = replace(sql, 'kind in (''tier'', ''post''', 'kind in (''tier'', ''post'', ''bundle'', ''author''')
where type = 'table' and name = 'orders';
pragma writable_schema = reset;
alter table orders add column bundle_id bigint references bundles (id) check ((kind = 'bundle') = (bundle_id is not null));
alter table orders add column author_id bigint references members (id) check ((kind = 'author') = (author_id is not null));
create index orders_by_bundle on orders (bundle_id, id);

-- What was in the bundle when the order was begun: that is what it opens. By their weights the net is parted among the articles.
create table order_posts (
    order_id bigint not null references orders (id),
    post_id bigint not null,
    line bigint not null,
    weight bigint not null check (weight > 0 and weight <= 9007199254740991),
    primary key (order_id, post_id)
);
create index order_posts_by_post on order_posts (post_id, order_id);

-- As `order_shares`, of each article: of its part of the net creators get `sale_rate`, and this one `rate` of that.
create table order_post_shares (
    order_id bigint not null,
    post_id bigint not null,
    member_id bigint not null references creators (member_id),
    sale_rate bigint not null check (sale_rate > 0 and sale_rate <= 10000),
    rate bigint not null check (rate > 0 and rate <= 10000),
    primary key (order_id, post_id, member_id),
    foreign key (order_id, post_id) references order_posts (order_id, post_id)
);
create index order_post_shares_by_member on order_post_shares (member_id, order_id);

create trigger order_post_shares_are_a_whole after insert on order_post_shares
when (select sum(rate) from order_post_shares where order_id = new.order_id and post_id = new.post_id) > 10000
begin
    select raise(abort, 'shares are more than the whole');
end;
create trigger order_post_shares_stay before update on order_post_shares
begin
    select raise(abort, 'what an order promised stays');
end;
create trigger order_posts_stay before update on order_posts
begin
    select raise(abort, 'what an order promised stays');
end;

-- With what is promised to whoever recommended the buyer, never more than the whole.
create trigger order_post_shares_leave_the_reward after insert on order_post_shares
when new.sale_rate + coalesce((select max(rate) from order_rewards where order_id = new.order_id), 0) > 10000
begin
    select raise(abort, 'shares and reward are more than the whole');
end;
create trigger order_rewards_leave_the_parts after insert on order_rewards
when new.rate + coalesce((select max(sale_rate) from order_post_shares where order_id = new.order_id), 0) > 10000
begin
    select raise(abort, 'shares and reward are more than the whole');
end;
