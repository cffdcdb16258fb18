// Look-ups before a tenant is entered.
#include "core/async.hpp"
#include "core/json.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::tenancy {
namespace {

struct RefRow {
  TenantId tenant_id;
  std::string slug;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(RefRow, (), (tenant_id, slug, name))

const db::Query<RefRow, std::string> by_slug{"tenancy.find_by_slug", R"(
  select tenant_id, slug, name
    from tenancy.find_by_slug($1))"};

const db::Query<Belonging, UserId> of_person{"tenancy.belongings_of", R"(
  select tenant_id, slug, name, membership_id, role
    from tenancy.belongings_of($1))"};

const db::Query<Belonging, std::string, UserId> one_of_person{"tenancy.find_belonging", R"(
  select tenant_id, slug, name, membership_id, role
    from tenancy.find_belonging($1, $2))"};

const db::Query<CameFrom, std::string, std::vector<std::string>> by_external_ids{
    "tenancy.find_by_external_ids", R"(
  select external_id, tenant_id, slug, name
    from tenancy.find_by_external_ids($1, $2))"};

const db::Query<TenantId, TenantId> all_after{"tenancy.tenants_after", R"(
  select tenant_id
    from tenancy.tenants_after($1))"};

}  // namespace

Task<std::optional<TenantRef>> find_by_slug(db::Database& database, std::string slug) {
  db::DirectoryRead db = database.directory_read();
  const auto row = co_await db.find(by_slug, std::move(slug));
  if (!row) co_return std::nullopt;
  co_return TenantRef{row->tenant_id, row->slug, row->name};
}

Task<std::vector<Belonging>> belongings_of(db::Database& database, UserId user) {
  db::DirectoryRead db = database.directory_read();
  co_return co_await db.rows(of_person, user);
}

Task<std::optional<Belonging>> find_belonging(db::Database& database, std::string slug,
                                              UserId user) {
  db::DirectoryRead db = database.directory_read();
  co_return co_await db.find(one_of_person, std::move(slug), user);
}

Task<std::vector<CameFrom>> find_by_external_ids(db::Database& database, std::string source,
                                                 std::vector<std::string> ids) {
  db::DirectoryRead db = database.directory_read();
  co_return co_await db.rows(by_external_ids, std::move(source), std::move(ids));
}

Task<std::vector<TenantId>> tenants_after(db::Database& database, TenantId after) {
  db::SystemRead db = database.system_read();
  co_return co_await db.rows(all_after, after);
}

}  // namespace freehold::tenancy
