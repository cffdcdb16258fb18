#include "billing/portal.hpp"

#include "audit/audit.hpp"
#include "billing/commands.hpp"
#include "billing/customers.hpp"
#include "billing/json_fields.hpp"
#include "core/async.hpp"

namespace freehold::billing {
namespace {

// Making a missing customer is the only thing here that can say that Stripe is away.
Task<std::optional<std::string>> customer_of(Billing& billing, const Actor& actor) {
  try {
    co_return co_await ensure_customer(billing, actor);
  } catch (const Problem& problem) {
    if (problem.code != "stripe_away") throw;
  }
  co_return std::nullopt;
}

}  // namespace

Task<std::optional<std::string>> open_portal(Billing& billing, const Actor& actor,
                                             std::string slug) {
  const auto customer = co_await customer_of(billing, actor);
  if (!customer) co_return std::nullopt;
  const Instant now = billing.clocks.machine.now();
  const NewCommand command{new_uuid(now),
                           std::string(kind::open_portal),
                           "/v1/billing_portal/sessions",
                           {{"customer", *customer},
                            {"return_url", billing.base_url + "/t/" + slug + "/billing/details"}}};
  db::ControlTx tx = billing.database.control(actor);
  co_await store_command(tx, command, now);
  const audit::Act act{
      .action = "billing.portal_opened", .target_type = "customer", .target_id = *customer};
  co_await audit::record(tx, act);
  co_await tx.commit();
  const Outcome outcome = co_await carry_out(billing, actor, command.id);
  if (outcome.state == Outcome::State::failed)
    throw Problem::conflict("stripe_refused", outcome.error);
  if (outcome.state == Outcome::State::pending) {
    co_await give_up(billing, actor, command.id);
    co_return std::nullopt;
  }
  const json::value session = json::parse(outcome.answer);
  co_return fields::text(fields::at(&session, "url"));
}

}  // namespace freehold::billing
