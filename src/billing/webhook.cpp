// What Stripe tells us: POST /webhooks/stripe. Stored, noted, acknowledged; followed by the worker.
#include "billing/handlers.hpp"
#include "billing/json_fields.hpp"
#include "billing/receive.hpp"
#include "billing/signature.hpp"
#include "core/async.hpp"
#include "core/log.hpp"

namespace freehold::billing {
namespace {

constexpr std::size_t body_limit = 1024 * 1024;

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
  const auto verdict = verify_signature(req.header("stripe-signature"), req.body,
                                        billing.webhook_secrets, now, billing.signature_tolerance);
  if (verdict != SignatureVerdict::valid) co_return refuse(req, reason_of(verdict));
  const auto hint = hint_of(req.body);
  if (hint) {
    co_await store_event(billing, *hint, req.body, req.origin());
  } else {
    // Sent again, it would be no better: it is accepted, and kept for an operator to see.
    log::warn("billing.webhook_unreadable", req.cause(), {{"bytes", req.body.size()}});
    co_await store_unreadable(billing, req.body);
  }
  co_return http::text(200, "");
}

}  // namespace

void webhook_routes(http::Router& at, Billing& billing) {
  at.with(billing).post("/webhooks/stripe", receive, http::webhook, {.body_limit = body_limit});
}

}  // namespace freehold::billing
