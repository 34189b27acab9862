-- Pay what you want: of an article that has a least amount, its price is what is suggested, and the buyer says how much. Least
-- may be nothing.
alter table posts add column least_minor bigint check (least_minor >= 0);

-- Whether readers can tip authors.
alter table selling add column tips boolean not null default false;
