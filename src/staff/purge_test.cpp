// What staff see and decide after the end of a tenant's last subscription.
#include <doctest/doctest.h>

#include "core/json.hpp"
#include "staff/test_site.hpp"

using namespace freehold;
using namespace freehold::staff;

namespace {

constexpr std::string_view without_free_plan = R"(
[[plans]]
key = "ended"
name = "No plan"
default = true
locked = true
[[plans]]
key = "pro"
name = "Pro"
trial_days = 14
prices = [{ amount = 4900, currency = "usd", interval = "month" }]
)";

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

void end_now(Site& site) {
  const json::value list = json::parse(site.money.ask("GET", "/v1/subscriptions"));
  site.money.ask("DELETE",
                 "/v1/subscriptions/" + std::string(list.at("data").at(0).at("id").as_string()));
  site.settle();
}

http::Response decide(Site& site, const std::string& decision, const std::string& reason) {
  site.panel.get(site.path("/subscription"));
  return site.panel.post(site.path("/purge"), {{"decision", decision}, {"reason", reason}});
}

std::string decisions(const Site& site) {
  return site.world.rows(
      "select action, actor_type, reason from audit.event where reason is not null "
      "order by occurred_at");
}

}  // namespace

TEST_CASE(
    "staff see until when what a tenant stored is kept, and hold, release or cancel its end") {
  Site site;
  site.money.catalog = catalog::Catalog::parse(without_free_plan, {});
  site.enter();
  CHECK_FALSE(holds(site.page(site.path("/subscription")), "After the end"));
  site.money.buy("4242424242424242");
  site.advance(days(20));
  end_now(site);
  CHECK(holds(site.head(), "Locked"));
  const std::string words = site.page(site.path("/subscription"));
  CHECK(holds(words, "After the end"));
  CHECK(holds(words, "Deletion Scheduled"));
  CHECK(holds(words, "Last notice Not yet"));

  CHECK(decide(site, "hold", "too short").status == 422);
  CHECK(holds(decide(site, "hold", "too short").body, "Say why in 10 to 500 characters"));
  CHECK(decide(site, "anything", "a dispute is open").status == 422);
  CHECK(decide(site, "hold", "a dispute is open").status == 303);
  CHECK(holds(site.page(site.path("/subscription")), "Reason a dispute is open"));
  CHECK(decide(site, "hold", "a dispute is open").status == 409);
  CHECK(decide(site, "release", "it was settled").status == 303);
  CHECK(decide(site, "cancel", "they come back in spring").status == 303);
  CHECK(holds(site.page(site.path("/subscription")), "nothing is deleted"));
  CHECK(decide(site, "release", "it was settled").status == 409);
  CHECK(decisions(site) ==
        "purge.held staff a dispute is open\npurge.released staff it was settled\n"
        "purge.canceled staff they come back in spring\n");
}
