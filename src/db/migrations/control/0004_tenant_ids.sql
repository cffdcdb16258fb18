-- Reading a tenant's id took a third of a millisecond of each transaction that was entered by it: a SQL
-- function that is not inlined is planned at each call. In PL/pgSQL it takes a tenth of that.

create or replace function fh.tenant_uuid(tenant text) returns uuid
language plpgsql immutable strict parallel safe as $$
declare
  bits varbit := b'';
begin
  if tenant !~ '^tenant_[0-7][0-9a-hjkmnp-tv-z]{25}$' then
    return tenant::uuid;
  end if;
  for place in 8..33 loop
    bits := bits || (strpos('0123456789abcdefghjkmnpqrstvwxyz', substr(tenant, place, 1)) - 1)::bit(5);
  end loop;
  return lpad(to_hex(substring(bits from 3 for 64)::bigint), 16, '0')
      || lpad(to_hex(substring(bits from 67)::bigint), 16, '0');
end $$;

create or replace function fh.enter(tenant text) returns void language plpgsql as $$
begin
  perform fh.enter(fh.tenant_uuid(tenant));
end $$;
