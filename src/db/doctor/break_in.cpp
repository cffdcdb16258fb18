#include "db/attempts.hpp"
#include "db/doctor/parts.hpp"

namespace freehold::db {
namespace {

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

void reads_tables(Attempts& attempts, std::string_view role,
                  std::span<const ClassifiedTable> tables) {
  for (const ClassifiedTable& table : tables) {
    const Sight sight = sight_of(role, table);
    if (sight == Sight::own_rows) attempts.sees_no_rows(table.name, "break_in.rows_without_tenant");
    if (sight == Sight::forbidden)
      attempts.refused(fmt::format("select from {} limit 0", table.name),
                       {.rule = "break_in.forbidden_table",
                        .object = table.name,
                        .detail = "read by " + std::string(role)});
  }
}

void reads_as_nobody(Attempts& attempts, std::string_view role,
                     std::span<const ClassifiedTable> tables) {
  attempts.set(fmt::format("set app.current_tenant = '{}'", nobody));
  for (const ClassifiedTable& table : tables)
    if (sight_of(role, table) == Sight::own_rows)
      attempts.sees_no_rows(table.name, "break_in.rows_of_nobody");
}

void enters_tenants(Attempts& attempts, std::string_view role) {
  const auto enter = [&](std::string_view tenant, std::string_view sqlstate,
                         std::string_view rule) {
    attempts.refused(fmt::format("select fh.enter({}::uuid)", tenant), sqlstate,
                     {.rule = std::string(rule),
                      .object = "fh.enter(uuid)",
                      .detail = "as " + std::string(role)});
  };
  enter(fmt::format("'{}'", nobody_else), second_tenant, "break_in.second_tenant");
  attempts.set("reset app.current_tenant");
  enter(fmt::format("'{}'", nobody), not_here, "break_in.unknown_tenant");
  enter("null", no_tenant, "break_in.unknown_tenant");
}

void becomes_others(Attempts& attempts, std::string_view role) {
  for (const std::string_view other :
       {"fh_owner", "fh_app", "fh_control", "fh_auth", "fh_staff", "fh_worker", "fh_mover"}) {
    if (other == role) continue;
    attempts.refused(fmt::format("set role {}", other), {.rule = "break_in.became_other",
                                                         .object = std::string(role),
                                                         .detail = std::string(other)});
    attempts.set("reset role");
  }
}

Attempts attempts_of(std::string_view role, std::span<const ClassifiedTable> tables,
                     const std::string& database) {
  Attempts attempts(role);
  attempts.session_is_plain();
  reads_tables(attempts, role, tables);
  reads_as_nobody(attempts, role, tables);
  enters_tenants(attempts, role);
  attempts.uses_the_host(database);
  becomes_others(attempts, role);
  return attempts;
}

}  // namespace

std::vector<Symptom> break_in_as(std::string_view role, const std::string& conninfo,
                                 std::span<const ClassifiedTable> tables) {
  try {
    BlockingConnection connection(conninfo);
    const std::string database = connection.run("select current_database()")[0][0];
    return attempts_of(role, tables, database).make(connection);
  } catch (const ServerError& error) {
    return {{.rule = "break_in.no_login",
             .object = std::string(role),
             .detail = std::string(error.what())}};
  }
}

}  // namespace freehold::db
