// What Stripe tells us: POST /webhooks/stripe. Stored, noted, acknowledged; followed by the worker.
#include "billing/handlers.hpp"
#include "billing/json_fields.hpp"
#include "billing/receive.hpp"
#include "billing/signature.hpp"
#include "billing/stripe.hpp"
#include "billing/sync.hpp"
#include "core/async.hpp"
#include "core/log.hpp"

namespace freehold::billing {
namespace {

constexpr std::size_t body_limit = 1024 * 1024;

const db::Query<void, std::optional<TenantId>, std::string, bool, std::string,
                std::optional<std::string>, Instant, Instant, std::optional<std::string>,
                std::string, db::RawJson>
    insert_event{"billing.store_event", R"(
  insert into billing.stripe_event (tenant_id, id, livemode, type, customer_id, created_at,
                                    received_at, api_version, state, payload)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
      on conflict on constraint stripe_events_arrive_once do nothing)"};

// What says something about a customer, its subscriptions, its invoices or its cards. Thin events
// carry the same types behind "v1.".
constexpr std::array followed{std::string_view("customer."),
                              std::string_view("invoice."),
                              std::string_view("invoice_payment."),
                              std::string_view("checkout."),
                              std::string_view("payment_method."),
                              std::string_view("setup_intent."),
                              std::string_view("charge."),
                              std::string_view("payment_intent."),
                              std::string_view("subscription_schedule.")};

bool is_followed(std::string_view type) {
  if (type.starts_with("v1.")) type.remove_prefix(3);
  return std::ranges::any_of(followed,
                             [&](std::string_view prefix) { return type.starts_with(prefix); });
}

http::Response refuse(const http::Request& req, std::string_view reason) {
  log::warn("billing.webhook_refused", req.cause(), {{"reason", reason}});
  return http::text(400, std::string(reason));
}

std::string_view reason_of(SignatureVerdict verdict) {
  switch (verdict) {
    case SignatureVerdict::valid:
      return "";
    case SignatureVerdict::malformed:
      return "The Stripe-Signature header is missing or malformed.";
    case SignatureVerdict::wrong:
      return "The signature does not match any webhook secret.";
    case SignatureVerdict::too_old:
      return "The signature is too old.";
    case SignatureVerdict::in_future:
      return "The signature is from the future.";
  }
  return "";
}

std::optional<Hint> hint_of(std::string_view body) {
  boost::system::error_code error;
  const json::value event = json::parse(body, error);
  if (error) return {};
  return read_hint(event);
}

Task<http::Response> receive(Billing& billing, http::Request& req, db::Database&) {
  const Instant now = billing.clocks.business.now();
  const auto verdict =
      verify_signature(req.header("stripe-signature"), req.body, billing.webhook_secrets, now);
  if (verdict != SignatureVerdict::valid) co_return refuse(req, reason_of(verdict));
  const auto hint = hint_of(req.body);
  if (!hint) co_return refuse(req, "The body is not an event.");
  co_await store_event(billing, *hint, req.body, req.origin());
  co_return http::text(200, "");
}

}  // namespace

Task<> store_event(Billing& billing, const Hint& hint, std::string payload, Origin origin) {
  const Instant now = billing.clocks.machine.now();
  // An event of the other mode speaks of another world's objects.
  const bool matters = is_followed(hint.type) && hint.customer.has_value() &&
                       hint.livemode == billing.stripe.is_live();
  db::SystemTx tx = billing.database.system();
  std::optional<TenantId> tenant;
  if (matters) tenant = co_await note_hint(tx, *hint.customer, std::move(origin));
  const std::string state = !matters ? "ignored" : tenant ? "hint" : "waiting";
  const db::RawJson body{std::move(payload)};
  co_await tx.run(insert_event, tenant, hint.id, hint.livemode, hint.type, hint.customer,
                  hint.created, now, hint.api_version, state, body);
  co_await tx.commit();
}

void webhook_routes(http::Router& at, Billing& billing) {
  at.with(billing).post("/webhooks/stripe", receive, http::webhook, {.body_limit = body_limit});
}

}  // namespace freehold::billing
