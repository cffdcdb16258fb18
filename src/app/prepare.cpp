#include "app/prepare.hpp"

#include "app/modules.hpp"
#include "db/doctor.hpp"
#include "db/migrate.hpp"
#include "db/roles.hpp"

namespace freehold::app {

const std::string& admin_of(const Settings& settings) {
  return settings.admin_url.empty() ? settings.database.url : settings.admin_url;
}

std::vector<std::string> prepare_database(const Settings& settings) {
  db::ensure_roles(admin_of(settings), db::passwords_of(settings.database.master_key));
  return db::migrate(admin_of(settings), all_migrations());
}

Examined examine_database(const Settings& settings) {
  const auto findings =
      db::examine(admin_of(settings), db::passwords_of(settings.database.master_key));
  return {db::is_safe_to_serve(findings), db::report(findings)};
}

}  // namespace freehold::app
