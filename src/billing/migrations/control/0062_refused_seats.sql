-- A number of seats that Stripe has refused: the row stays, with what Stripe said, until an order was carried
-- out or there is nothing to tell any more. `seq` is 0 while nothing has changed since that order; then it
-- waits for the sweep.
alter table billing.seat_change add column refused text;

-- What an outside said of it, for who has to put it right.
alter table billing.task
  add column detail text not null default '',
  drop constraint task_kind_is_known,
  add constraint task_kind_is_known
    check (kind in ('dispute', 'late_payment', 'two_subscriptions', 'refund_failed',
                    'books_differ', 'unknown_status', 'seats_refused'));
