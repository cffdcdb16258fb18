// /health: what the panel stands on, now.
#include "core/async.hpp"
#include "core/json.hpp"
#include "staff/screens.hpp"

namespace freehold::staff {
namespace {

constexpr std::array roles{db::Role::app,   db::Role::control, db::Role::auth,
                           db::Role::staff, db::Role::worker,  db::Role::mover};

// A role logs in on first use, so that those not asked yet count as answering.
json::array role_rows(const std::vector<std::string>& failing,
                      const std::vector<db::Database::Usage>& usage) {
  json::array rows;
  for (const db::Role role : roles) {
    int open = 0, limit = 0, waiting = 0;
    for (const auto& pool : usage) {
      if (pool.role != role) continue;
      open += pool.open;
      limit += pool.limit;
      waiting += pool.waiting;
    }
    const std::string name(db::name_of(role));
    const bool ok = std::ranges::find(failing, name) == failing.end();
    rows.push_back(json::object{
        {"name", name},
        {"ok", ok},
        {"detail", fmt::format("{} of {} connections open, {} waiting", open, limit, waiting)}});
  }
  return rows;
}

struct Slow {
  std::string name;
  std::int64_t runs;
  std::int64_t failures;
  std::string mean;
};
BOOST_DESCRIBE_STRUCT(Slow, (), (name, runs, failures, mean))

json::array query_rows(std::vector<db::Database::QueryUse> uses) {
  std::ranges::sort(uses, std::greater{}, &db::Database::QueryUse::time);
  if (uses.size() > 15) uses.resize(15);
  json::array rows;
  for (const auto& use : uses)
    rows.push_back(
        to_json(Slow{std::string(use.name), use.runs, use.failures,
                     fmt::format("{:.2f} ms", double(use.time.count()) / 1000 /
                                                  double(std::max<std::int64_t>(1, use.runs)))}));
  return rows;
}

Task<http::Response> show_health(Staff& staff, http::Request& request, db::Database& database) {
  const auto failing = co_await database.failing_roles();
  json::array checks = role_rows(failing, database.usage());
  if (staff.checks) {
    const auto more = co_await staff.checks();
    for (const Check& check : more) checks.push_back(to_json(check));
  }
  json::object page{{"checks", std::move(checks)}, {"queries", query_rows(database.query_uses())}};
  const html::Frame frame = co_await frame_of(staff, request, "System health");
  co_return show(staff, "staff/health", frame, std::move(page));
}

}  // namespace

void health_routes(http::Router& at, Staff& staff) {
  at.with(staff).get("/health", show_health, http::staff);
}

}  // namespace freehold::staff
