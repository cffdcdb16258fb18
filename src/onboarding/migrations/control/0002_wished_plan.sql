-- The plan that the workspace's owner chose on the price list before signing up: where the step of the
-- first steps that chooses a plan leads to. Empty: none.

alter table onboarding.checklist
  add column wished_plan      text not null default '',
  add column wished_interval  text not null default '',
  add constraint wished_plan_is_short check (
    length(wished_plan) <= 80 and length(wished_interval) <= 20);
