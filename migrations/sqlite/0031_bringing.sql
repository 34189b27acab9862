-- Members who are brought along from elsewhere, what they pay there, and the marks that those who run the site put on them.

-- What those who run the site wrote about a member.
alter table members add column note text not null default '';

create table labels (
    id integer primary key,
    -- As it is shown, and as it is compared: in lower case.
    name text not null,
    folded text not null unique
);
create table member_labels (
    member_id bigint not null references members (id) on delete cascade,
    label_id bigint not null references labels (id) on delete cascade,
    primary key (member_id, label_id)
);
create index member_labels_by_label on member_labels (label_id, member_id);

-- An agreement that was made elsewhere: from this instant on its charges are ours. What was paid before is not.
alter table subscriptions add column adopted_at bigint;

-- What a grant came from, so that nothing is given twice; null: an admin gave it by hand.
alter table grants add column source text;
create unique index grants_by_source on grants (member_id, tier_id, source);

-- A file of members, from the dry run to what came of it.
create table member_imports (
    id integer primary key,
    file_name text not null,
    encoding text not null,
    -- 'ghost' or 'plain'.
    kind text not null check (kind in ('ghost', 'plain')),
    made_by bigint not null references members (id),
    began_at bigint not null,
    -- Being read; read, and waiting for a yes; being brought in; in. What was not finished can be taken up again.
    state text not null check (state in ('reading', 'read', 'running', 'done')),
    ended_at bigint,
    -- What the file names and what the provider has for it, and what an admin chose: JSON.
    names text not null default '{}',
    choices text not null default '{}',
    -- Lines of the file.
    fresh bigint not null default 0,
    known bigint not null default 0,
    skipped bigint not null default 0,
    broken bigint not null default 0,
    -- What was done.
    added bigint not null default 0,
    granted bigint not null default 0,
    adopted bigint not null default 0,
    invited bigint not null default 0
);

-- The lines of a file as they were understood. Once they are in, only those stay of which there is something to say, and
-- those not for ever.
create table member_import_rows (
    import_id bigint not null references member_imports (id) on delete cascade,
    line bigint not null,
    outcome text not null check (outcome in ('fresh', 'known', 'skipped', 'broken', 'noted')),
    -- What is said of it; empty: nothing.
    reason text not null default '',
    email text not null default '',
    -- JSON: what was read of it, or, of a broken line, its cells.
    content text not null,
    -- When it was brought in.
    done_at bigint,
    primary key (import_id, line)
);
create index member_import_rows_to_do on member_import_rows (import_id, done_at, line);
create index member_import_rows_by_outcome on member_import_rows (import_id, outcome, line);
create index member_import_rows_by_email on member_import_rows (email);
