-- Who declared that they take something back, by the name they gave; of a member on the page of their order, the name they had.
-- Empty where it was not asked for, and once the account is deleted.
alter table refund_requests add column declarant text not null default '';

-- A receipt names the seller as they were when it got its number. A credit note names whom its receipt names, and has none of
-- its own.
alter table receipts add column seller_name text;
alter table receipts add column seller_address text;
alter table receipts add column seller_number text;
alter table receipts add column seller_note text;
-- Who sold before that was kept is who sells now.
update receipts
set seller_name = coalesce((select nullif(s.seller_name, '') from selling s), (select i.name from site i)),
    seller_address = coalesce((select s.seller_address from selling s), ''),
    seller_number = coalesce((select s.seller_number from selling s), ''),
    seller_note = coalesce((select s.seller_note from selling s), '')
where payment_id is not null;
