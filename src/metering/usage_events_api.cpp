// POST /api/v1/usage_events: a product reports what its customers use, up to 500 at once, and is
// told of each whether it was allowed. Every decision is durable before the answer.
#include "access/product_keys.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "http/operation.hpp"
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

// What was decided of one event. Of one that cannot be decided only `code` and `detail` are said.
struct Decision {
  static constexpr std::string_view object = "usage_event";
  static constexpr bool is_sparse = true;
  std::string tenant_id;
  std::string meter;
  std::string idempotency_key;
  bool allowed = false;
  std::optional<bool> duplicate = {};
  std::optional<std::int64_t> used = {};
  std::optional<catalog::Allowance> limit = {};
  std::optional<Instant> resets_at = {};
  std::optional<std::string> code = {};
  std::optional<std::string> detail = {};
  std::optional<Upgrade> upgrade = {};
};
BOOST_DESCRIBE_STRUCT(Decision, (),
                      (tenant_id, meter, idempotency_key, allowed, duplicate, used, limit,
                       resets_at, code, detail, upgrade))

struct Decisions {
  static constexpr std::string_view object = "list";
  std::vector<Decision> data = {};
  bool has_more = false;
};
BOOST_DESCRIBE_STRUCT(Decisions, (), (data, has_more))

// --- What is said of it

Notes notes_on(const EventBody*) {
  return {"NewUsageEvent",
          "Units that a customer uses.",
          {{"tenant_id", "The workspace."},
           {"meter", "Its key: `documents.api_calls`."},
           {"quantity", "How many.", {.least = 1, .most = most_units, .usual = 1}},
           {"idempotency_key",
            "Of your choice, at most 200 bytes: the same again within 40 days is counted once.",
            {.least = 1, .most = longest_key}}}};
}

Notes notes_on(const BatchBody*) {
  return {"NewUsageEvents",
          "Uses to decide, in this order.",
          {{"events",
            "Each is decided by itself: one that is wrong spoils no other.",
            {.least = 1, .most = most_events}}}};
}

Notes notes_on(const Decision*) {
  return {
      "UsageEvent",
      "What was decided of a use.",
      {{"tenant_id", "As it was sent."},
       {"meter", "As it was sent."},
       {"idempotency_key", "As it was sent."},
       {"allowed", "Whether the units may be used. If so, they are counted."},
       {"duplicate", "Whether the key was counted before: then it was not counted again."},
       {"used", "Units in the period, these among them if they were allowed."},
       {"limit", "Null: as much as one likes."},
       {"resets_at", "When the count starts anew."},
       {"code",
        "Why it was not allowed: `limit_reached`, `unknown_tenant`, `unknown_meter`, `invalid`, "
        "or `metering_unavailable`, which may be sent again."},
       {"detail", "The same as a sentence for people."},
       {"upgrade", "A plan with more, if there is one."}}};
}

Notes notes_on(const Decisions*) {
  return {"UsageEventList",
          "What was decided.",
          {{"data", "In the order in which they were sent."}, {"has_more", "Never."}}};
}

http::Operation reporting(Schemas& schemas) {
  const std::string tenant = to_string(example_id<TenantId>());
  const BatchBody body{{{tenant, "documents.api_calls", 3, "call-4711"}}};
  const Decision decision{.tenant_id = tenant,
                          .meter = "documents.api_calls",
                          .idempotency_key = "call-4711",
                          .allowed = true,
                          .duplicate = false,
                          .used = 415,
                          .limit = 10'000,
                          .resets_at = add_months(example_time(), 1)};
  return {.id = "create_usage_events",
          .tag = &about_usage,
          .summary = "Report usage, or ask whether it is allowed",
          .about =
              "Of any number of workspaces. What is allowed is counted for good before the "
              "answer is sent.",
          .body = http::body_like(schemas, body),
          .answers = {http::answer_like(schemas, 200, "What was decided.", Decisions{{decision}})}};
}

// --- Handlers

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

Decision begun(const EventBody& event) {
  return {
      .tenant_id = event.tenant_id, .meter = event.meter, .idempotency_key = event.idempotency_key};
}

Decision refused(const EventBody& event, const Fault& fault) {
  Decision answer = begun(event);
  answer.code = std::string(fault.code);
  answer.detail = fault.detail;
  return answer;
}

Decision decided(const EventBody& event, const Verdict& verdict) {
  Decision answer = begun(event);
  answer.allowed = verdict.allowed;
  answer.duplicate = verdict.duplicate;
  answer.used = verdict.used;
  answer.limit = verdict.limit;
  answer.resets_at = verdict.resets_at;
  return answer;
}

void explain(Decision& answer, const Problem& problem) {
  answer.code = problem.code;
  answer.detail = problem.detail;
  answer.upgrade = problem.upgrade;
}

Task<Decision> decide(Pages& pages, const http::Request& req, const EventBody& event) {
  if (const auto fault = fault_of(event, pages.catalog)) co_return refused(event, *fault);
  const TenantId tenant = *TenantId::parse(event.tenant_id);
  const Actor actor = access::product_in(tenant, *req.product_key, req.origin());
  try {
    const auto snapshot = co_await pages.gates.snapshot(actor);
    const Meter meter{event.meter};
    const Verdict verdict = co_await consume(pages.database, actor, *snapshot, meter, event.units(),
                                             "product:" + event.idempotency_key);
    Decision answer = decided(event, verdict);
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
  Decisions answers;
  for (const EventBody& event : body.events)
    answers.data.push_back(co_await decide(pages, req, event));
  co_return http::json(answers);
}

}  // namespace

bool declares_meter(const catalog::Catalog& catalog, std::string_view meter) {
  return std::ranges::any_of(catalog.declared().meters,
                             [&](const DeclaredKey& declared) { return declared.key == meter; });
}

void usage_event_routes(http::Router& at, Pages& pages) {
  auto with = at.with(pages);
  with.post("/api/v1/usage_events", add, http::product,
            described(reporting, {.body_limit = body_limit, .safe = true}));
}

}  // namespace freehold::metering
