#include "app/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>

#include "core/json.hpp"
#include "core/text.hpp"
#include "http/form_tokens.hpp"
#include "http/origin.hpp"

namespace freehold::app {
namespace {

template <class Target>
Target whole(Duration duration) {
  return std::chrono::duration_cast<Target>(duration);
}

http::Config read_listener(ConfigReader& config, std::string_view section,
                           std::string_view listen) {
  const auto key = [&](std::string_view name) { return fmt::format("{}.{}", section, name); };
  http::Config listener;
  listener.listen =
      config.text(key("listen"), listen, "Where it listens: address:port, or unix:/path.");
  listener.trusted_proxies = config.list(key("trusted_proxies"),
                                         "Networks (10.0.0.0/8) of proxies whose X-Forwarded-For "
                                         "and -Proto are believed. Others' are ignored.");
  listener.max_connections = std::size_t(config.number(
      key("max_connections"), 10'000, "Connections at once; beyond it new ones get 503."));
  listener.idle_timeout = whole<std::chrono::seconds>(config.duration(
      key("idle_timeout"), "75s", "A connection without a request for so long is closed."));
  return listener;
}

void read_http(ConfigReader& config, Settings& settings) {
  settings.public_listener = read_listener(config, "http", "127.0.0.1:8080");
  settings.base_url = config.text(
      "http.base_url", "http://localhost:8080",
      "How customers reach it. Links in mails, and whether cookies are Secure, follow from it.");
  settings.threads =
      int(config.number("http.threads", 2, "Threads that serve requests; one per core is right."));
  settings.staff_listener = read_listener(config, "staff", "127.0.0.1:8081");
  settings.staff_base_url =
      config.text("staff.base_url", "http://localhost:8081", "How staff reach the staff panel.");
  settings.task_mail =
      config.list("staff.task_mail",
                  "Addresses that get a mail of each new task of staff: a disputed payment, an "
                  "amount that does not add up. Empty: the tasks only stand in the staff panel.");
}

void read_database(ConfigReader& config, Settings& settings) {
  settings.database.url = config.text("database.url", "",
                                      "PostgreSQL 15 or newer, as a URL or conninfo, without a "
                                      "user: the program logs in with its own roles.");
  settings.admin_url = config.text("database.admin_url", "",
                                   "The role that migrates: it needs CREATEROLE and CREATEDB, "
                                   "nothing more. Empty: database.url with its own user.");
  const std::string pooler =
      config.text("database.pooler", "none",
                  "none, or transaction: database.url leads to PgBouncer in transaction mode or "
                  "the like, where "
                  "nothing lasts in a session. Then database.admin_url has to lead past it.");
  if (pooler == "transaction") settings.database.pooler = db::Pooler::transaction;
  if (pooler != "transaction" && pooler != "none")
    config.mistake("database.pooler", "must be none or transaction");
  settings.database.budget = int(config.number("database.budget", 40,
                                               "Connections of this node, all roles together. The "
                                               "start refuses more than the server has free."));
  settings.database.read_timeout = whole<std::chrono::milliseconds>(config.duration(
      "database.read_timeout", "2s", "A read that takes longer is ended by the server."));
  settings.database.write_timeout = whole<std::chrono::milliseconds>(config.duration(
      "database.write_timeout", "10s",
      "A statement of a writing transaction that takes longer is ended by the server."));
  settings.redis_url = config.text("redis.url", "",
                                   "Redis 7 or Valkey: redis://, rediss:// or unix://. Empty: "
                                   "without; rate limits are then counted per process.");
}

void read_secrets(ConfigReader& config, Settings& settings) {
  settings.master_key = config.secret(
      "security.master_key",
      "32 random bytes in base64: passwords of the database roles, pepper and form tokens are "
      "derived from it. Keep it; losing it means that everybody sets a new password.");
  settings.database.master_key = settings.master_key;
  settings.identity.session_idle = config.duration("security.session_idle", "7d",
                                                   "A session that is not used for so long ends.");
  settings.identity.session_absolute = config.duration("security.session_absolute", "30d",
                                                       "A session ends after so long in any case.");
}

// "1, 7, 21"
std::vector<int> read_days(ConfigReader& config, std::string_view key, std::string_view usual,
                           std::string_view about) {
  std::vector<int> found;
  const std::string text = config.text(key, usual, about);
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const std::string_view word = trimmed(rest.substr(0, end));
    int day = 0;
    const auto read = std::from_chars(word.data(), word.data() + word.size(), day);
    if (read.ec != std::errc() || read.ptr != word.data() + word.size() || day < 1 || day > 365)
      config.mistake(key, "must be days from 1 to 365, with commas between: 1, 7, 21");
    found.push_back(day);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return found;
}

void read_after_cancel(ConfigReader& config, billing::Policy& policy) {
  const std::string purge = config.text(
      "billing.purge_after_cancel", "without_free_plan",
      "Whether what a workspace has stored is deleted when its last subscription is over for "
      "billing.retention. without_free_plan: where the catalogue's default plan is locked, so that "
      "it could not be used anyway; retention: in any case; never.");
  const auto known = parse_enum<billing::PurgeAfterCancel>(purge);
  if (!known)
    config.mistake("billing.purge_after_cancel", "must be without_free_plan, retention or never");
  policy.purge_after_cancel = known.value_or(policy.purge_after_cancel);
  policy.retention =
      config.duration("billing.retention", "30d",
                      "How long what is stored is kept after the last subscription ended, "
                      "counted from Stripe's time of the end.");
  policy.purge_notice = config.duration("billing.purge_notice", "3d",
                                        "The last notice by mail before it is deleted. Nothing is "
                                        "deleted sooner than this after the notice.");
  policy.win_back =
      read_days(config, "billing.win_back", "1, 7, 21",
                "On which days after the end the first owner is asked back by mail. Empty: never.");
}

void read_life_cycle(ConfigReader& config, billing::Policy& policy) {
  const std::string access = config.text(
      "billing.collection_pause_access", "full",
      "What a workspace may do while staff have stopped charging it: full or limited (reading).");
  if (access != "full" && access != "limited")
    config.mistake("billing.collection_pause_access", "must be full or limited");
  if (access == "limited") policy.collection_pause_access = entitlements::Access::limited;
  policy.pause_offered =
      config.flag("billing.pause_offered", true,
                  "Whether customers may pause their subscription instead of canceling it.");
  policy.cancel_now_invoices = config.flag(
      "billing.cancel_now_invoices", true,
      "Whether canceling at once makes a last invoice of what was used and changed since the last "
      "one. Otherwise it is not billed any more.");
  policy.cancel_now_prorates =
      config.flag("billing.cancel_now_prorates", false,
                  "Whether canceling at once keeps what is left of the paid period as credit.");
}

billing::AfterReturn read_after(ConfigReader& config, std::string_view key,
                                std::string_view about) {
  const std::string word = config.text(key, "keep", about);
  const auto after = parse_enum<billing::AfterReturn>(word);
  if (!after) config.mistake(key, "is neither keep nor limited");
  return after.value_or(billing::AfterReturn::keep);
}

billing::Policy read_policy(ConfigReader& config) {
  billing::Policy policy;
  policy.grace = config.duration("billing.grace", "7d",
                                 "Full access after a payment failed, counted from the invoice.");
  policy.reminder_after = config.duration("billing.reminder_after", "3d",
                                          "When an unpaid invoice is reminded of the first time.");
  policy.last_warning_before = config.duration("billing.last_warning_before", "1d",
                                               "The last reminder, before the grace ends.");
  policy.unknown_kept = config.duration(
      "billing.unknown_kept", "72h",
      "How long a status of Stripe's that this release does not know keeps access.");
  read_after_cancel(config, policy);
  policy.trial_overrun = config.duration(
      "billing.trial_overrun", "2h",
      "How long after a trial's end Stripe is asked anew, when it has not said what follows.");
  read_life_cycle(config, policy);
  policy.dispute_access = read_after(config, "billing.dispute_access",
                                     "What a workspace may do while one of its payments is "
                                     "disputed: `keep` its access, or `limited` to reading.");
  policy.refund_access = read_after(config, "billing.refund_access",
                                    "What it may do when its latest invoice was refunded in full: "
                                    "`keep` its access, or `limited` to reading until the next "
                                    "one is paid.");
  return policy;
}

void read_billing(ConfigReader& config, Settings& settings) {
  settings.plans_file = config.text(
      "billing.plans_file", "",
      "What is sold: a file like plans.toml. Empty: the plans.toml that the program was "
      "built with. `freehold plans sync` pushes its prices to Stripe.");
  settings.billing_policy = read_policy(config);
  settings.signature_tolerance = config.duration(
      "billing.signature_tolerance", "5m",
      "How far the time of a webhook's signature may be from now, in either direction.");
  settings.sweep_every = config.duration(
      "billing.sweep_every", "1h", "How often webhooks that never came are looked for at Stripe.");
  if (settings.sweep_every < minutes(1))
    config.mistake("billing.sweep_every", "must be a minute or more");
  if (settings.signature_tolerance < seconds(1))
    config.mistake("billing.signature_tolerance", "must be a second or more");
  settings.seller = config.text(
      "billing.seller", "",
      "Who sells, as it stands on invoices, line by line: legal name, address, tax id. Empty: "
      "product.name.");
  settings.stripe_url = config.text("billing.stripe_url", "https://api.stripe.com",
                                    "Stripe's API, or the simulator's.");
  settings.stripe_key =
      config.secret("billing.stripe_key",
                    "Stripe's secret key. Without it nobody can pay; everything else works.");
  const Secret secrets = config.secret("billing.webhook_secrets",
                                       "Signing secrets of the webhook endpoint, separated by "
                                       "commas; several while one is replaced.");
  std::string_view rest = secrets.reveal();
  while (!rest.empty()) {
    const auto comma = std::min(rest.find(','), rest.size());
    if (comma > 0) settings.stripe_webhook_secrets.emplace_back(std::string(rest.substr(0, comma)));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
}

void read_rest(ConfigReader& config, Settings& settings) {
  settings.look = read_brand(config);
  settings.product_audience =
      config.text("product.audience", "",
                  "Whom assertions of who is asking are for (`aud`): the product's address. Empty: "
                  "http.base_url.");
  if (settings.product_audience.empty()) settings.product_audience = settings.base_url;
  settings.return_urls =
      config.list("product.return_urls",
                  "Addresses of the product that a log-in may lead back to, each exactly as links "
                  "name it: https://app.example.com/welcome.");
  settings.templates_folder = config.text(
      "product.templates", "",
      "A folder with templates of yours in place of the built-in ones of the same name: "
      "`identity/login.tpl`. A mistake in one stops the start (docs/templates.md). Empty: none.");
  settings.smtp_url = config.text("mail.smtp_url", "",
                                  "smtp://user@host:587 (STARTTLS) or smtps://user@host:465. "
                                  "Empty: mails are kept and not sent.");
  settings.smtp_password =
      config.secret("mail.smtp_password", "The password that belongs to mail.smtp_url.");
  settings.worker.concurrency =
      int(config.number("worker.concurrency", 8, "Jobs at once in one worker."));
  settings.worker.poll = whole<std::chrono::milliseconds>(
      config.duration("worker.poll", "250ms", "How often an idle worker looks for jobs."));
  settings.worker_listener.listen =
      config.text("worker.listen", "127.0.0.1:8083",
                  "Where `freehold worker` answers /healthz, /readyz and /metrics: address:port, "
                  "or unix:/path. "
                  "Each worker of one host needs its own. Empty: nowhere.");
  settings.assets_folder = config.text(
      "dev.assets", "",
      "Reads templates and assets from this checkout instead of from the program; for developing.");
  settings.clock_file = config.text(
      "dev.clock_file", "",
      "Follows the clock of a `freehold up`, which keeps it in this file, as it is advanced; for "
      "more nodes beside it. Only where http.base_url and staff.base_url are this machine.");
  settings.log_level = config.text("log.level", "info", "debug, info, warn or error.");
}

void check_values(ConfigReader& config, const Settings& settings) {
  const auto at_least_one = [&](std::string_view key, std::int64_t value, std::int64_t most) {
    if (value < 1 || value > most)
      config.mistake(key, fmt::format("must be a number from 1 to {}", most));
  };
  at_least_one("http.threads", settings.threads, 256);
  at_least_one("http.max_connections", std::int64_t(settings.public_listener.max_connections),
               1'000'000);
  at_least_one("staff.max_connections", std::int64_t(settings.staff_listener.max_connections),
               1'000'000);
  at_least_one("worker.concurrency", settings.worker.concurrency, 1'000);
  constexpr std::array levels{"debug", "info", "warn", "error"};
  if (std::ranges::find(levels, settings.log_level) == levels.end())
    config.mistake("log.level", "must be debug, info, warn or error");
  for (const auto& [name, url] : {std::pair{"http.base_url", &settings.base_url},
                                  std::pair{"staff.base_url", &settings.staff_base_url},
                                  std::pair{"billing.stripe_url", &settings.stripe_url}}) {
    if (!http::is_origin(*url))
      config.mistake(name, "must be http:// or https:// with a host and nothing behind it");
  }
}

// An address that somebody may be sent to: https, or this machine; a path is fine, a fragment or
// somebody else's authority is not.
bool is_return_url(std::string_view url) {
  const std::string_view origin = http::origin_of(url);
  const bool plain = std::ranges::all_of(url, [](char c) { return c > ' ' && c <= '~'; });
  return http::is_origin(origin) && plain && url.find('#') == std::string_view::npos &&
         (url.starts_with("https://") || http::is_loopback(origin));
}

void check_return_urls(ConfigReader& config, const Settings& settings) {
  for (const std::string& url : settings.return_urls) {
    if (!is_return_url(url))
      config.mistake("product.return_urls",
                     fmt::format("{} must be https:// (or http:// on this machine) with a host, "
                                 "without a fragment",
                                 url));
  }
}

void check_task_mail(ConfigReader& config, const Settings& settings) {
  for (const std::string& address : settings.task_mail) {
    if (!identity::canonical_email(address))
      config.mistake("staff.task_mail", address + " is no email address");
  }
}

void check_serving(ConfigReader& config, const Settings& settings) {
  if (settings.database.url.empty())
    config.mistake("database.url", "is missing (or set DATABASE_URL)");
  if (settings.database.pooler != db::Pooler::none && settings.admin_url.empty())
    config.mistake("database.admin_url",
                   "is missing: behind a pooler, migrations and the doctor need the server itself");
  const auto key = from_base64(settings.master_key.reveal());
  if (!key || key->size() < 32)
    config.mistake("security.master_key",
                   "must be 32 random bytes in base64: openssl rand -base64 32");
  for (const auto& [name, url] : {std::pair{"http.base_url", settings.base_url},
                                  std::pair{"staff.base_url", settings.staff_base_url}}) {
    if (http::is_origin(url) && !http::is_loopback(url) && !url.starts_with("https://"))
      config.mistake(
          name, "must be https:// unless it is this machine: sessions would travel in the clear");
  }
  const bool is_public = !http::is_loopback(settings.base_url);
  if (!settings.clock_file.empty() && (is_public || !http::is_loopback(settings.staff_base_url)))
    config.mistake("dev.clock_file",
                   "is for this machine only: trials and periods of customers end by the calendar");
  if (is_public && !settings.stripe_url.starts_with("https://"))
    config.mistake("billing.stripe_url",
                   "must be https:// unless http.base_url is this machine: the simulator takes "
                   "orders that nobody pays, and Stripe's key would travel in the clear");
}

}  // namespace

ReadSettings read_settings(std::string_view toml, const ConfigReader::Environment& environment,
                           bool serving) {
  ConfigReader config(toml, environment);
  ReadSettings read;
  read_http(config, read.settings);
  read_database(config, read.settings);
  read_secrets(config, read.settings);
  read_billing(config, read.settings);
  read.settings.gateway = read_gateway(config);
  read_rest(config, read.settings);
  check_values(config, read.settings);
  check_return_urls(config, read.settings);
  check_task_mail(config, read.settings);
  if (serving) check_serving(config, read.settings);
  read.documented = config.settings();
  read.mistakes = config.mistakes();
  return read;
}

std::string document(const std::vector<Setting>& settings) {
  std::string page =
      "# Configuration\n\n"
      "Settings are read from `freehold.toml` and from the environment, which wins: `listen` in "
      "`[http]` is\n"
      "`FREEHOLD_HTTP_LISTEN`. `DATABASE_URL` and `REDIS_URL` stand for `database.url` and "
      "`redis.url`. A secret\n"
      "that begins with `file:` names a file that holds it. Unknown keys stop the start; all "
      "mistakes are\n"
      "reported together. `freehold config` prints this page.\n";
  std::string section;
  for (const Setting& setting : settings) {
    const auto dot = setting.key.rfind('.');
    if (setting.key.substr(0, dot) != section) {
      section = setting.key.substr(0, dot);
      const bool list = section.contains('.');
      page +=
          fmt::format("\n## {}{}{}\n\n{}| key | default | what follows from it |\n|---|---|---|\n",
                      list ? "[[" : "[", section, list ? "]]" : "]",
                      list ? "Once for each, in the file only.\n\n" : "");
    }
    const std::string shown = setting.secret                  ? "(secret)"
                              : setting.default_value.empty() ? ""
                                                              : "`" + setting.default_value + "`";
    page += fmt::format("| `{}` | {} | {} |\n", setting.key.substr(dot + 1), shown, setting.about);
  }
  return page;
}

}  // namespace freehold::app
