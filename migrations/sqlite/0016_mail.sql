-- Letters: what the site writes to people by mail, the addresses it writes to, and the proofs that an address is somebody's.

-- Posted in the transaction of what it is about, sent afterwards. Kept as it was written.
create table letters (
    id integer primary key,
    kind text not null,
    -- With the kind, what makes it one letter, however often it is asked for: 'payment:17'.
    about text not null,
    -- Null: to an address that is nobody's, as a test is.
    member_id bigint references members (id),
    address text not null,
    -- As it stands beside the address; null where the address is not known to be theirs.
    name text,
    locale text not null check (locale in ('zh-CN', 'en')),
    subject text not null,
    html text not null,
    plain text not null,
    -- What opens something, such as a link to a new password, is not in the text but here, encrypted, until it is sent.
    sealed text,
    -- The address at which its reader can do without letters of this sort.
    unsubscribe text,
    -- The name of the message for mail servers: the same with every try.
    message_id text not null unique,
    -- Failed: tried too often, or refused. Dropped: not to be sent any more.
    state text not null check (state in ('waiting', 'sent', 'failed', 'dropped')),
    tries bigint not null default 0,
    -- When it is its turn; while it is being sent, when somebody else may take it. Null: never again.
    turn_at bigint,
    -- Of no use later than this.
    good_until bigint,
    -- What the mail server said, or why it was not sent.
    said text not null default '',
    -- 'smtp', or 'file' where no mail server is set up.
    sent_through text check (sent_through in ('smtp', 'file')),
    created_at bigint not null,
    sent_at bigint,
    unique (kind, about),
    check ((turn_at is null) = (state <> 'waiting'))
);
create index letters_due on letters (turn_at, id);
create index letters_by_state on letters (state, id);
create index letters_by_member on letters (member_id, id);
create index letters_by_address on letters (address, id);

-- Addresses that mail servers refused; one that accepts again is forgotten.
create table bounces (
    address text primary key,
    times bigint not null,
    said text not null,
    last_at bigint not null
);

-- Which sorts of letters a member wants, where they said so.
create table letter_choices (
    member_id bigint not null references members (id) on delete cascade,
    choice text not null,
    wanted boolean not null,
    chosen_at bigint not null,
    primary key (member_id, choice)
);
create index letter_choices_by_choice on letter_choices (choice, member_id);

-- How letters are sent, as an admin set it up: encrypted with a key that is not in the database.
create table mail_account (
    id integer primary key check (id = 1),
    sealed text not null,
    updated_at bigint not null
);

-- Since when it is known that a member reads what is sent to their address.
alter table members add column email_verified_at bigint;
-- The language in which they last saw the site when they joined or signed in: their letters' where they chose none.
alter table members add column seen_in text check (seen_in in ('zh-CN', 'en'));

-- An address that somebody has to show to be theirs: by a link or by six digits, both hashed. The last one counts.
create table email_proofs (
    member_id bigint primary key references members (id) on delete cascade,
    address text not null,
    token_hash text not null unique,
    code_hash text not null,
    -- Wrong codes so far.
    misses bigint not null default 0,
    created_at bigint not null,
    expires_at bigint not null
);

-- A new password that somebody asked for; the last one counts.
create table password_resets (
    member_id bigint primary key references members (id) on delete cascade,
    token_hash text not null unique,
    created_at bigint not null,
    expires_at bigint not null
);

-- Browsers a member signed in with, and roughly where: a keyed hash.
create table known_devices (
    member_id bigint not null references members (id) on delete cascade,
    device_hash text not null,
    last_at bigint not null,
    primary key (member_id, device_hash)
);
create index known_devices_by_age on known_devices (last_at);

-- Agreements that are to be charged soon.
create index subscriptions_by_term on subscriptions (term_until);
create index subscriptions_by_trial on subscriptions (trial_until);
