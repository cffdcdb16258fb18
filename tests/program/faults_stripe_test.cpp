// Stripe is away: people come and work all the same, buying says that it has to wait, and nothing
// has to be done by hand when it is back.
#include <doctest/doctest.h>

#include "tests/program/rows.hpp"
#include "tests/program/workspace.hpp"

using namespace freehold;
using namespace freehold::program;

TEST_CASE("sign-up and work go on without Stripe, buying waits, and the customer is made later") {
  const auto scratch = new_database();
  const std::string database = scratch.admin();
  app::Settings settings = settings_for(database);
  settings.stripe_url = fmt::format("http://127.0.0.1:{}", free_port());
  Program program(settings);
  Workspace workspace = sign_up(program, database, "ada@example.com", "Acme");
  CHECK(standing(workspace) == "pro full trial\n");
  CHECK(workspace.owner.get(workspace.path("/billing")).status == 200);
  CHECK(workspace.owner.get(workspace.path("/billing/plans")).status == 200);

  workspace.owner.get(workspace.path("/billing/change?plan=pro&interval=month"));
  const auto refused = workspace.owner.post(workspace.path("/billing/change"),
                                            {{"plan", "pro"}, {"interval", "month"}});
  CHECK(refused.status == 503);
  CHECK(refused.body.contains("othing was bought"));
  CHECK(value(database, "select count(*) from billing.customer") == "0");
  CHECK(value(database, "select count(*) from billing.checkout") == "0");

  Stripe stripe(settings);
  program.machine().advance(minutes(30));
  program.settle_until(
      [&] { return value(database, "select count(*) from billing.customer") == "1"; });
  sync_prices(program);
  buy(workspace, stripe);
  CHECK(standing(workspace) == "pro full subscription\n");
}
