-- A refund says whether the agreement ends with it, whoever asked for it: a buyer or an admin.
alter table refunds add column ends_agreement boolean not null default false;
update refunds
set ends_agreement = true
where id in (select q.refund_id from refund_requests q where q.ends_agreement);
alter table refund_requests drop column ends_agreement;
