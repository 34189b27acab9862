-- Income from advertising stands in the ledger like everything else that was earned.
insert into ledger_transfers (cause, about, booked_at, booked_day)
select 'advertising:' || id || ':1', 'advertising ' || id, created_at, day
from advertising_income;
insert into ledger_entries (transfer_id, line, account, currency, minor)
select t.id, 1, 'asset:bank', a.currency, a.minor
from advertising_income a
join ledger_transfers t on t.cause = 'advertising:' || a.id || ':1'
union all
select t.id, 2, 'revenue:advertising', a.currency, -a.minor
from advertising_income a
join ledger_transfers t on t.cause = 'advertising:' || a.id || ':1';
insert into ledger_seals (transfer_id)
select t.id
from advertising_income a
join ledger_transfers t on t.cause = 'advertising:' || a.id || ':1';
