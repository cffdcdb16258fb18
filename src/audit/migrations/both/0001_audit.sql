-- Who did what. Events are never changed; what points to a person lies beside them in audit.person,
-- so that a person can be erased while the event stays.

create schema audit;

create table audit.event (
  tenant_id    uuid        not null,
  id           uuid        not null,
  occurred_at  timestamptz not null,
  action       text        not null,
  actor_type   text        not null,
  actor_id     text        not null,
  target_type  text        not null,
  target_id    text        not null,
  changes      jsonb       not null,
  reason       text,
  request_id   text        not null,

  constraint audit_ids_are_unique   primary key (tenant_id, id),
  constraint audit_actor_is_known   check (actor_type in ('user', 'api_key', 'staff', 'job')),
  constraint audit_changes_are_small check (octet_length(changes::text) <= 16384)
);

select fh.protect('audit.event', 'tenant');
select fh.insert_only('audit.event');

create index audit_by_time on audit.event (tenant_id, occurred_at desc, id desc);

-- The people in an event: whom it was done to by name, from which address, with which program.
create table audit.person (
  tenant_id       uuid not null,
  event_id        uuid not null,
  actor_user_id   uuid,
  target_user_id  uuid,
  target_name     text,
  ip              text,
  user_agent      text,

  constraint one_row_of_people_per_event primary key (tenant_id, event_id),
  constraint people_belong_to_an_event
    foreign key (tenant_id, event_id) references audit.event (tenant_id, id)
);

select fh.protect('audit.person', 'tenant');

create index audit_people_by_actor on audit.person (tenant_id, actor_user_id);
create index audit_people_by_target on audit.person (tenant_id, target_user_id);
