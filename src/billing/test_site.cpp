#include "billing/test_site.hpp"

#include <doctest/doctest.h>

#include "billing/commands.hpp"
#include "billing/customers.hpp"
#include "billing/due.hpp"
#include "billing/handlers.hpp"
#include "billing/seats.hpp"
#include "billing/sync.hpp"
#include "billing/usage_reports.hpp"
#include "core/async.hpp"
#include "core/embedded.hpp"
#include "core/json.hpp"
#include "metering/metering.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::billing {
namespace {

constexpr std::string_view stripe_url = "http://stripe.test";
constexpr std::string_view webhook_secret = "whsec_test";

constexpr std::string_view plans = R"(
[[plans]]
key = "free"
name = "Free"
default = true
meters = { "documents.api_calls" = 100 }
[[plans]]
key = "pro"
name = "Pro"
trial_days = 14
features = ["documents.export"]
meters = { "documents.api_calls" = 10000 }
prices = [
  { amount = 4900, currency = "usd", interval = "month" },
  { amount = 49000, currency = "usd", interval = "year" },
]
[[plans]]
key = "business"
name = "Business"
features = ["documents.export"]
meters = { "documents.api_calls" = "unlimited" }
prices = [{ amount = 19900, currency = "usd", interval = "month" }]
[[addons]]
key = "calls"
name = "1,000 more API calls"
max_quantity = 10
meters = { "documents.api_calls" = 1000 }
prices = [{ amount = 900, currency = "usd", interval = "month" }]
)";

catalog::Declared declared() {
  return {.features = {{"documents.export", "Export"}},
          .limits = {},
          .meters = {{"documents.api_calls", "API calls"}}};
}

std::string renamed(const Site& site, const std::string& target, std::string body) {
  constexpr std::string_view active = R"("status": "active")";
  if (site.status_of_active.empty() || !target.starts_with("/v1/subscriptions")) return body;
  const std::string other = fmt::format(R"("status": "{}")", site.status_of_active);
  for (auto at = body.find(active); at != std::string::npos; at = body.find(active, at + 1))
    body.replace(at, active.size(), other);
  return body;
}

Task<egress::Answer> reach(Site& site, egress::Call call) {
  if (site.stripe_is_down)
    throw egress::Failure(egress::FailureKind::connect, false, "nobody answers");
  const std::string target = call.url.substr(stripe_url.size());
  const std::string line = call.method + " " + target;
  if (!site.unreachable.empty() && line.starts_with(site.unreachable))
    throw egress::Failure(egress::FailureKind::connect, false, "nobody answers");
  const bool of_customer = target.starts_with("/v1/customers/") && !target.contains("/balance_");
  if (call.method == "GET") ++site.reads;
  if (call.method == "GET" && of_customer) ++site.fetches;
  if (call.method == "POST" && target.starts_with("/v1/subscription_items/")) ++site.seat_writes;
  if (site.before_call) site.before_call(call);
  if (!site.refusing.empty() && line.starts_with(site.refusing))
    co_return egress::Answer{
        400, {}, R"({"error":{"type":"invalid_request_error","message":"It cannot be done."}})"};
  const auto answer = site.stripe_side.call(
      {.method = call.method, .target = target, .headers = call.headers, .body = call.body});
  if (site.after_call) site.after_call(call);
  const bool is_lost = !site.losing.empty() && line.starts_with(site.losing);
  if (is_lost || answer.fate != simulator::Answer::Fate::sent)
    throw egress::Failure(egress::FailureKind::closed, true, "the answer was lost");
  co_return egress::Answer{answer.status, answer.headers, renamed(site, target, answer.body)};
}

simulator::Config simulator_config() {
  simulator::Config config;
  config.base_url = "http://stripe.test";
  config.seed = 1;
  config.endpoint =
      simulator::KnownEndpoint{"http://app.test/webhooks/stripe", std::string(webhook_secret)};
  return config;
}

Task<> no_wait(std::chrono::steady_clock::duration) {
  co_return;
}

Task<html::Frame> console_frame(http::Request&) {
  html::Frame frame;
  frame.brand = {"Freehold", "/"};
  co_return frame;
}

html::Frame public_frame(const http::Request&) {
  html::Frame frame;
  frame.brand = {"Freehold", "/"};
  return frame;
}

Task<std::int64_t> people_in(Site& site) {
  co_return site.people;
}

Task<std::string> owner_email(db::ControlRead&) {
  co_return "ada@example.com";
}

Task<> make_tenant(Site& site) {
  db::ControlTx tx = site.world.database().control_of_new_tenant(site.owner);
  const tenancy::NewTenant draft{site.tenant, site.slug, "Acme", *site.owner.user()};
  co_await tenancy::create_tenant(tx, draft);
  co_await start(tx, site.catalog);
  co_await tx.commit();
  const events::Job job{JobId::make(site.world.machine().now()),
                        "billing.create_customer",
                        {.id = {},
                         .type = "tenant.created",
                         .tenant = site.tenant,
                         .payload = "{}",
                         .occurred_at = site.clock.now()},
                        1};
  co_await create_customer(site.billing, job);
}

Task<> work_off(Billing& billing) {
  while (co_await due_step(billing)) {
  }
  while (co_await usage_step(billing)) {
  }
  while (co_await command_step(billing)) {
  }
  while (co_await seat_step(billing)) {
  }
  while (co_await sync_step(billing)) {
  }
}

Task<> order(Site& site, const catalog::Price& price, std::string& url) {
  url = co_await open_checkout(site.billing, site.owner, site.slug, price);
}

Task<> cancel_it(Site& site) {
  co_await freehold::billing::cancel(site.billing, site.owner);
}

Task<> keep_it(Site& site) {
  co_await undo_cancellation(site.billing, site.owner);
}

Task<> change_it(Site& site, const catalog::Price& price) {
  co_await change_plan(site.billing, site.owner, price);
}

Task<> use_it(Site& site, std::int64_t quantity) {
  const auto snapshot = co_await site.gates.newest(site.owner);
  const Meter meter{"documents.api_calls"};
  const std::string key = to_string(new_uuid(site.clock.now()));
  const auto verdict = co_await metering::consume(site.world.database(), site.owner, *snapshot,
                                                  meter, quantity, key);
  CHECK(verdict.allowed);
}

Task<> note_them(Site& site) {
  const events::Job job{.id = {},
                        .kind = "billing.seats_of_added_member",
                        .event = {.id = {},
                                  .type = "member.added",
                                  .tenant = site.tenant,
                                  .payload = "{}",
                                  .occurred_at = site.clock.now()}};
  co_await note_seats(site.billing, job);
}

Task<> find_lost(Billing& billing) {
  const events::Job job{.id = {}, .kind = "billing.sweep", .event = {}};
  co_await sweep(billing, job);
  co_await work_off(billing);
}

// The customer, the latest invoice and the subscription of the only customer.
std::string only(Site& site, const std::string& what) {
  const json::value list = json::parse(site.ask("GET", what));
  REQUIRE(list.at("data").as_array().size() > 0);
  return std::string(list.at("data").at(0).at("id").as_string());
}

Task<> sync_prices(Site& site) {
  co_await sync_plans(site.world.database(), site.stripe, site.catalog, false);
}

Task<> handle(Site& site, http::Request& request, http::Response& response) {
  const auto match = site.router.match(request);
  REQUIRE_MESSAGE(match.route != nullptr, request.path);
  response = co_await match.route->run(request, &site.world.database());
}

}  // namespace

Site::Site(std::initializer_list<std::string_view> modules, std::string_view own_plans)
    : world(modules),
      base(world.business().now()),
      clock(base),
      stripe_side(simulator_config(), clock),
      catalog(catalog::Catalog::parse(own_plans.empty() ? plans : own_plans, declared())),
      stripe([this](egress::Call call) { return reach(*this, std::move(call)); },
             std::string(stripe_url), Secret("sk_test_sim_tests"),
             Passing{.now = {}, .wait = no_wait}),
      gates(world.runtime(), world.database(), nullptr, Clocks{clock, world.machine()}, catalog),
      views({embedded::templates(), embedded::assets(), ""}, html::Missing::error),
      billing{.database = world.database(),
              .clocks = {clock, world.machine()},
              .stripe = stripe,
              .catalog = catalog,
              .gates = gates,
              .policy = {},
              .webhook_secrets = {Secret(std::string(webhook_secret))},
              .base_url = "http://app.test",
              .views = views,
              .frame = console_frame,
              .public_frame = public_frame,
              .owner_email = owner_email,
              .count_seats = [this](db::ControlRead&) { return people_in(*this); }},
      tenant(TenantId::make(world.machine().now())),
      owner(ActorMint::user(tenant, UserId::make(world.machine().now()), "owner",
                            Permissions{}.set(), {})) {
  routes(router, billing);
}

void Site::become(const std::string& another) {
  slug = another;
  tenant = TenantId::make(world.machine().now());
  owner = ActorMint::user(tenant, UserId::make(world.machine().now()), "owner", Permissions{}.set(),
                          {});
  sign_up();
}

void Site::sign_up() {
  world.run([this](db::Database&) { return make_tenant(*this); });
  if (!stripe_is_down) world.run([this](db::Database&) { return sync_prices(*this); });
  settle();
}

void Site::buy(const std::string& card_number, const std::string& plan) {
  buy(card_number, catalog.find(plan)->prices.front());
}

void Site::buy(const std::string& card_number, const catalog::Price& price,
               const std::string& promotion_code) {
  std::string url;
  world.run([&](db::Database&) { return order(*this, price, url); });
  const std::string session = url.substr(url.rfind('/') + 1);
  stripe_side.pay_checkout(session, card_number, promotion_code);
  settle();
}

void Site::pay_with_another_card() {
  const std::string customer = only(*this, "/v1/customers");
  const json::value card =
      json::parse(ask("POST", "/v1/payment_methods/pm_card_visa/attach", "customer=" + customer));
  ask("POST", "/v1/subscriptions/" + only(*this, "/v1/subscriptions"),
      "default_payment_method=" + std::string(card.at("id").as_string()));
  ask("POST", "/v1/invoices/" + only(*this, "/v1/invoices?status=open") + "/pay");
  settle();
}

void Site::cancel() {
  world.run([this](db::Database&) { return cancel_it(*this); });
  settle();
}

void Site::keep() {
  world.run([this](db::Database&) { return keep_it(*this); });
  settle();
}

void Site::change(const std::string& plan) {
  change(catalog.find(plan)->prices.front());
}

void Site::change(const catalog::Price& price) {
  world.run([&](db::Database&) { return change_it(*this, price); });
  settle();
}

void Site::use(std::int64_t quantity) {
  world.business().set(clock.now());
  world.run([&](db::Database&) { return use_it(*this, quantity); });
}

void Site::note_people(std::int64_t count) {
  people = count;
  world.run([this](db::Database&) { return note_them(*this); });
}

std::string Site::ask(const std::string& method, const std::string& target,
                      const std::string& form) {
  return stripe_side
      .call({.method = method,
             .target = target,
             .headers = {{"Authorization", "Bearer sk_test_sim_tests"}},
             .body = form})
      .body;
}

void Site::settle() {
  world.business().set(clock.now());
  std::vector<simulator::Delivery> waiting;
  for (auto some = stripe_side.take_deliveries(); !some.empty();
       some = stripe_side.take_deliveries()) {
    for (auto& delivery : some) {
      stripe_side.record(delivery.id, {.status = 200});
      waiting.push_back(std::move(delivery));
    }
  }
  std::erase_if(waiting, [&](const auto&) { return int(chance() % 100) < mail.lost; });
  if (mail.doubled) {
    const auto again = waiting;
    waiting.insert(waiting.end(), again.begin(), again.end());
  }
  if (mail.shuffled) std::ranges::shuffle(waiting, chance);
  for (const auto& delivery : waiting) {
    std::string signature;
    for (const auto& [name, value] : delivery.headers)
      if (name == "Stripe-Signature") signature = value;
    CHECK(post_webhook(delivery.body, signature) == 200);
    if (chance() % 2 == 0) world.run([this](db::Database&) { return work_off(billing); });
  }
  world.run([this](db::Database&) { return work_off(billing); });
  if (mail.lost > 0 && !stripe_is_down)
    world.run([this](db::Database&) { return find_lost(billing); });
}

void Site::advance(Duration by) {
  const Instant to = clock.now() + by;
  while (stripe_side.step(to)) settle();
  settle();
}

int Site::post_webhook(const std::string& body, const std::string& signature) {
  http::Request request;
  request.method = http::Method::post;
  request.set_target("/webhooks/stripe");
  request.add_header("Stripe-Signature", signature);
  request.body = body;
  http::Response response;
  world.run([&](db::Database&) { return handle(*this, request, response); });
  return response.status;
}

int Site::post_signed(const std::string& body) {
  const std::string at = std::to_string(to_unix_seconds(clock.now()));
  const std::string mac = to_hex(view(hmac_sha256(webhook_secret, at + "." + body)));
  return post_webhook(body, "t=" + at + ",v1=" + mac);
}

std::string Site::page(const std::string& path, const std::string& form) {
  http::Request request;
  request.method = form.empty() ? http::Method::get : http::Method::post;
  request.set_target(path);
  request.tenant_slug = slug;
  request.actor_ = owner;
  if (!form.empty()) {
    request.add_header("Content-Type", "application/x-www-form-urlencoded");
    request.body = form;
  }
  http::Response response;
  world.run([&](db::Database&) { return handle(*this, request, response); });
  if (response.status == 200) return response.body;
  return fmt::format("{} {}{}", response.status, response.header("Location"), response.body);
}

std::string Site::standing() {
  return world.rows(
      "select plan, access, source, coalesce(to_char(access_until at time zone 'utc', "
      "'YYYY-MM-DD'), '-') from entitlements.standing");
}

std::string Site::copy() {
  return world.rows(
             "select status, lookup_key, cancel_at_period_end, period_start, period_end, "
             "trial_end, "
             "cancel_at, ended_at from billing.mirror order by created_at, stripe_id") +
         world.rows(
             "select status, total, amount_remaining, attempted, created_at, paid_at from "
             "billing.invoice order by created_at, total, status") +
         world.rows("select brand, last4 from billing.payment_method") + standing();
}

std::string Site::events() {
  return world.rows(
      "select type, payload->>'status', payload->>'plan', payload->>'from', payload->>'to', "
      "payload->>'step' from "
      "events.outbox where type ~ '^(subscription|payment|plan|access|dunning)[.]' "
      "order by occurred_at, type, payload");
}

std::string between(const std::string& text, std::string_view before, std::string_view after) {
  const auto at = text.find(before);
  if (at == text.npos) return {};
  const auto begin = at + before.size();
  return text.substr(begin, text.find(after, begin) - begin);
}

}  // namespace freehold::billing
