-- What a provider has no answer to is asked again for ever; only what it refuses again and again is given up. Those that were
-- given up while it was away are asked for once more.
alter table refunds add column refusals bigint not null default 0;
update refunds
set looks = 0, look_at = case when state in ('asked', 'pending') and reference is not null and look_at is null then 0 else look_at end;
-- What could not be given back to a buyer who asked for it waits for an admin again.
update refund_requests
set state = 'open', refund_id = null, ends_access = false, ends_agreement = false, decided_at = null, decided_by = null
where state = 'done' and refund_id in (select r.id from refunds r where r.state = 'failed');
