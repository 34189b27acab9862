-- Income from advertising is booked on its own day, once that has come. The day on which the ledger has it; null: not yet.
alter table advertising_income add column booked_day text;
-- Until now it was booked on the day on which it was typed.
update advertising_income
set booked_day = (select max(t.booked_day) from ledger_transfers t where t.about = 'advertising ' || advertising_income.id);
