// What `freehold up` leaves in its folder, so that more nodes can be started against its servers.
#include <fmt/format.h>

#include "app/settings.hpp"

namespace freehold::app {
namespace {

// Ten ports further, where nothing of `up` listens.
int further(std::string_view listen) {
  return std::stoi(std::string(listen.substr(listen.rfind(':') + 1))) + 10;
}

std::string file_in(const std::filesystem::path& folder, std::string_view name) {
  return fmt::format("file:{}", (folder / name).string());
}

// From wherever the other node is started.
std::string templates_of(const Settings& settings) {
  if (settings.templates_folder.empty()) return {};
  return std::filesystem::absolute(settings.templates_folder).string();
}

}  // namespace

std::string second_node(const Settings& settings, const std::filesystem::path& folder) {
  return fmt::format(
      R"(# Another node against the servers of this `freehold up`:
#   freehold --config {folder}/freehold.toml serve
#   freehold --config {folder}/freehold.toml worker
[http]
listen = "127.0.0.1:{port}"
base_url = "http://localhost:{port}"

[product]
templates = "{templates}"

[staff]
listen = "127.0.0.1:{staff_port}"
base_url = "http://localhost:{staff_port}"

[database]
url = "{database}"
admin_url = "{admin}"

[redis]
url = "{redis}"

[security]
master_key = "{master_key}"

[billing]
stripe_url = "{stripe}"
stripe_key = "{stripe_key}"
webhook_secrets = "{webhook_secret}"

[worker]
listen = "127.0.0.1:{worker_port}"

[dev]
clock_file = "{clock}"
)",
      fmt::arg("folder", folder.string()), fmt::arg("templates", templates_of(settings)),
      fmt::arg("port", further(settings.public_listener.listen)),
      fmt::arg("staff_port", further(settings.staff_listener.listen)),
      fmt::arg("worker_port", further(settings.staff_listener.listen) + 1),
      fmt::arg("database", settings.database.url), fmt::arg("admin", settings.admin_url),
      fmt::arg("redis", settings.redis_url), fmt::arg("master_key", file_in(folder, "master_key")),
      fmt::arg("stripe", settings.stripe_url), fmt::arg("stripe_key", settings.stripe_key.reveal()),
      fmt::arg("webhook_secret", file_in(folder, "webhook_secret")),
      fmt::arg("clock", (folder / "clock").string()));
}

}  // namespace freehold::app
