#include "reference/refusals.hpp"

namespace freehold::reference {
namespace {

using Kind = http::Access::Kind;
using Refusals = std::vector<http::Refusal>;

void add(Refusals& all, std::initializer_list<std::string_view> codes) {
  for (const std::string_view code : codes) all.push_back({code});
}

void add_for_caller(Refusals& all, const http::Route& route) {
  if (route.words.cookies) return add(all, {"unauthenticated"});
  if (route.access.kind == Kind::anyone) return;
  add(all, {"key_in_url", "unauthenticated"});
  if (!takes_workspace_key(route)) return add(all, {"product_key_required"});
  if (!takes_product_key(route)) add(all, {"workspace_key_required"});
  if (route.access.permission) add(all, {"forbidden"});
  add(all, {"rate_limited"});
}

void add_for_plan(Refusals& all, const http::Route& route) {
  if (!takes_workspace_key(route)) return;
  if (!route.words.while_limited) add(all, {"payment_overdue"});
  if (route.words.feature) add(all, {"not_in_plan"});
  if (route.words.meter) add(all, {"limit_reached", "metering_unavailable"});
}

void add_for_content(Refusals& all, const http::Route& route, const http::Operation& operation) {
  if (changes_something(route)) add(all, {"body_too_large", "unsupported_media_type"});
  if (operation.body) add(all, {"invalid_json", "invalid_text", "invalid_input"});
  if (takes_idempotency_key(route))
    add(all, {"invalid_idempotency_key", "idempotency_key_in_use", "idempotency_key_reused"});
}

void add_for_outages(Refusals& all, const http::Route& route) {
  if (route.access.kind == Kind::anyone && route.transaction == "none") return;
  add(all, {"database_unavailable", "database_timeout"});
  if (takes_workspace_key(route) || route.path.contains("{tenant_id}"))
    add(all, {"workspace_moving"});
}

}  // namespace

bool takes_product_key(const http::Route& route) {
  return route.access.kind == Kind::product;
}

bool takes_workspace_key(const http::Route& route) {
  const Kind kind = route.access.kind;
  return kind == Kind::member || kind == Kind::permission ||
         (kind == Kind::product && route.access.permission);
}

bool changes_something(const http::Route& route) {
  return !http::is_safe(route.method);
}

bool takes_idempotency_key(const http::Route& route) {
  return changes_something(route) && !route.words.safe;
}

std::vector<http::Refusal> usual_refusals(const http::Route& route,
                                          const http::Operation& operation) {
  Refusals all;
  add_for_caller(all, route);
  add_for_plan(all, route);
  if (route.path.contains('{')) add(all, {"not_found"});
  add_for_content(all, route, operation);
  add_for_outages(all, route);
  return all;
}

const std::vector<std::string_view>& refusals_of_any() {
  static const std::vector<std::string_view> codes{"invalid_target",      "invalid_form",
                                                   "invalid_host",        "ambiguous_length",
                                                   "bad_request",         "https_required",
                                                   "request_timeout",     "target_too_long",
                                                   "unknown_expectation", "head_too_large",
                                                   "internal_error",      "unknown_method",
                                                   "unknown_version",     "unknown_transfer_coding",
                                                   "overloaded",          "stopping",
                                                   "too_many_connections"};
  return codes;
}

}  // namespace freehold::reference
