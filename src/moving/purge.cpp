// Deleting what a workspace has stored, when the retention after its last subscription is over.
// Table by table, some rows at a time; whoever goes on after an interruption deletes the rest.
#include <fmt/format.h>

#include <algorithm>

#include "billing/retention.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "moving/leaving.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::moving {
namespace {

constexpr std::int32_t rows_at_once = 1'000;

const db::Query<std::string> select_tables{"moving.tables_of_tenants", R"(
  select name
    from tenancy.tables_of_tenants())"};

const db::Query<std::int64_t, std::string, std::string, std::int32_t> purge_rows{
    "moving.purge_rows", R"(
  select tenancy.purge_rows($1, $2, $3))"};

const db::Query<std::int64_t, std::string, std::string> count_rows{"moving.count_rows", R"(
  select tenancy.count_rows($1, $2))"};

constexpr std::string_view books = "invoices and payments: the law wants them kept";
constexpr std::string_view shell = "its owners come back to it, and nobody else takes its address";
constexpr std::string_view trail = "who did what, in ids: what points to people goes";

constexpr std::array all_kept{
    Kept{"tenancy.tenant", "false", shell},
    Kept{"tenancy.membership", "role <> 'owner'", shell},
    Kept{"tenancy.external_id", "false", shell},
    Kept{"entitlements.standing", "false", "what it may use now"},
    Kept{"entitlements.override", "false", "what it may use now"},
    Kept{"entitlements.version", "false", "what it may use now"},
    Kept{"metering.counter", "false", "invoices rest on it"},
    Kept{"metering.day", "false", "invoices rest on it"},
    Kept{"audit.event", "false", trail},
    Kept{"events.outbox", "false", trail},
    Kept{"events.job", "false", trail},
    Kept{"staff.tenant_rollup", "false", "figures without content; made anew every day"},
};

// Which rows of a table go.
std::string condition_of(std::string_view table) {
  if (table.starts_with("billing.")) return "false";
  const auto at = std::ranges::find(all_kept, table, &Kept::table);
  return at == all_kept.end() ? "true" : std::string(at->deleted);
}

Task<std::vector<std::string>> tables(db::Database& database, const Actor& actor) {
  db::MoverTx tx = database.mover(actor);
  auto names = co_await tx.rows(select_tables);
  co_await tx.commit();
  std::erase_if(names, [](const std::string& name) { return condition_of(name) == "false"; });
  co_return names;
}

Task<std::int64_t> purge_table(db::Database& database, const Actor& actor, std::string table) {
  std::int64_t all = 0;
  for (;;) {
    db::MoverTx tx = database.mover(actor);
    const std::int64_t some = co_await tx.row(purge_rows, table, condition_of(table), rows_at_once);
    co_await tx.commit();
    all += some;
    if (some < rows_at_once) co_return all;
  }
}

Task<std::string> words_of(Leaving& leaving, const billing::PlannedPurge& planned) {
  const Actor actor = billing::actor_of(planned);
  db::ControlRead db = leaving.database.control_read(actor);
  const auto tenant = co_await tenancy::get_tenant(db);
  const auto rows = co_await would_purge(leaving.database, actor);
  std::string text = fmt::format("{} {}, {}, {}\n", tenant.slug, to_string(tenant.id),
                                 name_of(planned.state), to_rfc3339(planned.purge_at));
  for (const TableRows& table : rows) text += fmt::format("  {:>9} {}\n", table.rows, table.table);
  co_return text;
}

}  // namespace

std::vector<Kept> kept() {
  std::vector<Kept> all(all_kept.begin(), all_kept.end());
  all.push_back({"billing.*", "false", books});
  return all;
}

Task<std::vector<TableRows>> would_purge(db::Database& database, const Actor& actor) {
  std::vector<TableRows> found;
  for (const std::string& table : co_await tables(database, actor)) {
    db::MoverTx tx = database.mover(actor);
    const std::int64_t rows = co_await tx.row(count_rows, table, condition_of(table));
    co_await tx.commit();
    if (rows > 0) found.push_back({table, rows});
  }
  std::ranges::sort(found, std::ranges::greater(), &TableRows::rows);
  co_return found;
}

Task<bool> purge_step(Leaving& leaving) {
  const auto actor = co_await billing::begin_due_purge(leaving.billing);
  if (!actor) co_return false;
  std::int64_t rows = 0;
  const auto names = co_await tables(leaving.database, *actor);
  for (const std::string& table : names)
    rows += co_await purge_table(leaving.database, *actor, table);
  co_await billing::finish_purge(leaving.billing, *actor, rows);
  co_return true;
}

Task<std::string> planned_in_words(Leaving& leaving) {
  db::SystemRead db = leaving.database.system_read();
  const auto planned = co_await billing::planned_purges(db);
  std::string text;
  for (const billing::PlannedPurge& each : planned) text += co_await words_of(leaving, each);
  co_return text;
}

events::Work work(Leaving& leaving) {
  events::Work work;
  work.loops = {{.name = "moving.purge", .step = [&leaving] { return purge_step(leaving); }}};
  return work;
}

}  // namespace freehold::moving
