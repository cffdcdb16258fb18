// A payment that its cardholder disputes: known, told to staff, and access by the policy.
#include <doctest/doctest.h>

#include "billing/tasks.hpp"
#include "billing/test_site.hpp"
#include "core/json.hpp"

using namespace freehold;
using namespace freehold::billing;

namespace {

constexpr std::string_view card_that_disputes = "4000000000000259";

std::string only(Site& site, const std::string& what) {
  const json::value list = json::parse(site.ask("GET", what));
  REQUIRE(list.at("data").as_array().size() > 0);
  return std::string(list.at("data").at(0).at("id").as_string());
}

// Pays with a card whose first charge is disputed at once.
struct Disputed : Site {
  explicit Disputed(AfterReturn access = AfterReturn::keep) {
    billing.policy.dispute_access = access;
    sign_up();
    buy(std::string(card_that_disputes));
    advance(days(15));
  }
  std::string dispute() {
    return world.rows("select status, reason, amount, due_by is not null from billing.dispute");
  }
  std::string tasks() {
    return world.rows("select kind, resolved_at is null from billing.task order by since, id");
  }
  void answer(const std::string& evidence) {
    ask("POST", "/v1/disputes/" + only(*this, "/v1/disputes"),
        "evidence[uncategorized_text]=" + evidence + "&submit=true");
    advance(days(1));
  }
};

}  // namespace

TEST_CASE("a dispute is known with its date, waits for a person, and leaves access as it is") {
  Disputed site;
  CHECK(site.dispute() == "needs_response fraudulent 4900 t\n");
  CHECK(site.tasks() == "dispute t\n");
  CHECK(site.standing() == "pro full subscription -\n");
  CHECK(site.world.rows("select disputed from billing.charge") == "t\n");
  CHECK_FALSE(site.page("/t/acme/billing").contains("a payment is disputed"));
}

TEST_CASE("where the policy says so, a dispute leaves reading only until it is decided") {
  Disputed site(AfterReturn::limited);
  CHECK(site.standing() == "pro limited subscription -\n");
  CHECK(site.page("/t/acme/billing").contains("Read-only: a payment is disputed"));
  site.answer("winning_evidence");
  CHECK(site.dispute().starts_with("won "));
  CHECK(site.standing() == "pro full subscription -\n");
  CHECK_FALSE(site.page("/t/acme/billing").contains("a payment is disputed"));
  CHECK(site.tasks() == "dispute f\n");
}

TEST_CASE("a dispute that is lost is counted as money that is gone") {
  Disputed site;
  site.answer("losing_evidence");
  CHECK(site.dispute().starts_with("lost "));
  CHECK(site.tasks() == "dispute f\n");
}

TEST_CASE("the event of a dispute names no customer, and is followed by its charge") {
  Disputed site;
  CHECK(site.world.rows("select count(*) from billing.stripe_event where type like "
                        "'charge.dispute.%' and state = 'hint' and customer_id is not null") !=
        "0\n");
}
