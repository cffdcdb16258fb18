-- Until when a change of plan waits for its payment. Stripe drops it after that.
alter table billing.mirror add column pending_update_until timestamptz;
