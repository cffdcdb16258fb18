-- The plan that somebody chose on the price list before they signed up, so that it can be offered to
-- them when they have a workspace. Empty: none.

alter table identity.pending_signup
  add column wished_plan      text not null default '',
  add column wished_interval  text not null default '',
  add constraint wished_plan_is_short check (
    length(wished_plan) <= 80 and length(wished_interval) <= 20);
