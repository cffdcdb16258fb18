// The tenant itself: made once, renamed.
#include "audit/audit.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "events/events.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::tenancy {
namespace {

struct TenantRow {
  TenantId tenant_id;
  std::string slug;
  std::string name;
  Instant created_at;
};
BOOST_DESCRIBE_STRUCT(TenantRow, (), (tenant_id, slug, name, created_at))

const db::TenantQuery<void, std::string, std::string, Instant> insert{"tenancy.create_tenant", R"(
  insert into tenancy.tenant (tenant_id, slug, name, created_at)
  values ($1, $2, $3, $4))"};

const db::TenantQuery<void, std::string, std::string> insert_external_id{"tenancy.keep_external_id",
                                                                         R"(
  insert into tenancy.external_id (tenant_id, source, external_id)
  values ($1, $2, $3))"};

const db::TenantQuery<TenantRow> select{"tenancy.get_tenant", R"(
  select tenant_id, slug, name, created_at
    from tenancy.tenant
   where tenant_id = $1)"};

const db::TenantQuery<void, std::string> rename{"tenancy.rename_tenant", R"(
  update tenancy.tenant
     set name = $2
   where tenant_id = $1)"};

}  // namespace

Task<Tenant> create_tenant(db::ControlTx& tx, NewTenant draft) {
  const Tenant tenant{draft.id, draft.slug, draft.name, tx.now()};
  co_await tx.run(insert, tenant.slug, tenant.name, tenant.created_at);
  json::object payload{{"owner", to_string(draft.owner)}};
  if (draft.came_from) {
    payload["source"] = draft.came_from->source;
    co_await tx.run(insert_external_id, draft.came_from->source, draft.came_from->id);
  }
  co_await events::emit(tx, tenant_created, json::serialize(payload));
  audit::Act act{.action = "tenant.created",
                 .target_type = "tenant",
                 .target_id = to_string(tenant.id),
                 .target_name = tenant.name};
  co_await audit::record(tx, std::move(act));
  co_await add_member(tx, draft.owner, Role::owner);
  co_return tenant;
}

Task<Tenant> get_tenant(db::ControlRead& db) {
  TenantRow row = co_await db.row(select);
  co_return Tenant{row.tenant_id, std::move(row.slug), std::move(row.name), row.created_at};
}

Task<> rename_tenant(db::ControlTx& tx, std::string name) {
  const Tenant before = co_await get_tenant(tx);
  if (before.name == name) co_return;
  co_await tx.run(rename, name);
  co_await events::emit(tx, tenant_renamed, "{}");
  audit::Act act{.action = "tenant.renamed",
                 .target_type = "tenant",
                 .target_id = to_string(before.id),
                 .target_name = name};
  act.changes.push_back({"name", before.name, name});
  co_await audit::record(tx, std::move(act));
}

}  // namespace freehold::tenancy
