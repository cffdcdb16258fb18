// POST /api/v1/usage_events: a product reports what its customers use, up to 500 at once, and is
// told of each whether it was allowed. Every decision is durable before the answer.
#include "access/product_keys.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "metering/entitlements_api.hpp"

namespace freehold::metering {
namespace {

constexpr std::size_t most_events = 500;
constexpr std::int64_t most_units = 1'000'000'000;
constexpr std::size_t longest_key = 200;
constexpr std::size_t body_limit = 512 * 1024;

struct EventBody {
  std::string tenant_id;
  std::string meter;
  std::optional<std::int64_t> quantity;  // 1 when it is not said

  std::int64_t units() const { return quantity.value_or(1); }
  std::string idempotency_key;
};
BOOST_DESCRIBE_STRUCT(EventBody, (), (tenant_id, meter, quantity, idempotency_key))

struct BatchBody {
  std::vector<EventBody> events;
};
BOOST_DESCRIBE_STRUCT(BatchBody, (), (events))

// Why an event cannot be decided at all.
struct Fault {
  std::string_view code;
  std::string detail;
};

std::optional<Fault> fault_of(const EventBody& event, const catalog::Catalog& catalog) {
  if (!TenantId::parse(event.tenant_id))
    return Fault{"unknown_tenant", "There is no workspace with this id."};
  if (!declares_meter(catalog, event.meter))
    return Fault{"unknown_meter", "No module or plan declares this meter."};
  if (event.units() < 1 || event.units() > most_units)
    return Fault{"invalid", "quantity must be from 1 to 1,000,000,000."};
  if (event.idempotency_key.empty() || event.idempotency_key.size() > longest_key)
    return Fault{"invalid", "idempotency_key must have 1 to 200 bytes."};
  return {};
}

json::object begun(const EventBody& event) {
  return {{"object", "usage_event"},
          {"tenant_id", event.tenant_id},
          {"meter", event.meter},
          {"idempotency_key", event.idempotency_key}};
}

json::object refused(const EventBody& event, const Fault& fault) {
  json::object answer = begun(event);
  answer["allowed"] = false;
  answer["code"] = fault.code;
  answer["detail"] = fault.detail;
  return answer;
}

json::object decided(const EventBody& event, const Verdict& verdict) {
  json::object answer = begun(event);
  answer["allowed"] = verdict.allowed;
  answer["duplicate"] = verdict.duplicate;
  answer["used"] = verdict.used;
  answer["limit"] = to_json(verdict.limit);
  answer["resets_at"] = to_rfc3339(verdict.resets_at);
  return answer;
}

void explain(json::object& answer, const Problem& problem) {
  answer["code"] = problem.code;
  answer["detail"] = problem.detail;
  if (problem.upgrade)
    answer["upgrade"] = json::object{{"plan", problem.upgrade->plan},
                                     {"price", problem.upgrade->price},
                                     {"url", problem.upgrade->url}};
}

Task<json::object> decide(Pages& pages, const http::Request& req, const EventBody& event) {
  if (const auto fault = fault_of(event, pages.catalog)) co_return refused(event, *fault);
  const TenantId tenant = *TenantId::parse(event.tenant_id);
  const Actor actor = access::product_in(tenant, *req.product_key, req.origin());
  try {
    const auto snapshot = co_await pages.gates.snapshot(actor);
    const Meter meter{event.meter};
    const Verdict verdict = co_await consume(pages.database, actor, *snapshot, meter, event.units(),
                                             "product:" + event.idempotency_key);
    json::object answer = decided(event, verdict);
    if (!verdict.allowed)
      explain(answer, limit_reached(verdict, meter, *snapshot, pages.catalog,
                                    fmt::format("{}/upgrade/{}", pages.base_url, event.tenant_id)));
    co_return answer;
  } catch (const Problem& problem) {
    // One event that cannot be decided spoils none of the others.
    if (problem.status == 404)
      co_return refused(event, {"unknown_tenant", "There is no workspace with this id."});
    if (problem.status != 503) throw;
    co_return refused(event, {"metering_unavailable", problem.detail});
  }
}

Task<http::Response> add(Pages& pages, http::Request& req, db::Database&) {
  const auto body = read_json_document<BatchBody>(req.body);
  if (body.events.empty() || body.events.size() > most_events)
    throw Problem::invalid({{"events", "Send from 1 to 500 events at once."}});
  json::array answers;
  for (const EventBody& event : body.events) answers.push_back(co_await decide(pages, req, event));
  co_return http::json_response(
      200, json::object{{"object", "list"}, {"data", std::move(answers)}, {"has_more", false}});
}

}  // namespace

bool declares_meter(const catalog::Catalog& catalog, std::string_view meter) {
  return std::ranges::any_of(catalog.declared().meters,
                             [&](const DeclaredKey& declared) { return declared.key == meter; });
}

void usage_event_routes(http::Router& at, Pages& pages) {
  auto with = at.with(pages);
  with.post("/api/v1/usage_events", add, http::product, {.body_limit = body_limit, .safe = true});
}

}  // namespace freehold::metering
