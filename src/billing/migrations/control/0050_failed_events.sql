-- Why an event of Stripe's was not followed, and what became of it: staff see the ones that failed and try
-- them again, and they close by themselves when their customer was fetched later.

alter table billing.stripe_event
  add column reason   text,         -- why it is not followed, or not yet
  add column about    text,         -- of a thin event that names no customer: the path of its object
  add column twin_id  text,         -- of a thin event: the whole event of the same change
  add column next_at  timestamptz,  -- when its object is asked for again
  add column ended_at timestamptz,  -- when it died or was closed
  drop constraint stripe_event_state_is_known,
  add constraint stripe_event_state_is_known
    check (state in ('hint', 'ignored', 'waiting', 'dead', 'closed'));

-- Those that died before, all of them for want of a known customer, do not say so.
alter table billing.stripe_event
  add constraint dead_events_say_why check (state <> 'dead' or reason is not null) not valid;

create index stripe_events_dead on billing.stripe_event (received_at, id) where state = 'dead';
create index dead_events_of_a_customer on billing.stripe_event (tenant_id, customer_id)
  where state = 'dead';
create index stripe_events_by_twin on billing.stripe_event (twin_id) where twin_id is not null;
create index stripe_events_to_look_up on billing.stripe_event (next_at)
  where state = 'waiting' and about is not null;
select fh.worker_index('billing.stripe_events_dead', 'staff read and replay failed events of all tenants');
select fh.worker_index('billing.stripe_events_by_twin', 'a twin is known before its tenant');
select fh.worker_index('billing.stripe_events_to_look_up',
                       'the worker asks whom a thin event is about, before its tenant is known');
