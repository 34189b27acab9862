-- What was deleted a moment ago and can be brought back: the thing itself is cleared at once, its words wait here for an
-- hour. A chore throws them away.
create table bin (
    target_kind text not null check (target_kind in ('topic', 'reply')),
    target_id bigint not null,
    member_id bigint not null references members (id) on delete cascade,
    -- Of a topic; a reply has none.
    title text not null default '',
    source text not null,
    deleted_at bigint not null,
    primary key (target_kind, target_id)
);
create index bin_by_member on bin (member_id);
create index bin_by_time on bin (deleted_at);
