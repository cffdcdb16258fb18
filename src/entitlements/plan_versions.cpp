#include "entitlements/plan_versions.hpp"

#include <stdexcept>

#include "core/async.hpp"
#include "core/json.hpp"

namespace freehold::entitlements {
namespace {

struct Row {
  std::string plan;
  std::int32_t version;
  std::string name;
  std::string terms;
};
BOOST_DESCRIBE_STRUCT(Row, (), (plan, version, name, terms))

const db::Query<Row> select_all{"entitlements.plan_versions", R"(
  select plan, version, name, terms::text as terms
    from entitlements.plan_version
   order by plan, version
   limit 10000)"};

// The one that was there first stays; the same text when two nodes start at once.
const db::Query<void, std::string, std::int32_t, std::string, db::RawJson, Instant> insert{
    "entitlements.keep_plan_version", R"(
  insert into entitlements.plan_version (plan, version, name, terms, first_seen)
  values ($1, $2, $3, $4, $5)
      on conflict on constraint each_plan_version_is_kept_once do nothing)"};

const db::Query<void, std::string, std::int32_t, std::string, db::RawJson> replace{
    "entitlements.replace_plan_version", R"(
  update entitlements.plan_version
     set name = $3, terms = $4
   where plan = $1 and version = $2)"};

const db::Query<bool, std::string, std::int32_t> is_taken{"entitlements.plan_is_taken", R"(
  select entitlements.plan_is_taken($1, $2))"};

// PostgreSQL writes its own spaces into jsonb: read and written again, both are the same text.
std::string canonical(const Row& row) {
  return catalog::terms_of(catalog::plan_from(row.plan, row.version, row.name, row.terms));
}

const Row* find_row(const std::vector<Row>& rows, const catalog::Plan& plan) {
  const auto at = std::ranges::find_if(
      rows, [&](const Row& row) { return row.plan == plan.key && row.version == plan.version; });
  return at == rows.end() ? nullptr : &*at;
}

std::runtime_error changed(const catalog::Plan& plan) {
  return std::runtime_error(fmt::format(
      "plans.toml: plan \"{0}\": what it gives or costs has changed, and customers have it. Write "
      "version = {1} into it: they keep version {2} until `freehold plans migrate {0}`.",
      plan.key, plan.version + 1, plan.version));
}

std::vector<catalog::Plan> earlier(const std::vector<Row>& rows, const catalog::Catalog& catalog) {
  std::vector<catalog::Plan> plans;
  for (const Row& row : rows) {
    const catalog::Plan* current = catalog.find(row.plan);
    if (current == nullptr || current->version != row.version)
      plans.push_back(catalog::plan_from(row.plan, row.version, row.name, row.terms));
  }
  return plans;
}

}  // namespace

Task<> keep_plan_versions(db::Database& database, catalog::Catalog& catalog) {
  db::SystemTx tx = database.system();
  const auto rows = co_await tx.rows(select_all);
  for (const catalog::Plan& plan : catalog.plans()) {
    const db::RawJson terms{catalog::terms_of(plan)};
    const Row* known = find_row(rows, plan);
    if (known == nullptr) {
      co_await tx.run(insert, plan.key, plan.version, plan.name, terms, tx.now());
    } else if (canonical(*known) != terms.text) {
      const bool taken = co_await tx.row(is_taken, plan.key, plan.version);
      if (taken) throw changed(plan);
      co_await tx.run(replace, plan.key, plan.version, plan.name, terms);
    }
  }
  co_await tx.commit();
  catalog.remember(earlier(rows, catalog));
}

}  // namespace freehold::entitlements
