#include "notify/test_site.hpp"

#include <doctest/doctest.h>

#include "core/json.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::notify {
namespace {

Task<std::optional<std::chrono::seconds>> never_too_many(std::string, identity::RateClass) {
  co_return std::nullopt;
}

html::Frame frame(const http::Request& request) {
  html::Frame frame;
  frame.layout = "public";
  frame.brand = {"Freehold", "/"};
  frame.csrf_token = request.csrf_token();
  frame.idempotency_key = "key";
  frame.theme_url = "/theme";
  return frame;
}

Task<std::optional<http::Response>> admit(identity::Sessions& sessions, http::Request& request) {
  const std::string cookie(request.cookie(identity::Sessions::cookie));
  const auto live = co_await sessions.find(cookie);
  if (live) request.session_ = http::Session{live->id, live->user_id, live->csrf_token};
  co_return std::nullopt;
}

Task<> close(Site& site) {
  site.egress.reset();  // on its thread
  co_return;
}

Task<> rename_it(Site& site, std::string name) {
  db::ControlTx tx = site.world.database().control(site.money.owner);
  co_await tenancy::rename_tenant(tx, std::move(name));
  co_await tx.commit();
}

std::string payload_text(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

// The job as the runner hands it over.
events::Job newest_job(const Site& site, const std::string& kind) {
  const auto cell = [&](std::string_view column) {
    return payload_text(site.world.rows(
        fmt::format("select {} from events.job j join events.outbox o on o.id = j.outbox_id "
                    "where j.kind = '{}' order by j.id desc limit 1",
                    column, kind)));
  };
  const std::string tenant = cell("coalesce(o.tenant_id::text, '')");
  events::Job job;
  job.id = JobId{parse_uuid(cell("j.id")).value()};
  job.kind = kind;
  job.event.type = cell("o.type");
  if (!tenant.empty()) job.event.tenant = TenantId{parse_uuid(tenant).value()};
  job.event.payload = cell("o.payload");
  job.event.occurred_at = *parse_rfc3339(
      cell("to_char(o.occurred_at at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"));
  job.attempt = 2;
  return job;
}

}  // namespace

Site::Site(std::optional<egress::SmtpServer> smtp)
    : money({"db", "http", "events", "audit", "tenancy", "identity", "access", "entitlements",
             "metering", "billing", "notify"}),
      world(money.world),
      passwords(world.runtime(), {Secret("the only key")}),
      links({Secret("the only key")}),
      sessions(world.runtime(), world.database(), money.billing.clocks, {}),
      egress(std::make_unique<egress::Client>(world.runtime(), egress::Config{})),
      identity{.database = world.database(),
               .clocks = money.billing.clocks,
               .config = {},
               .passwords = passwords,
               .links = links,
               .sessions = sessions,
               .views = money.views,
               .throttle = never_too_many,
               .frame = frame,
               .offer = [](const identity::Wish&) { return identity::Offer{"Free.", {}}; }},
      brand(world.runtime(), world.database(),
            {.name = "Freehold", .mail_from = "Freehold <hello@example.com>"}),
      notify{.database = world.database(),
             .clocks = money.billing.clocks,
             .identity = identity,
             .catalog = money.catalog,
             .views = money.views,
             .egress = *egress,
             .brand = brand,
             .base_url = std::string(base_url),
             .smtp = std::move(smtp),
             .link_key = Secret("the link key")},
      pages{notify, frame},
      mailbox{notify, frame},
      browser(
          world,
          [this]() -> http::Edge& {
            identity::routes(router, identity);
            mailbox_routes(router, mailbox);
            notify::routes(router, pages);
            http::Hooks hooks;
            hooks.guard = [this](http::Request& request, const http::Route&) {
              return admit(sessions, request);
            };
            hooks.log = [](std::string_view) {};
            http::Site site;
            site.base_url = std::string(base_url);
            site.key = Secret("form tokens");
            edge = std::make_unique<http::Edge>(
                http::EdgeParts{world.runtime(), router, &world.database(), world.clocks()},
                std::move(site), std::move(hooks));
            return *edge;
          }(),
          std::string(base_url)) {}

Site::~Site() {
  world.run([this](db::Database&) { return close(*this); });
}

void Site::person(UserId user, const std::string& email, const std::string& name) {
  world.rows(
      fmt::format("insert into identity.account (user_id, email, name, created_at) "
                  "values ('{}', '{}', '{}', now()) returning user_id",
                  to_string(user.uuid), email, name));
}

void Site::sign_up() {
  person(*money.owner.user(), "ada@example.com", "Ada Lovelace");
  money.sign_up();
  settle();
}

void Site::rename(std::string name) {
  world.run([&](db::Database&) { return rename_it(*this, name); });
}

void Site::settle() {
  money.settle();
  events::Worker worker(world.runtime(), 0, world.database(), money.billing.clocks, work(notify),
                        {});
  world.run([&](db::Database&) { return worker.settle(); });
}

void Site::run_again(const std::string& kind) {
  const events::Job job = newest_job(*this, kind);
  for (const auto& subscription : work(notify).subscriptions) {
    if (subscription.kind == kind) world.run([&](db::Database&) { return subscription.run(job); });
  }
}

std::string Site::new_letters() {
  const std::string all = world.rows(
      "select id || ' ' || recipient || ': ' || subject from notify.mail where state = 'sent'");
  std::set<std::string> fresh;
  for (std::string_view rest = all; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1)) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    if (seen_.emplace(line.substr(0, 36)).second) fresh.emplace(line.substr(37));
  }
  std::string lines;
  for (const std::string& line : fresh) lines += line + '\n';
  return lines;
}

std::string Site::text(const std::string& name) {
  return world.rows(
      fmt::format("select body_text from notify.mail where letter = '{}' and state = 'sent' "
                  "order by sent_at desc, id desc limit 1",
                  name));
}

std::string Site::html(const std::string& name) {
  return world.rows(
      fmt::format("select body_html from notify.mail where letter = '{}' and state = 'sent' "
                  "order by sent_at desc, id desc limit 1",
                  name));
}

std::string Site::link(const std::string& name) {
  return test::between(text(name), std::string(base_url), "\n");
}

}  // namespace freehold::notify
