#include "billing/cards.hpp"

#include "audit/audit.hpp"
#include "billing/commands.hpp"
#include "billing/customers.hpp"
#include "billing/json_fields.hpp"
#include "core/async.hpp"

namespace freehold::billing {
namespace {

const db::TenantQuery<void, std::string, Instant> upsert_update{"billing.keep_card_update", R"(
  insert into billing.card_update (tenant_id, session_id, opened_at)
  values ($1, $2, $3)
      on conflict on constraint one_card_update_per_tenant
      do update set session_id = excluded.session_id, opened_at = excluded.opened_at)"};

const db::TenantQuery<std::string> select_update{"billing.card_update", R"(
  select session_id
    from billing.card_update
   where tenant_id = $1)"};

const db::TenantQuery<void, std::string> take_update{"billing.take_card_update", R"(
  delete from billing.card_update
   where tenant_id = $1 and session_id = $2)"};

Problem stripe_away() {
  return Problem::unavailable("stripe_away",
                              "Stripe is not answering right now. Nothing has changed; try again "
                              "in a few minutes.");
}

std::string currency_of(const std::optional<Mirror>& current, const catalog::Catalog& catalog) {
  if (current) return current->currency;
  for (const catalog::Plan& plan : catalog.plans())
    if (!plan.prices.empty()) return std::string(plan.prices.front().amount.currency.code());
  return "usd";
}

struct Entered {
  std::string status;  // open, complete, expired
  std::string payment_method;
};

// Nothing: Stripe does not answer.
Task<std::optional<Entered>> look_at(Stripe& stripe, std::string session_id) {
  const Params expand{{"expand[]", "setup_intent"}};
  try {
    const json::value session = co_await stripe.get("/v1/checkout/sessions/" + session_id, expand);
    const json::value* method = fields::at(&session, "setup_intent", "payment_method");
    const auto id = fields::text(method);
    co_return Entered{fields::text(fields::at(&session, "status")).value_or(""),
                      id ? *id : fields::text(fields::at(method, "id")).value_or("")};
  } catch (const StripeAway&) {
    co_return std::nullopt;
  }
}

// The customer's own, and each live subscription's.
Task<std::vector<Uuid>> order_card(db::ControlTx& tx, std::string method, Instant now) {
  std::vector<Uuid> orders;
  const auto customer = co_await find_customer(tx);
  const auto all = co_await subscriptions(tx);
  const std::vector<std::string_view> replaced{kind::set_customer_card,
                                               kind::set_subscription_card};
  co_await supersede(tx, replaced);
  if (customer) {
    const NewCommand command{new_uuid(now),
                             std::string(kind::set_customer_card),
                             "/v1/customers/" + customer->customer_id,
                             {{"invoice_settings[default_payment_method]", method}}};
    co_await store_command(tx, command, now);
    orders.push_back(command.id);
  }
  for (const Mirror& mirror : all) {
    if (!is_live(mirror)) continue;
    const NewCommand command{new_uuid(now),
                             std::string(kind::set_subscription_card),
                             "/v1/subscriptions/" + mirror.stripe_id,
                             {{"default_payment_method", method}}};
    co_await store_command(tx, command, now);
    orders.push_back(command.id);
  }
  co_return orders;
}

// Empty: somebody else has taken the page over, or it is none any more.
Task<std::vector<Uuid>> take_over(Billing& billing, const Actor& actor, std::string session_id,
                                  std::string method) {
  db::ControlTx tx = billing.database.control(actor);
  const auto taken = co_await tx.run(take_update, session_id);
  std::vector<Uuid> orders;
  if (taken > 0 && !method.empty()) {
    orders = co_await order_card(tx, method, billing.clocks.machine.now());
    const audit::Act act{
        .action = "billing.card_changed", .target_type = "payment_method", .target_id = method};
    co_await audit::record(tx, act);
  }
  co_await tx.commit();
  co_return orders;
}

Task<CardUpdate> pay_what_is_overdue(Billing& billing, const Actor& actor) {
  db::ControlRead db = billing.database.control_read(actor);
  const auto all = co_await invoices(db);
  CardUpdate outcome = CardUpdate::set;
  for (const Invoice& invoice : all) {
    if (!is_overdue(invoice)) continue;
    const PayOutcome payment = co_await pay_invoice(billing, actor, invoice.stripe_id);
    if (payment != PayOutcome::paid) outcome = CardUpdate::unpaid;
  }
  co_return outcome;
}

}  // namespace

Task<> keep_card_update(db::ControlTx& tx, std::string session) {
  const json::value object = json::parse(session);
  const auto id = fields::text(fields::at(&object, "id"));
  if (id) co_await tx.run(upsert_update, *id, tx.now());
}

Task<std::string> open_card_update(Billing& billing, const Actor& actor, std::string slug) {
  const std::string customer = co_await ensure_customer(billing, actor);
  db::ControlRead db = billing.database.control_read(actor);
  const auto current = co_await current_subscription(db);
  const std::string page = billing.base_url + "/t/" + slug + "/billing/card";
  const Instant now = billing.clocks.machine.now();
  const NewCommand command{new_uuid(now),
                           std::string(kind::open_card_update),
                           "/v1/checkout/sessions",
                           {{"mode", "setup"},
                            {"customer", customer},
                            {"currency", currency_of(current, billing.catalog)},
                            {"success_url", page + "/return"},
                            {"cancel_url", page}}};
  db::ControlTx tx = billing.database.control(actor);
  co_await store_command(tx, command, now);
  co_await tx.commit();
  const Outcome outcome = co_await carry_out(billing, actor, command.id);
  if (outcome.state == Outcome::State::pending) co_await give_up(billing, actor, command.id);
  if (outcome.state == Outcome::State::failed)
    throw Problem::conflict("stripe_refused", outcome.error);
  if (outcome.state != Outcome::State::done) throw stripe_away();
  const json::value session = json::parse(outcome.answer);
  const auto url = fields::text(fields::at(&session, "url"));
  if (!url) throw stripe_away();
  co_return *url;
}

Task<CardUpdate> finish_card_update(Billing& billing, const Actor& actor) {
  db::ControlRead db = billing.database.control_read(actor);
  const auto session = co_await db.find(select_update);
  if (!session) co_return CardUpdate::none;
  const auto entered = co_await look_at(billing.stripe, *session);
  if (!entered) co_return CardUpdate::away;
  if (entered->status == "open") co_return CardUpdate::waiting;
  const auto orders = co_await take_over(billing, actor, *session, entered->payment_method);
  if (orders.empty()) co_return CardUpdate::none;
  bool is_away = false;
  for (const Uuid order : orders) {
    const Outcome outcome = co_await carry_out(billing, actor, order);
    is_away = is_away || outcome.state == Outcome::State::pending;
  }
  if (is_away) co_return CardUpdate::away;
  co_await sync_now(billing, actor);
  co_return co_await pay_what_is_overdue(billing, actor);
}

}  // namespace freehold::billing
