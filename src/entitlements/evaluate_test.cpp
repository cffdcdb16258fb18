#include <doctest/doctest.h>

#include "core/json.hpp"
#include "entitlements/entitlements.hpp"

using namespace freehold;
using namespace freehold::entitlements;

namespace {

constexpr Feature export_feature{"documents.export"};
constexpr Limit documents{"documents.documents"};

const catalog::Catalog& plans() {
  static const auto parsed =
      catalog::Catalog::parse(R"(
[[plans]]
key = "free"
name = "Free"
default = true
limits = { "documents.documents" = 10 }
meters = { "documents.api_calls" = 100 }
[[plans]]
key = "pro"
name = "Pro"
features = ["documents.export"]
limits = { "documents.documents" = 1000 }
meters = { "documents.api_calls" = "unlimited" }
rates = { api = 600 }
prices = [{ amount = 4900, currency = "usd", interval = "month" }]
)",
                              {.features = {{"documents.export", "Export"}},
                               .limits = {{"documents.documents", "Documents"}},
                               .meters = {{"documents.api_calls", "API calls"}}});
  return parsed;
}

Instant day(int n) {
  return from_unix_seconds(1'800'000'000) + days(n);
}

Standing standing(std::string plan, Access access) {
  return {.plan = plan,
          .access = access,
          .then_plan = "free",
          .then_access = Access::full,
          .usage_anchor = day(0)};
}

std::string show(const Snapshot& s, Instant now) {
  const auto limit = s.allowance(documents.key);
  return fmt::format(
      "{} {} export:{} documents:{}{} next:{}", s.plan, name_of(s.access),
      s.is_enabled(export_feature) ? "on" : "off", catalog::describe(limit),
      s.overridden ? " overridden" : "",
      s.next_change_at ? std::to_string((*s.next_change_at - now) / days(1)) : "never");
}

std::string evaluated(const Standing& standing, const std::vector<Override>& overrides,
                      Instant now) {
  return show(evaluate(standing, overrides, plans(), now), now);
}

Override grant(OverrideKind kind, std::string key, std::string value,
               std::optional<Instant> until = {}) {
  return {.kind = kind,
          .key = std::move(key),
          .value = std::move(value),
          .starts_at = day(0),
          .expires_at = until};
}

}  // namespace

TEST_CASE("what each plan and access level gives") {
  std::string table;
  for (const char* plan : {"free", "pro"}) {
    for (Access access : {Access::full, Access::grace, Access::limited, Access::none})
      table += evaluated(standing(plan, access), {}, day(1)) + "\n";
  }
  CHECK(table ==
        "free full export:off documents:10 next:never\n"
        "free grace export:off documents:10 next:never\n"
        "free limited export:off documents:10 next:never\n"
        "free none export:off documents:10 next:never\n"
        "pro full export:on documents:1,000 next:never\n"
        "pro grace export:on documents:1,000 next:never\n"
        "pro limited export:off documents:1,000 next:never\n"
        "pro none export:off documents:1,000 next:never\n");
}

TEST_CASE("a trial ends by itself when its time has come") {
  Standing trial = standing("pro", Access::full);
  trial.next_change_at = day(14);
  CHECK(evaluated(trial, {}, day(13)) == "pro full export:on documents:1,000 next:1");
  CHECK(evaluated(trial, {}, day(14)) == "free full export:off documents:10 next:never");
}

TEST_CASE("an override wins until it expires") {
  const Standing free = standing("free", Access::full);
  const auto plan = grant(OverrideKind::plan, "pro", "", day(5));
  const auto feature = grant(OverrideKind::feature, "documents.export", "on");
  const auto limit = grant(OverrideKind::limit, "documents.documents", "unlimited", day(3));
  CHECK(evaluated(free, {plan}, day(1)) == "pro full export:on documents:1,000 overridden next:4");
  CHECK(evaluated(free, {plan}, day(5)) == "free full export:off documents:10 next:never");
  CHECK(evaluated(free, {feature, limit}, day(1)) ==
        "free full export:on documents:unlimited overridden next:2");
  CHECK(evaluated(free, {feature, limit}, day(3)) ==
        "free full export:on documents:10 overridden next:never");
  CHECK(evaluated(standing("pro", Access::limited), {plan}, day(1)) ==
        "pro full export:on documents:1,000 overridden next:4");
  CHECK(evaluated(standing("pro", Access::full),
                  {grant(OverrideKind::feature, "documents.export", "off")},
                  day(1)) == "pro full export:off documents:1,000 overridden next:never");
}

TEST_CASE("a plan that was taken out of the catalogue falls back to the default") {
  CHECK(evaluated(standing("gone", Access::full), {}, day(1)) ==
        "free full export:off documents:10 next:never");
}

TEST_CASE("a refusal says the fact and the cheapest way out") {
  const Snapshot free = evaluate(standing("free", Access::full), {}, plans(), day(1));
  const Problem problem = not_in_plan(free, export_feature, plans(), "/t/acme/billing/plans");
  CHECK(problem.status == 402);
  CHECK(problem.code == "not_in_plan");
  CHECK(problem.detail ==
        "The Free plan does not include Export. The Pro plan does, for $49.00 a month.");
  CHECK(problem.upgrade->plan == "pro");
  CHECK_NOTHROW(require_below_limit(free, documents, 9, plans(), ""));
  try {
    require_below_limit(free, documents, 10, plans(), "/t/acme/billing/plans");
    FAIL("the limit was not held");
  } catch (const Problem& refused) {
    CHECK(refused.detail ==
          "Documents: 10 of 10 are in use, which is all that the Free plan allows. Delete some, or "
          "choose a plan with more.");
    CHECK(refused.upgrade->price == "$49.00 a month");
  }
}

TEST_CASE("usage is counted by the month from its anchor, whichever side of now it lies on") {
  const auto period = [](std::string_view anchor, std::string_view now) {
    const Standing standing{.usage_anchor = *parse_rfc3339(anchor)};
    const Period found = usage_period(standing, *parse_rfc3339(now));
    return to_rfc3339(found.start) + " " + to_rfc3339(found.end);
  };
  CHECK(period("2026-01-31T10:00:00Z", "2026-01-31T10:00:00Z") ==
        "2026-01-31T10:00:00Z 2026-02-28T10:00:00Z");
  CHECK(period("2026-01-31T10:00:00Z", "2026-02-28T09:59:59Z") ==
        "2026-01-31T10:00:00Z 2026-02-28T10:00:00Z");
  CHECK(period("2026-01-31T10:00:00Z", "2026-03-01T00:00:00Z") ==
        "2026-02-28T10:00:00Z 2026-03-31T10:00:00Z");
  CHECK(period("2024-02-29T00:00:00Z", "2026-11-22T00:00:00Z") ==
        "2026-10-29T00:00:00Z 2026-11-29T00:00:00Z");
  CHECK(period("2027-01-15T00:00:00Z", "2026-11-22T00:00:00Z") ==
        "2026-11-15T00:00:00Z 2026-12-15T00:00:00Z");
}

TEST_CASE("add-ons add to what the plan allows, as often as they were bought, and end with it") {
  const auto catalog = catalog::Catalog::parse(R"(
[[plans]]
key = "free"
name = "Free"
default = true
limits = { "documents.documents" = 10 }
[[plans]]
key = "pro"
name = "Pro"
limits = { "documents.documents" = 1000 }
meters = { "documents.api_calls" = "unlimited" }
prices = [{ amount = 4900, currency = "usd", interval = "month" }]
[[addons]]
key = "storage"
name = "Storage"
max_quantity = 9
limits = { "documents.documents" = 500 }
meters = { "documents.api_calls" = 10 }
prices = [{ amount = 900, currency = "usd", interval = "month" }]
[[addons]]
key = "export"
name = "Export"
features = ["documents.export"]
prices = [{ amount = 900, currency = "usd", interval = "month" }]
)",
                                               {.features = {{"documents.export", "Export"}},
                                                .limits = {{"documents.documents", "Documents"}},
                                                .meters = {{"documents.api_calls", "API calls"}}});
  Standing bought = standing("pro", Access::full);
  bought.addons = "export=1 gone=4 storage=3";
  bought.next_change_at = day(10);
  const Snapshot now = evaluate(bought, {}, catalog, day(1));
  CHECK(now.allowance("documents.documents") == catalog::Allowance{2500});
  CHECK(now.allowance("documents.api_calls") == catalog::Allowance{});
  CHECK(now.is_enabled(export_feature));
  const Snapshot then = evaluate(bought, {}, catalog, day(10));
  CHECK(then.allowance("documents.documents") == catalog::Allowance{10});
  CHECK_FALSE(then.is_enabled(export_feature));
  bought.then_plan = "pro";
  CHECK(evaluate(bought, {}, catalog, day(10)).is_enabled(export_feature));
}
