-- When a line changes by itself, because a trial, a grace period or an override ends: it is computed
-- anew then.

alter table staff.tenant_rollup add column next_change_at timestamptz;

create index tenants_by_next_change on staff.tenant_rollup (next_change_at);
