-- A product that keeps its own tables in this database enters tenants too: by the tenant's id as the
-- API gives it, and with the rights of fh_product, which are these and no others. The product's login
-- role is a member of fh_product; Freehold's own roles are not.

-- The uuid inside a tenant's id. Takes "tenant_01h455vb4pex5vsknk084sn02q" (26 digits of 5 bits, of
-- which the first two are always 0) and the uuid's own text.
create function fh.tenant_uuid(tenant text) returns uuid language sql immutable strict parallel safe as
$$ select case when tenant ~ '^tenant_[0-7][0-9a-hjkmnp-tv-z]{25}$' then (
     select string_agg(to_hex(substr(bits, 4 * nibble - 1, 4)::bit(4)::integer), '' order by nibble)
       from (select string_agg((strpos('0123456789abcdefghjkmnpqrstvwxyz', digit) - 1)::bit(5)::text,
                               '' order by place) as bits
               from string_to_table(substr(tenant, 8), null) with ordinality d (digit, place)) b
      cross join generate_series(1, 32) nibble)
   else tenant end::uuid $$;

create function fh.enter(tenant text) returns void language sql as
$$ select fh.enter(fh.tenant_uuid(tenant)) $$;

revoke all on function fh.tenant_uuid(text), fh.enter(text) from public;
grant execute on function fh.tenant_uuid(text), fh.enter(text)
  to fh_app, fh_control, fh_staff, fh_worker, fh_mover, fh_product;

grant usage on schema fh to fh_product;
grant execute on function fh.tid(), fh.enter(uuid) to fh_product;
alter policy tenant on fh.tenant_fence
  to fh_app, fh_control, fh_staff, fh_worker, fh_mover, fh_product;
grant select on fh.tenant_fence to fh_product;
