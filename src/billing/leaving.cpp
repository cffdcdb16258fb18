// Canceling: at the end of the paid period or now, and taking it back.
#include <algorithm>

#include "billing/wishes.hpp"
#include "core/async.hpp"

namespace freehold::billing {
namespace {

Params details_of(const Cancellation& cancellation) {
  Params params;
  if (!cancellation.feedback.empty())
    params.emplace_back("cancellation_details[feedback]", cancellation.feedback);
  if (!cancellation.comment.empty())
    params.emplace_back("cancellation_details[comment]", cancellation.comment);
  return params;
}

void require_valid(const Cancellation& cancellation) {
  FieldErrors errors;
  const auto said = std::ranges::find(cancellation_feedbacks, cancellation.feedback);
  if (!cancellation.feedback.empty() && said == cancellation_feedbacks.end())
    errors.push_back({"feedback", "Choose one of the reasons."});
  if (cancellation.comment.size() > longest_cancellation_comment)
    errors.push_back({"comment", "At most 500 characters."});
  if (!errors.empty()) throw Problem::invalid(std::move(errors));
}

std::vector<audit::Change> changes_of(const Cancellation& cancellation, Instant ends) {
  std::vector<audit::Change> changes{{"ends_at", std::nullopt, to_rfc3339(ends)}};
  if (!cancellation.feedback.empty())
    changes.push_back({"feedback", std::nullopt, cancellation.feedback});
  if (!cancellation.comment.empty())
    changes.push_back({"comment", std::nullopt, cancellation.comment});
  return changes;
}

Task<Ordered> end_now(Billing& billing, const Actor& actor, const Mirror& current,
                      const Cancellation& cancellation) {
  const auto word = [](bool yes) { return yes ? "true" : "false"; };
  Params params = details_of(cancellation);
  params.emplace_back("invoice_now", word(billing.policy.cancel_now_invoices));
  params.emplace_back("prorate", word(billing.policy.cancel_now_prorates));
  Call call = on_subscription(kind::cancel_now, current, std::move(params));
  call.method = "DELETE";
  std::vector<Call> calls{std::move(call)};
  const Wish wish{.action = "subscription.ended",
                  .subscription = current.stripe_id,
                  .calls = without_schedule(current, std::move(calls)),
                  .changes = changes_of(cancellation, billing.clocks.business.now())};
  co_return co_await carry_out_wish(billing, actor, wish);
}

}  // namespace

Task<Ordered> cancel(Billing& billing, const Actor& actor, Cancellation cancellation) {
  require_valid(cancellation);
  const Mirror current = co_await need_subscription(billing, actor);
  if (cancellation.when == CancelWhen::now)
    co_return co_await end_now(billing, actor, current, cancellation);
  if (cancels_at(current)) co_return Ordered::carried_out;
  if (current.status == "paused")
    throw Problem::conflict("subscription_paused",
                            "A paused subscription has no period that ends. Cancel it now, or "
                            "resume it.");
  Params params = details_of(cancellation);
  params.emplace_back("cancel_at_period_end", "true");
  std::vector<Call> calls{on_subscription(kind::set_cancellation, current, std::move(params))};
  const Wish wish{.action = "subscription.canceled",
                  .subscription = current.stripe_id,
                  .calls = without_schedule(current, std::move(calls)),
                  .changes = changes_of(cancellation, current.period_end)};
  co_return co_await carry_out_wish(billing, actor, wish);
}

Task<Ordered> undo_cancellation(Billing& billing, const Actor& actor) {
  const Mirror current = co_await need_subscription(billing, actor);
  // Nothing that has a schedule can be canceled, and the change that it brings is not in question.
  if (current.schedule_id && !cancels_at(current)) co_return Ordered::carried_out;
  // Stripe says it in one of two fields, and takes one at a time. Both are cleared, even when our
  // copy knows of no cancellation: whoever canceled at Stripe's own pages may have been faster.
  std::vector<Call> calls{
      on_subscription(kind::set_cancellation, current, {{"cancel_at_period_end", "false"}}),
      on_subscription(kind::set_cancellation, current, {{"cancel_at", ""}})};
  const std::string ends = to_rfc3339(cancels_at(current).value_or(current.period_end));
  const Wish wish{.action = "subscription.cancellation_undone",
                  .subscription = current.stripe_id,
                  .calls = std::move(calls),
                  .changes = {{"ends_at", ends, std::nullopt}}};
  co_return co_await carry_out_wish(billing, actor, wish);
}

}  // namespace freehold::billing
