#include "db/connections.hpp"

#include "db/blocking_connection.hpp"
#include "db/conninfo.hpp"
#include "db/detail/budget.hpp"
#include "db/detail/slots.hpp"

namespace freehold::db {
namespace {

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
  const TextRow row = connection.run(detail::server_slots.info().statement.text).at(0);
  const auto number = [&](std::size_t column) { return std::stoi(row.at(column)); };
  const detail::Slots slots{number(0), number(1), number(2), number(3), number(4), number(5)};
  // The question itself takes one of them.
  return {slots.max_connections, slots.reserved, slots.in_use - 1, detail::free_slots(slots) + 1};
}

}  // namespace freehold::db
