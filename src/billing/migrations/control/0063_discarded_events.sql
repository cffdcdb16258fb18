-- A failed event that nobody will follow: somebody has said so, and why.
alter table billing.stripe_event
  add column discarded_because text,
  drop constraint stripe_event_state_is_known,
  add constraint stripe_event_state_is_known
    check (state in ('hint', 'ignored', 'waiting', 'dead', 'closed', 'discarded')),
  add constraint discarded_events_say_why
    check ((state = 'discarded') = (discarded_because is not null));
