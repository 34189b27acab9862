-- Letters to many: an admin writes one, looks at it, and sends it to all who are meant by a filter.

create table circulars (
    id integer primary key,
    -- Who is meant: the query of a list of members.
    filter text not null,
    subject text not null,
    body text not null,
    made_by bigint not null references members (id),
    made_at bigint not null,
    -- Null: a draft.
    sent_at bigint,
    -- To how many it was sent.
    members bigint not null default 0
);

-- Whose letter is still to be written. A row goes in the transaction in which the letter comes.
create table circular_readers (
    circular_id bigint not null references circulars (id) on delete cascade,
    reader_id bigint not null references members (id) on delete cascade,
    primary key (circular_id, reader_id)
);
