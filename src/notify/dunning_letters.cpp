// Reminders of an unpaid invoice, one a step. What happened, why, until when, and the one thing
// that helps: the text follows the bank's reason.
#include "billing/billing.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "core/money.hpp"
#include "core/words.hpp"
#include "notify/letters.hpp"

namespace freehold::notify {
namespace {

using billing::Invoice;
using events::Job;

struct Reminder {
  std::string step;
  std::string reason;
  std::string until;  // "6 Dec 2026"
  std::string amount;
  std::string name;  // of the workspace
};

std::optional<Invoice> unpaid(std::vector<Invoice> invoices, const std::string& id) {
  const auto at = std::ranges::find(invoices, id, &Invoice::stripe_id);
  if (at == invoices.end() || !billing::is_overdue(*at)) return {};
  return *at;
}

std::string amount_of(const Invoice& invoice) {
  const auto currency = Currency::parse(invoice.currency).value_or(Currency::usd());
  return format_money({invoice.amount_remaining, currency});
}

struct Head {
  std::string_view letter;
  std::string subject;
};

Head head_of(const Reminder& reminder) {
  if (reminder.step == "first") {
    if (reminder.reason == "authentication_required")
      return {"payment_failed", "Confirm your payment"};
    return {"payment_failed", "A payment did not go through"};
  }
  if (reminder.step == "reminder") return {"payment_reminder", "An invoice is still unpaid"};
  if (reminder.step == "last_warning")
    return {"payment_last_warning", "Full access ends on " + reminder.until};
  return {"read_only", worded("Your workspace is read-only")};
}

std::string what_happened(const Reminder& r) {
  if (r.step == "first")
    return fmt::format("The payment of {} for {} did not go through.", r.amount, r.name);
  if (r.step == "reminder")
    return fmt::format("The invoice of {} for {} is still unpaid.", r.amount, r.name);
  if (r.step == "last_warning")
    return fmt::format("The invoice of {} for {} is unpaid, and full access ends on {}.", r.amount,
                       r.name, r.until);
  return fmt::format(
      "The invoice of {} for {} was not paid in time. Reading keeps working; everything else comes "
      "back at once when it is paid.",
      r.amount, r.name);
}

// The bank's reason, and what helps against it.
std::string what_helps(const Reminder& r, const Invoice& invoice) {
  if (r.reason == "authentication_required")
    return "The bank asks you to confirm the payment yourself. Trying again without you cannot "
           "succeed.";
  if (r.reason == "hard_decline")
    return "The bank does not accept this card any more. Use another one; the invoice is then paid "
           "with it.";
  if (r.reason == "no_payment_method") return "There is no card to charge. Add one.";
  if (invoice.next_attempt_at)
    return fmt::format(
        "The card is tried again on {}. If you would rather not wait, pay the invoice now or use "
        "another card.",
        format_date(*invoice.next_attempt_at));
  return "Pay the invoice or use another card.";
}

html::Action way_out(const Notify& notify, const Place& place, const Reminder& r,
                     const Invoice& invoice) {
  if (r.reason == "authentication_required" && invoice.hosted_invoice_url)
    return button("Confirm the payment", *invoice.hosted_invoice_url);
  return button("Open billing", url_in(notify, place, "/billing"));
}

Letter letter_of(const Notify& notify, const Place& place, const Reminder& r,
                 const Invoice& invoice) {
  const Head head = head_of(r);
  Letter letter{.name = std::string(head.letter), .subject = head.subject, .title = head.subject};
  letter.paragraphs = {what_happened(r), what_helps(r, invoice)};
  if (r.step == "first" || r.step == "reminder")
    letter.paragraphs.push_back(fmt::format("Everything keeps working until {}.", r.until));
  letter.button = way_out(notify, place, r, invoice);
  return letter;
}

// Nothing is sent when it was paid in the meantime, or when mail was held up for so long that a
// later step is due: that one says it all.
Task<> remind(Notify& notify, const Job& job) {
  db::ControlRead db = notify.database.control_read(job.actor());
  const auto invoice = unpaid(co_await billing::invoices(db), text_of(job, "invoice"));
  const std::string latest = co_await billing::latest_dunning_step(db, text_of(job, "invoice"));
  if (!invoice || latest != text_of(job, "step")) co_return;
  // Another subscription, or a trial that still runs, may give more than this one takes away.
  const auto standing = co_await entitlements::find_standing(db);
  const bool is_cut = standing && standing->access == entitlements::Access::limited;
  if (latest == "cut" && !is_cut) co_return;
  const Place place = co_await place_of(notify, job);
  const auto until = parse_rfc3339(text_of(job, "access_until"));
  const Reminder reminder{.step = text_of(job, "step"),
                          .reason = invoice->failure.value_or(text_of(job, "reason")),
                          .until = format_date(until.value_or(job.event.occurred_at)),
                          .amount = amount_of(*invoice),
                          .name = harmless(place.tenant.name)};
  co_await send_to_owner(notify, job, place, letter_of(notify, place, reminder, *invoice));
}

}  // namespace

std::vector<Cause> dunning_letters() {
  return {{"notify.dunning", billing::dunning_step_reached, remind}};
}

}  // namespace freehold::notify
