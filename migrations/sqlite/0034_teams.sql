-- Teams: one pays for so many seats of a tier, and those whom they invite sit on them.

-- Whether a tier is sold to teams: how many seats at least and at most; null: it is not. From so many seats on a seat costs so
-- many percent less.
alter table tiers add column team_least bigint check (team_least > 0);
alter table tiers add column team_most bigint check (team_most > 0);
alter table tiers add column team_off_from bigint check (team_off_from > 0);
alter table tiers add column team_off bigint check (team_off > 0 and team_off < 100);

-- An order can be that of a team: it opens what was bought to whoever holds a seat.
alter table orders rename column purpose to old_purpose;
alter table orders add column purpose text not null default 'own' check (purpose in ('own', 'gift', 'tip', 'team'));
update orders set purpose = old_purpose;
alter table orders drop column old_purpose;

create table teams (
    id integer primary key,
    -- Who pays.
    member_id bigint not null references members (id),
    tier_id bigint not null references tiers (id),
    name text not null,
    seats bigint not null check (seats > 0),
    -- Which of its invitation links opens it: each new one ends the one before.
    link bigint not null default 1,
    created_at bigint not null
);
create index teams_by_member on teams (member_id, id);

-- The orders of a team: a term each, laid end to end.
create table team_terms (
    order_id bigint not null primary key references orders (id),
    team_id bigint not null references teams (id),
    -- How many seats it pays for: what the order says for ever.
    seats bigint not null check (seats > 0),
    grace_days bigint not null,
    -- When its money came and went: worked out from all payments, as all that an order opens. Null: not paid (yet).
    given_at bigint,
    revoked_at bigint,
    -- Where it lies.
    from_at bigint,
    until_at bigint,
    open_until bigint,
    check ((from_at is null) = (given_at is null)),
    check ((until_at is null) = (given_at is null)),
    check ((open_until is null) = (given_at is null))
);
create index team_terms_by_team on team_terms (team_id, order_id);
create index team_terms_by_end on team_terms (until_at);

-- Who sits on which seat, and who did. A seat has one holder at a time, and a person one seat of a team.
create table team_seats (
    id integer primary key,
    team_id bigint not null references teams (id),
    n bigint not null check (n > 0),
    member_id bigint not null references members (id),
    taken_at bigint not null,
    left_at bigint
);
create unique index team_seats_held on team_seats (team_id, n) where left_at is null;
create unique index team_seats_by_holder on team_seats (team_id, member_id) where left_at is null;
create index team_seats_by_member on team_seats (member_id, id);

-- Seats of a tier that are sold and that nobody sits on: nobody else can have them while they are kept.
create table kept_seats (
    cause text not null primary key,
    tier_id bigint not null references tiers (id),
    seats bigint not null check (seats >= 0),
    until_at bigint not null
);
create index kept_seats_by_tier on kept_seats (tier_id, until_at);
