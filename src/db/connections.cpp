#include "db/connections.hpp"

#include "db/blocking_connection.hpp"
#include "db/conninfo.hpp"
#include "db/detail/budget.hpp"

namespace freehold::db {
namespace {

constexpr const char* slots = R"sql(
select case when d.datconnlimit < 0 then s.most else least(s.most, d.datconnlimit) end,
       s.reserved,
       s.in_use
  from pg_database d,
       (select current_setting('max_connections')::int as most,
               current_setting('superuser_reserved_connections')::int
                 + coalesce(current_setting('reserved_connections', true), '0')::int as reserved,
               (select sum(numbackends) from pg_stat_database)::int as in_use) s
 where d.datname = current_database()
)sql";

RoleConnections& of_role(std::vector<RoleConnections>& roles, std::string_view name) {
  const auto at = std::ranges::find(roles, name, &RoleConnections::role);
  if (at != roles.end()) return *at;
  return roles.emplace_back(RoleConnections{.role = std::string(name)});
}

}  // namespace

std::vector<RoleConnections> connections_by_role(const Config& config, unsigned threads) {
  std::vector<RoleConnections> roles;
  for (const detail::Share& share : detail::divide(config.budget, threads)) {
    RoleConnections& role = of_role(roles, name_of(share.role));
    (share.is_exclusive ? role.own : role.shared) += share.connections;
  }
  return roles;
}

ServerConnections server_connections(const std::string& admin) {
  BlockingConnection connection(admin);
  const TextRow row = connection.run(slots).at(0);
  return {std::stoi(row[0]), std::stoi(row[1]), std::stoi(row[2])};
}

}  // namespace freehold::db
