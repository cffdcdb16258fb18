#include "billing/refunds.hpp"

#include <algorithm>
#include <array>

#include "audit/audit.hpp"
#include "billing/commands.hpp"
#include "billing/ledger.hpp"
#include "billing/settlements.hpp"
#include "core/async.hpp"

namespace freehold::billing {
namespace {

constexpr std::size_t shortest_note = 10;
constexpr std::size_t longest_note = 500;
constexpr std::array refund_reasons{"duplicate", "fraudulent", "requested_by_customer"};
constexpr std::array credit_reasons{"duplicate", "fraudulent", "order_change",
                                    "product_unsatisfactory"};

const db::TenantQuery<Uuid, Uuid> select_ordered{"billing.find_ordered", R"(
  select id
    from billing.command
   where tenant_id = $1 and id = $2)"};

// What is known of an invoice's money when somebody wants some of it back.
struct Paid {
  Invoice invoice;
  Settlement settlement;
  Books money;
};

Task<Paid> look_up(Billing& billing, const Actor& actor, std::string invoice_id) {
  db::ControlRead db = billing.database.control_read(actor);
  const auto all = co_await invoices(db);
  Paid paid{.invoice = {}, .settlement = {}, .money = co_await books(db)};
  const auto at = std::ranges::find(all, invoice_id, &Invoice::stripe_id);
  if (at == all.end()) throw Problem::not_found("invoice");
  paid.invoice = *at;
  paid.settlement = settle({*at}, paid.money).front();
  co_return paid;
}

// Of the invoice's payments the one with the most left to give back.
struct Source {
  std::string payment_intent_id = {};
  std::int64_t left = 0;
};

Source source_of(const Paid& paid) {
  Source source;
  for (const Payment& payment : paid.money.payments) {
    if (payment.invoice_id != paid.invoice.stripe_id || !payment.payment_intent_id) continue;
    for (const Charge& charge : paid.money.charges) {
      const std::int64_t left = charge.amount - charge.amount_refunded;
      if (charge.payment_intent_id == payment.payment_intent_id && charge.status == "succeeded" &&
          left > source.left)
        source = {*payment.payment_intent_id, left};
    }
  }
  return source;
}

std::string text_of(std::int64_t minor, const std::string& currency) {
  return format_money({minor, Currency::parse(currency).value_or(Currency::usd())});
}

std::string words_of(std::int64_t minor, const Paid& paid) {
  return text_of(minor, paid.invoice.currency);
}

void check_amount(FieldErrors& errors, std::int64_t amount, std::int64_t most,
                  const std::string& currency) {
  if (most == 0) {
    errors.push_back({"amount", "Nothing of this invoice is left to give back."});
  } else if (amount < 1 || amount > most) {
    errors.push_back({"amount", "Enter an amount up to " + text_of(most, currency) + "."});
  }
}

void check_note(FieldErrors& errors, const std::string& note) {
  if (note.size() < shortest_note || note.size() > longest_note)
    errors.push_back({"note", "Say why, in 10 to 500 characters."});
}

template <std::size_t N>
void check_reason(FieldErrors& errors, const std::array<const char*, N>& known,
                  const std::string& reason) {
  if (std::ranges::find(known, reason) == known.end())
    errors.push_back({"reason", "Choose a reason."});
}

void refuse_if(FieldErrors errors) {
  if (!errors.empty()) throw Problem::invalid(std::move(errors));
}

// The same for the same key, so that an order that is repeated is one.
Uuid command_of(const Actor& actor, std::string_view kind, const std::string& key) {
  const Digest digest = sha256(fmt::format("{} {} {}", kind, to_string(actor.tenant()), key));
  Uuid id;
  std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
  return id;
}

Task<bool> is_ordered(Billing& billing, const Actor& actor, Uuid command) {
  db::ControlRead db = billing.database.control_read(actor);
  const auto known = co_await db.find(select_ordered, command);
  co_return known.has_value();
}

Task<> store(Billing& billing, const Actor& actor, const NewCommand& command,
             const audit::Act& act) {
  db::ControlTx tx = billing.database.control(actor);
  co_await store_command(tx, command, billing.clocks.machine.now());
  co_await audit::record(tx, act);
  co_await tx.commit();
}

Task<Ordered> finish(Billing& billing, const Actor& actor, Uuid command) {
  const Outcome outcome = co_await carry_out(billing, actor, command);
  if (outcome.state == Outcome::State::pending) co_return Ordered::queued;
  if (outcome.state == Outcome::State::failed)
    throw Problem::conflict("stripe_refused", outcome.error);
  co_await sync_now(billing, actor);
  co_return Ordered::carried_out;
}

NewCommand refund_command(Uuid id, const NewRefund& wanted, const Source& source) {
  return {.id = id,
          .kind = std::string(kind::refund),
          .path = "/v1/refunds",
          .params = {{"payment_intent", source.payment_intent_id},
                     {"amount", std::to_string(wanted.amount)},
                     {"reason", wanted.reason}}};
}

std::string_view parameter_of(GiveBack give_back) {
  if (give_back == GiveBack::refund) return "refund_amount";
  return give_back == GiveBack::balance ? "credit_amount" : "out_of_band_amount";
}

NewCommand credit_command(Uuid id, const NewCreditNote& wanted, bool paid) {
  const std::string amount = std::to_string(wanted.amount);
  NewCommand command{.id = id,
                     .kind = std::string(kind::credit_note),
                     .path = "/v1/credit_notes",
                     .params = {{"invoice", wanted.invoice_id},
                                {"amount", amount},
                                {"reason", wanted.reason},
                                {"memo", wanted.note}}};
  if (paid) command.params.emplace_back(parameter_of(wanted.give_back), amount);
  return command;
}

std::int64_t most_credited(const Paid& paid, GiveBack give_back) {
  const Settlement& of = paid.settlement;
  if (of.status == "open" || of.status == "uncollectible") return of.amount_remaining;
  if (of.status != "paid") return 0;
  const std::int64_t left = of.total - of.credited_after;
  return give_back == GiveBack::refund ? std::min(left, source_of(paid).left) : left;
}

// A subscription that is to end, and what its latest payment can give back; nothing was paid: none.
struct Ending {
  NewEnd wanted;
  std::optional<Paid> paid = {};
};

Task<Ending> look_up_ending(Billing& billing, const Actor& actor, NewEnd wanted) {
  FieldErrors errors;
  check_note(errors, wanted.note);
  refuse_if(std::move(errors));
  db::ControlRead db = billing.database.control_read(actor);
  auto all = co_await subscriptions(db);
  std::erase_if(all, [](const Mirror& mirror) { return !is_live(mirror); });
  if (find_same(all, wanted.subscription_id) == nullptr) throw Problem::not_found("subscription");
  if (all.size() < 2)
    throw Problem::conflict("only_subscription",
                            "It is the only subscription. Cancel it instead of ending it as one "
                            "too many.");
  Ending ending{.wanted = std::move(wanted)};
  for (const Invoice& invoice : co_await invoices(db)) {
    if (invoice.subscription_id != ending.wanted.subscription_id || invoice.amount_paid == 0)
      continue;
    ending.paid = co_await look_up(billing, actor, invoice.stripe_id);
    break;
  }
  co_return ending;
}

// Both commands in one transaction: whatever fails between them, the second one is not forgotten.
struct EndingIds {
  Uuid end;
  Uuid refund;
};

Task<> store_ending(Billing& billing, const Actor& actor, const Ending& ending, EndingIds ids) {
  const Instant now = billing.clocks.machine.now();
  const NewCommand end{.id = ids.end,
                       .kind = std::string(kind::end_now),
                       .path = "/v1/subscriptions/" + ending.wanted.subscription_id,
                       .params = {},
                       .method = "DELETE"};
  audit::Act act{.action = "subscription.ended_as_second",
                 .target_type = "subscription",
                 .target_id = ending.wanted.subscription_id,
                 .reason = ending.wanted.note};
  db::ControlTx tx = billing.database.control(actor);
  co_await store_command(tx, end, now);
  const Source source = ending.paid ? source_of(*ending.paid) : Source{};
  if (source.left > 0) {
    const NewRefund refund{.invoice_id = ending.paid->invoice.stripe_id,
                           .amount = source.left,
                           .reason = "duplicate",
                           .note = {},
                           .key = {}};
    co_await store_command(tx, refund_command(ids.refund, refund, source), now);
    act.changes.push_back({"refunded", {}, words_of(source.left, *ending.paid)});
  }
  co_await audit::record(tx, act);
  co_await tx.commit();
}

}  // namespace

Task<Ordered> refund_invoice(Billing& billing, const Actor& actor, NewRefund wanted) {
  const Uuid id = command_of(actor, kind::refund, wanted.key);
  if (co_await is_ordered(billing, actor, id)) co_return co_await finish(billing, actor, id);
  const Paid paid = co_await look_up(billing, actor, wanted.invoice_id);
  const Source source = source_of(paid);
  FieldErrors errors;
  check_amount(errors, wanted.amount, source.left, paid.invoice.currency);
  check_reason(errors, refund_reasons, wanted.reason);
  check_note(errors, wanted.note);
  refuse_if(std::move(errors));
  const NewCommand command = refund_command(id, wanted, source);
  const audit::Act act{.action = "billing.invoice_refunded",
                       .target_type = "invoice",
                       .target_id = wanted.invoice_id,
                       .changes = {{"refunded", {}, words_of(wanted.amount, paid)}},
                       .reason = wanted.note};
  co_await store(billing, actor, command, act);
  co_return co_await finish(billing, actor, id);
}

Task<Ordered> credit_invoice(Billing& billing, const Actor& actor, NewCreditNote wanted) {
  const Uuid id = command_of(actor, kind::credit_note, wanted.key);
  if (co_await is_ordered(billing, actor, id)) co_return co_await finish(billing, actor, id);
  const Paid paid = co_await look_up(billing, actor, wanted.invoice_id);
  FieldErrors errors;
  check_amount(errors, wanted.amount, most_credited(paid, wanted.give_back), paid.invoice.currency);
  check_reason(errors, credit_reasons, wanted.reason);
  check_note(errors, wanted.note);
  refuse_if(std::move(errors));
  const NewCommand command = credit_command(id, wanted, paid.invoice.status == "paid");
  const audit::Act act{.action = "billing.invoice_credited",
                       .target_type = "invoice",
                       .target_id = wanted.invoice_id,
                       .changes = {{"credited", {}, words_of(wanted.amount, paid)}},
                       .reason = wanted.note};
  co_await store(billing, actor, command, act);
  co_return co_await finish(billing, actor, id);
}

Task<Ordered> end_and_refund(Billing& billing, const Actor& actor, NewEnd wanted) {
  const Uuid id = command_of(actor, kind::end_now, wanted.key);
  const Uuid refund_id = command_of(actor, kind::refund, wanted.key);
  if (!co_await is_ordered(billing, actor, id)) {
    const Ending ending = co_await look_up_ending(billing, actor, wanted);
    co_await store_ending(billing, actor, ending, {id, refund_id});
  }
  const Ordered ended = co_await finish(billing, actor, id);
  if (!co_await is_ordered(billing, actor, refund_id)) co_return ended;
  const Ordered refunded = co_await finish(billing, actor, refund_id);
  co_return ended == Ordered::queued ? ended : refunded;
}

}  // namespace freehold::billing
