// Letters about what a workspace pays: its trial, its plan, its payments.
#include "billing/billing.hpp"
#include "billing/card_trials.hpp"
#include "billing/retention.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "core/words.hpp"
#include "notify/letters.hpp"

namespace freehold::notify {
namespace {

using events::Job;

Task<> confirm_plan(Notify& notify, const Job& job) {
  const Place place = co_await place_of(notify, job);
  const catalog::Plan* plan = notify.catalog.find(text_of(job, "plan"));
  const std::string name = plan != nullptr ? plan->name : "new";
  Letter letter{.name = "subscription_started",
                .subject = "Your plan is active",
                .title = "Your plan is active"};
  letter.paragraphs = {
      fmt::format("{} is on the {} plan now. Thank you.", harmless(place.tenant.name), name),
      worded("Invoices, the card and cancelling are in the billing pages of the workspace.")};
  letter.button = button("Open billing", url_in(notify, place, "/billing"));
  co_await send_to_owner(notify, job, place, std::move(letter));
}

// A plan changes for many reasons; this is the one that no other letter tells of.
bool is_end_of_trial(const Notify& notify, const Job& job, const billing::Trial& trial) {
  return trial.ends_at && *trial.ends_at <= job.event.occurred_at &&
         text_of(job, "from") == trial.plan &&
         text_of(job, "to") == notify.catalog.default_plan().key;
}

Task<> tell_of_trial_end(Notify& notify, const Job& job) {
  db::ControlRead db = notify.database.control_read(job.actor());
  const auto trial = co_await billing::get_trial(db);
  const auto subscriptions = co_await billing::subscriptions(db);
  if (!subscriptions.empty() || !is_end_of_trial(notify, job, trial)) co_return;
  const Place place = co_await place_of(notify, job);
  Letter letter{
      .name = "trial_ended", .subject = "Your trial has ended", .title = "Your trial has ended"};
  letter.paragraphs = {after_end(notify, place),
                       "What the trial had on top comes back at once with a plan that has it."};
  letter.button = button("Compare plans", url_in(notify, place, "/billing/plans"));
  co_await send_to_owner(notify, job, place, std::move(letter));
}

Task<> tell_of_refused_trial(Notify& notify, const Job& job) {
  const Place place = co_await place_of(notify, job);
  Letter letter{.name = "trial_refused",
                .subject = "Your plan began without a trial",
                .title = "Your plan began without a trial"};
  letter.paragraphs = {
      worded("The card that was entered has had its trial in another workspace. There is one for "
             "each card, so the first period is charged at once."),
      fmt::format("{} has everything of its plan. If you do not want it without a trial, cancel it "
                  "in the billing pages.",
                  harmless(place.tenant.name))};
  letter.button = button("Open billing", url_in(notify, place, "/billing"));
  co_await send_to_owner(notify, job, place, std::move(letter));
}

Task<> confirm_end(Notify& notify, const Job& job) {
  const Place place = co_await place_of(notify, job);
  Letter letter{.name = "subscription_ended",
                .subject = "Your plan has ended",
                .title = "Your plan has ended"};
  letter.paragraphs = {after_end(notify, place)};
  db::ControlRead db = notify.database.control_read(job.actor());
  const auto retention = co_await billing::find_retention(db);
  if (retention && retention->purge_at())
    letter.paragraphs.push_back(
        fmt::format("What it has stored is kept until {}. It can be exported until then.",
                    format_date(*retention->purge_at())));
  letter.link = html::Action{.label = "Take everything along",
                             .url = url_in(notify, place, "/settings/export")};
  letter.button = button("Compare plans", url_in(notify, place, "/billing/plans"));
  co_await send_to_owner(notify, job, place, std::move(letter));
}

Task<> tell_of_recovery(Notify& notify, const Job& job) {
  const Place place = co_await place_of(notify, job);
  Letter letter{.name = "payment_recovered",
                .subject = "The payment went through",
                .title = "The payment went through"};
  letter.paragraphs = {fmt::format("The open invoice of {} is paid. Everything works as before.",
                                   harmless(place.tenant.name))};
  letter.button = button("Open billing", url_in(notify, place, "/billing"));
  co_await send_to_owner(notify, job, place, std::move(letter));
}

// The last of the reminders of an unpaid invoice says the same.
Task<bool> is_told_by_reminder(db::ControlRead& db) {
  const auto all = co_await billing::invoices(db);
  for (const billing::Invoice& invoice : all) {
    if (!billing::is_overdue(invoice)) continue;
    const std::string step = co_await billing::latest_dunning_step(db, invoice.stripe_id);
    if (step == "cut") co_return true;
  }
  co_return false;
}

struct Limit {
  std::string_view why;    // of a workspace by name
  std::string_view until;  // "when it is paid"
};

Limit limit_of(const std::optional<billing::Mirror>& current, const billing::Facts& known) {
  if (current && current->status == "paused")
    return {"The subscription of {} is paused.", "when it is resumed"};
  const bool overdue = std::ranges::any_of(known.invoices, billing::is_overdue);
  const auto& refunded = known.returned.refunded;
  if (!overdue && known.returned.disputed)
    return {"A payment of {} is disputed with the bank.", "when the dispute is decided"};
  if (!overdue && current && std::ranges::find(refunded, current->stripe_id) != refunded.end())
    return {"The last payment of {} was refunded.", "with the next payment"};
  return {"The open invoice of {} was not paid in time.", "when it is paid"};
}

// Only the way down is worth a letter of its own: the way up is told by the payment.
Task<> tell_of_access(Notify& notify, const Job& job) {
  if (text_of(job, "to") != name_of(entitlements::Access::limited)) co_return;
  db::ControlRead db = notify.database.control_read(job.actor());
  const bool is_told = co_await is_told_by_reminder(db);
  if (is_told) co_return;
  const Place place = co_await place_of(notify, job);
  Letter letter{.name = "read_only",
                .subject = worded("Your workspace is read-only"),
                .title = worded("Your workspace is read-only")};
  const auto current = co_await billing::current_subscription(db);
  const billing::Facts known = co_await billing::facts(db);
  const Limit limit = limit_of(current, known);
  letter.paragraphs = {
      fmt::format(fmt::runtime(limit.why), harmless(place.tenant.name)) +
      fmt::format(" Reading keeps working; everything else comes back at once {}.", limit.until)};
  letter.button = button("Open billing", url_in(notify, place, "/billing"));
  co_await send_to_owner(notify, job, place, std::move(letter));
}

}  // namespace

std::vector<Cause> plan_letters() {
  return {{"notify.trial_ended", entitlements::plan_changed, tell_of_trial_end},
          {"notify.subscription_started", billing::subscription_started, confirm_plan},
          {"notify.trial_refused", billing::trial_refused, tell_of_refused_trial},
          {"notify.subscription_ended", billing::subscription_ended, confirm_end},
          {"notify.payment_recovered", billing::payment_recovered, tell_of_recovery},
          {"notify.access_changed", entitlements::access_changed, tell_of_access}};
}

}  // namespace freehold::notify
