-- Tax that is added to prices, where an admin chose so: for what is ordered from then on.

alter table selling add column tax_added boolean not null default false;

-- What was agreed without the tax that is added to it: then `minor` is both together, once the buyer said where they live, and
-- so is `list_minor`. Null: tax is in the price.
alter table orders add column net_minor bigint check (net_minor >= 0);
alter table orders add column net_list_minor bigint check (net_list_minor >= 0);
