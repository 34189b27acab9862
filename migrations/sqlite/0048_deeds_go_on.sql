-- What is done for many members at once goes on after a program that stopped half-way.

-- Of a tier that is given or taken back. Null: it is about a label, or was begun before this was kept.
alter table segment_deeds add column tier_id bigint references tiers (id);

-- For whom it is still to be done. A row goes in the transaction that does it. Of what was interrupted before there is none, and
-- it cannot be gone on with.
create table segment_deed_members (
    deed_id bigint not null references segment_deeds (id) on delete cascade,
    meant_id bigint not null references members (id) on delete cascade,
    primary key (deed_id, meant_id)
);
