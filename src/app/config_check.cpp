#include "app/config_check.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "app/prepare.hpp"
#include "app/templates.hpp"
#include "db/connections.hpp"

namespace freehold::app {
namespace {

std::string table_of(const std::vector<db::RoleConnections>& roles) {
  std::string text = fmt::format("  {:<12} {:>6} {:>5}\n", "", "shared", "own");
  for (const db::RoleConnections& role : roles)
    text += fmt::format("  {:<12} {:>6} {:>5}\n", role.role, role.shared, role.own);
  return text;
}

std::string on_server(const Settings& settings, bool& fits) {
  const db::ServerConnections server = db::server_connections(admin_of(settings));
  const int nodes = server.left / settings.database.budget;
  fits = nodes > 0 || settings.database.pooler != db::Pooler::none;
  std::string text = fmt::format(
      "The server takes {} connections, keeps {} for its superuser, and has {} in use.\n",
      server.most, server.reserved, server.in_use);
  if (settings.database.pooler != db::Pooler::none)
    return text + "A pooler stands between: its pools have to fit into what is left.\n";
  if (nodes == 0)
    return text + "That is too few for a node: lower database.budget, or raise max_connections.\n";
  return text + fmt::format("That is enough for {} more {} with this budget.\n", nodes,
                            nodes == 1 ? "node" : "nodes");
}

}  // namespace

Checked check_settings(const Settings& settings) {
  Checked checked;
  const std::string templates = template_mistakes(html::examine_overrides(views_source(settings)));
  try {
    const auto roles = db::connections_by_role(settings.database, unsigned(settings.threads));
    checked.report = fmt::format(
        "Every setting can be read.\n"
        "A `freehold serve` or `freehold worker` keeps to {} connections to PostgreSQL\n"
        "(database.budget; {} http.threads), and to {} more for a moment while it starts:\n{}",
        settings.database.budget, settings.threads, db::connections_at_start, table_of(roles));
    checked.report += on_server(settings, checked.is_sound);
  } catch (const std::exception& error) {
    checked.report += fmt::format("{}\n", error.what());
    checked.is_sound = false;
  }
  checked.report += templates;
  checked.is_sound = checked.is_sound && templates.empty();
  return checked;
}

}  // namespace freehold::app
