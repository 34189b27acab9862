-- Members of one kind, and what is done for all of them at once.

-- A filter of the list of members under a name: the query of its address.
create table segments (
    id integer primary key,
    name text not null,
    -- In lower case, as it is compared.
    folded text not null unique,
    filter text not null,
    made_by bigint not null references members (id),
    made_at bigint not null
);

-- What was done for many members at once: for whom, what, how many they were, who did it and why.
create table segment_deeds (
    id integer primary key,
    filter text not null,
    deed text not null check (deed in ('label', 'unlabel', 'grant', 'revoke')),
    -- The label, or the name of the tier; and until when it was given (null: for good).
    what text not null,
    until_at bigint,
    reason text not null default '',
    members bigint not null default 0,
    -- Comes with the form, so that a form sent twice does it once.
    form_key text not null unique,
    made_by bigint not null references members (id),
    made_at bigint not null,
    -- Null: it runs, or was interrupted.
    ended_at bigint
);
