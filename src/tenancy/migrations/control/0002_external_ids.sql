-- What a tenant is called in the system that it came from, so that a second import finds it again and
-- its customer at Stripe can be told.

create table tenancy.external_id (
  tenant_id    uuid not null,
  source       text not null collate "C",
  external_id  text not null collate "C",

  constraint one_external_id_per_source   primary key (tenant_id, source),
  constraint external_ids_name_one_tenant unique (source, external_id),
  constraint external_ids_of_tenants_are_short
    check (length(source) between 1 and 40 and length(external_id) between 1 and 200),
  constraint external_ids_have_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade
);

select fh.protect('tenancy.external_id', 'directory');

-- The tenants behind some external ids of one source.
create function tenancy.find_by_external_ids(wanted_source text, wanted text[])
returns table (external_id text, tenant_id uuid, slug text, name text)
language sql stable security definer as $$
  select e.external_id, t.tenant_id, t.slug, t.name
    from tenancy.external_id e
    join tenancy.tenant t on t.tenant_id = e.tenant_id
   where e.source = wanted_source and e.external_id = any (wanted) $$;

select fh.allow_function('tenancy.find_by_external_ids(text, text[])', 'fh_control');
