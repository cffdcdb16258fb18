-- The installation's product acts in its customers' workspaces too, with a key of its own.

alter table audit.event drop constraint audit_actor_is_known;
alter table audit.event add constraint audit_actor_is_known
  check (actor_type in ('user', 'api_key', 'product', 'staff', 'job'));
