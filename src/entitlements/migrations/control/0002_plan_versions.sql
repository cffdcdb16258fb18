-- What each version of a plan gives and costs, kept when plans.toml goes on: whoever has one keeps it.
create table entitlements.plan_version (
  plan        text        not null,
  version     integer     not null,
  name        text        not null,
  terms       jsonb       not null,
  first_seen  timestamptz not null,

  constraint each_plan_version_is_kept_once primary key (plan, version)
);

select fh.protect('entitlements.plan_version', 'reference');

-- Add-ons that were bought, with how often: "storage=2 exports=1".
alter table entitlements.standing add column addons text not null default '';

-- Who has which version, so that it can be said without entering every tenant. Null: written before.
alter table entitlements.version
  add column plan         text,
  add column plan_version integer;

create function entitlements.plan_is_taken(the_plan text, the_version integer)
returns boolean
language sql stable security definer as $$
  select exists (select 1
                   from entitlements.version v
                  where v.plan is null or (v.plan = the_plan and v.plan_version = the_version)) $$;
select fh.allow_function('entitlements.plan_is_taken(text, integer)', 'fh_worker');

-- Who may have a version of the plan that is below this one, by id; for moving them.
create function entitlements.tenants_below(the_plan text, the_version integer, after uuid, most integer)
returns setof uuid
language sql stable security definer as $$
  select v.tenant_id
    from entitlements.version v
   where (v.plan is null or (v.plan = the_plan and v.plan_version < the_version))
     and v.tenant_id > after
   order by v.tenant_id
   limit most $$;
select fh.allow_function('entitlements.tenants_below(text, integer, uuid, integer)', 'fh_worker');
