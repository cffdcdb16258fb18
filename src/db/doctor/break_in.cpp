#include "db/doctor/parts.hpp"

namespace freehold::db {
namespace {

constexpr std::string_view denied = "42501";     // insufficient_privilege
constexpr std::string_view no_tenant = "FH000";  // of fh.enter
constexpr std::string_view not_here = "FH002";
constexpr std::string_view second_tenant = "FH003";

// Two tenants that nobody has: version 0 is never made.
constexpr std::string_view nobody = "00000000-0000-0000-0000-0000000000aa";
constexpr std::string_view nobody_else = "00000000-0000-0000-0000-0000000000bb";

enum class Sight { forbidden, own_rows, all_rows };

// What a role may see of a table of that class: the table of the architecture, read a third time,
// in order of who asks.
Sight sight_of(std::string_view role, const ClassifiedTable& table) {
  const std::string_view of = table.table_class;
  if (of == "reference") return Sight::all_rows;
  if (of == "private") return role == table.role ? Sight::all_rows : Sight::forbidden;
  if (of == "internal" || role == "fh_auth") return Sight::forbidden;
  if (of == "fence") return Sight::own_rows;
  if (role == "fh_worker")
    return of == "queue" || of == "rollup" ? Sight::all_rows : Sight::forbidden;
  if (role == "fh_staff" && of == "rollup") return Sight::all_rows;
  if (role == "fh_app" && table.plane == "control") return Sight::forbidden;
  if (role != "fh_app" && role != "fh_mover" && table.plane == "data") return Sight::forbidden;
  return Sight::own_rows;
}

// One thing to try, and what its answer means.
struct Attempt {
  std::string statement;
  std::function<void(const Reply&, std::vector<Symptom>&)> judge;
};

bool has_rows(const Reply& reply) {
  return reply.sqlstate.empty() && reply.rows[0][0] == "t";
}

Symptom not_tried(std::string_view role, std::string_view what, const Reply& reply) {
  return {.rule = "break_in.not_tried",
          .object = std::string(role),
          .detail = fmt::format("{}: {} ({})", what, reply.message, reply.sqlstate)};
}

void setting(std::vector<Attempt>& attempts, std::string statement) {
  attempts.push_back({.statement = std::move(statement), .judge = [](const Reply&, auto&) {}});
}

// Must be refused with one of two SQLSTATEs; anything that goes through is the symptom.
void refused(std::vector<Attempt>& attempts, std::string statement, std::string_view sqlstate,
             const Symptom& symptom) {
  const auto judge = [=](const Reply& reply, std::vector<Symptom>& symptoms) {
    if (reply.sqlstate == sqlstate || reply.sqlstate == denied) return;
    symptoms.push_back(symptom);
    if (!reply.sqlstate.empty()) symptoms.back().detail += " (" + reply.message + ")";
  };
  attempts.push_back({.statement = std::move(statement), .judge = judge});
}

void session_is_plain(std::vector<Attempt>& attempts, std::string_view role) {
  const auto judge = [role](const Reply& reply, std::vector<Symptom>& symptoms) {
    if (!reply.sqlstate.empty()) return symptoms.push_back(not_tried(role, "session", reply));
    const TextRow& row = reply.rows[0];
    if (row[0] != role || row[1] != "f")
      symptoms.push_back({.rule = "break_in.not_the_role",
                          .object = std::string(role),
                          .detail = "logged in as " + row[0] + (row[1] == "t" ? ", unbound" : "")});
    if (!row[2].empty() || row[3] != "on")
      symptoms.push_back({.rule = "break_in.session",
                          .object = std::string(role),
                          .detail = fmt::format("tenant '{}', row_security {}", row[2], row[3])});
  };
  attempts.push_back({.statement = "select current_user, rolsuper or rolbypassrls,"
                                   "       current_setting('app.current_tenant', true),"
                                   "       current_setting('row_security')"
                                   "  from pg_roles where rolname = current_user",
                      .judge = judge});
}

void sees_no_rows(std::vector<Attempt>& attempts, std::string_view role,
                  const ClassifiedTable& table, std::string_view rule) {
  const auto judge = [=, name = table.name](const Reply& reply, std::vector<Symptom>& symptoms) {
    if (has_rows(reply))
      symptoms.push_back(
          {.rule = std::string(rule), .object = name, .detail = "seen by " + std::string(role)});
    else if (!reply.sqlstate.empty() && reply.sqlstate != denied)
      symptoms.push_back(not_tried(role, name, reply));
  };
  attempts.push_back(
      {.statement = fmt::format("select exists (select from {})", table.name), .judge = judge});
}

void reads_tables(std::vector<Attempt>& attempts, std::string_view role,
                  std::span<const ClassifiedTable> tables) {
  for (const ClassifiedTable& table : tables) {
    const Sight sight = sight_of(role, table);
    if (sight == Sight::own_rows)
      sees_no_rows(attempts, role, table, "break_in.rows_without_tenant");
    if (sight == Sight::forbidden)
      refused(attempts, fmt::format("select from {} limit 0", table.name), denied,
              {.rule = "break_in.forbidden_table",
               .object = table.name,
               .detail = "read by " + std::string(role)});
  }
}

void reads_as_nobody(std::vector<Attempt>& attempts, std::string_view role,
                     std::span<const ClassifiedTable> tables) {
  setting(attempts, fmt::format("set app.current_tenant = '{}'", nobody));
  for (const ClassifiedTable& table : tables)
    if (sight_of(role, table) == Sight::own_rows)
      sees_no_rows(attempts, role, table, "break_in.rows_of_nobody");
}

void enters_tenants(std::vector<Attempt>& attempts, std::string_view role) {
  const auto enter = [&](std::string_view tenant, std::string_view sqlstate,
                         std::string_view rule) {
    refused(attempts, fmt::format("select fh.enter({})", tenant), sqlstate,
            {.rule = std::string(rule),
             .object = "fh.enter(uuid)",
             .detail = "as " + std::string(role)});
  };
  enter(fmt::format("'{}'", nobody_else), second_tenant, "break_in.second_tenant");
  setting(attempts, "reset app.current_tenant");
  enter(fmt::format("'{}'", nobody), not_here, "break_in.unknown_tenant");
  enter("null", no_tenant, "break_in.unknown_tenant");
}

void uses_the_host(std::vector<Attempt>& attempts, const std::string& database) {
  const auto host = [&](std::string statement, std::string_view rule) {
    refused(attempts, std::move(statement), denied,
            {.rule = std::string(rule), .object = database, .detail = "it worked"});
  };
  host("select set_config('app.current_tenant', '', true)", "host.set_config");
  host("do 'begin end'", "host.do_blocks");
  host("create temporary table doctor (attempt integer)", "host.temporary_tables");
}

void becomes_others(std::vector<Attempt>& attempts, std::string_view role) {
  for (const std::string_view other :
       {"fh_owner", "fh_app", "fh_control", "fh_auth", "fh_staff", "fh_worker", "fh_mover"}) {
    if (other == role) continue;
    refused(attempts, fmt::format("set role {}", other), denied,
            {.rule = "break_in.became_other",
             .object = std::string(role),
             .detail = std::string(other)});
    setting(attempts, "reset role");
  }
}

std::vector<Attempt> attempts_of(std::string_view role, std::span<const ClassifiedTable> tables,
                                 const std::string& database) {
  std::vector<Attempt> attempts;
  // The planner would rather scan a table of few tenants than use the index that leads with them.
  setting(attempts, "set enable_seqscan = off");
  setting(attempts, "set jit = off");
  setting(attempts, "set statement_timeout = '2s'");
  session_is_plain(attempts, role);
  reads_tables(attempts, role, tables);
  reads_as_nobody(attempts, role, tables);
  enters_tenants(attempts, role);
  uses_the_host(attempts, database);
  becomes_others(attempts, role);
  return attempts;
}

}  // namespace

std::vector<Symptom> break_in_as(std::string_view role, const std::string& conninfo,
                                 std::span<const ClassifiedTable> tables) {
  std::vector<Symptom> symptoms;
  try {
    BlockingConnection connection(conninfo);
    const std::string database = connection.run("select current_database()")[0][0];
    const std::vector<Attempt> attempts = attempts_of(role, tables, database);
    std::vector<std::string> statements;
    std::ranges::transform(attempts, std::back_inserter(statements), &Attempt::statement);
    const std::vector<Reply> replies = connection.ask_each(statements);
    for (std::size_t i = 0; i < attempts.size(); ++i) attempts[i].judge(replies[i], symptoms);
  } catch (const ServerError& error) {
    symptoms.push_back({.rule = "break_in.no_login",
                        .object = std::string(role),
                        .detail = std::string(error.what())});
  }
  return symptoms;
}

}  // namespace freehold::db
