-- A key whose request is being carried out by a handler that opens its own transactions is claimed
-- before it runs, so that nobody else carries it out meanwhile. The claim becomes the answer, is given
-- up when the request fails, and ends by itself when its process has died.

alter table http.idempotency
  alter column status       drop not null,
  alter column content_type drop not null,
  alter column headers      drop not null,
  alter column answered_at  drop not null,
  add column claim         uuid,
  add column claimed_until timestamptz,
  add constraint idempotency_claim_is_whole check (num_nulls(claim, claimed_until) in (0, 2)),
  add constraint idempotency_answer_is_whole check (
    num_nulls(status, content_type, headers, answered_at) in (0, 4)),
  add constraint idempotency_key_is_claimed_or_answered check ((claim is null) = (status is not null));

create index idempotency_claims_by_end on http.idempotency (tenant_id, claimed_until)
  where claimed_until is not null;
