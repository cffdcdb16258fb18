// Everything that can be configured, in one struct; each key is read in one place, with its default
// and the consequence of changing it.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "billing/standing.hpp"
#include "brand/look.hpp"
#include "core/config.hpp"
#include "core/crypto.hpp"
#include "db/db.hpp"
#include "events/events.hpp"
#include "gateway/gateway.hpp"
#include "http/server.hpp"
#include "identity/identity.hpp"

namespace freehold::app {

struct Settings {
  brand::Look look;                      // as configured: brand.*, product.name, mail.from
  std::string product_audience;          // of assertions
  std::vector<std::string> return_urls;  // where a log-in may lead to outside of this site
  std::string templates_folder;          // an owner's, in place of ours; empty: none
  std::string base_url;                  // of the product, as customers type it
  std::string staff_base_url;            // of the staff panel
  std::vector<std::string> task_mail;    // who hears of each new task of staff
  http::Config public_listener;
  http::Config staff_listener;
  http::Config worker_listener;  // for operations; listen is empty: none
  int threads = 2;

  db::Config database;
  std::string admin_url;  // for migrations: a role that may become fh_owner; empty: database.url
  std::string redis_url;  // empty: without Redis
  Secret master_key;

  identity::Config identity;
  events::Config worker;

  std::string plans_file;  // empty: the one that is embedded
  billing::Policy billing_policy;
  Duration signature_tolerance = seconds(300);
  Duration sweep_every = hours(1);
  std::string seller;  // lines of text
  std::string stripe_url;
  Secret stripe_key;
  std::vector<Secret> stripe_webhook_secrets;

  gateway::Config gateway;

  std::string smtp_url;  // smtp://user@host:587; empty: mails stay in the mailbox
  Secret smtp_password;

  std::string assets_folder;  // templates and assets from disk, read again when they change
  std::string clock_file;     // of a `freehold up` whose business clock this node follows
  std::string log_level;
};

// product.name, mail.from and [brand].
brand::Look read_brand(ConfigReader& config);

// [gateway] and each [[gateway.route]].
gateway::Config read_gateway(ConfigReader& config);

struct ReadSettings {
  Settings settings;
  std::vector<Setting> documented;
  std::vector<std::string> mistakes;
};

// From the file (its text; empty without one) and the environment. `serving` also checks what must
// hold before strangers are let in: a master key, https for a public base_url.
ReadSettings read_settings(std::string_view toml, const ConfigReader::Environment& environment,
                           bool serving);

// The page docs/operations/configuration.md: every key with default and consequence.
std::string document(const std::vector<Setting>& settings);

// A file that `freehold serve` and `worker` read: the same servers, the next free addresses. Its
// secrets name files beside it.
std::string second_node(const Settings& settings, const std::filesystem::path& folder);

}  // namespace freehold::app
