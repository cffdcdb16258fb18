// What an invoice would be: everything is done as it would be done, looked at, and taken back.
// https://docs.stripe.com/api/invoices/create_preview
#include <functional>

#include "simulator/customers.hpp"
#include "simulator/invoices.hpp"
#include "simulator/render.hpp"
#include "simulator/subscription_changes.hpp"
#include "simulator/subscriptions.hpp"

namespace freehold::simulator {

namespace {

// The end of the current period as if it were now: a draft for the next one.
std::string draft_next(State& state, Record& subscription, bool cancels) {
  const Contents contents{.period = !cancels, .usage = unbilled_usage(state, subscription)};
  const std::int64_t began = period_begin(subscription.shown);
  state.now = period_end(subscription.shown);
  if (text_of(subscription.shown, "status") == "trialing") subscription.shown["status"] = "active";
  subscription.hidden["cycle"] = number_of(subscription.hidden, "cycle") + 1;
  set_periods(state, subscription);
  const std::string invoice = draft_invoice(state, subscription.id, "upcoming", contents);
  state.store.edit(kind::invoice, invoice).shown["period_start"] = began;
  return invoice;
}

// What the change is billed at once, or the next invoice after it.
std::string draft_change(State& state, const std::string& id, const Change& change, bool cancels) {
  Record& subscription = state.store.edit(kind::subscription, id);
  const auto contents = apply_change(state, subscription, change);
  if (contents) return draft_invoice(state, id, "subscription_update", *contents);
  return draft_next(state, subscription, cancels);
}

std::string preview_change(State& state, const Params& params, const std::string& id) {
  Record& subscription = state.store.edit(kind::subscription, id);
  const std::string status = text_of(subscription.shown, "status");
  if (status == "canceled" || status == "incomplete_expired")
    throw StripeError::invalid("There is no upcoming invoice: the subscription has ended.",
                               "subscription", "invoice_upcoming_none");
  const Params details = params.group("subscription_details");
  const Change change = read_change(state, details, subscription);
  const bool cancels = details.boolean("cancel_at_period_end")
                           .value_or(flag_of(subscription.shown, "cancel_at_period_end"));
  if (details.boolean("cancel_now").value_or(false)) {
    if (change.proration != "none")
      for (const json::value& item : array_of(object_of(subscription.shown, "items"), "data"))
        credit_unused(state, subscription, item.get_object(),
                      change.proration_date == 0 ? state.now : change.proration_date);
    return draft_invoice(state, id, "upcoming",
                         {.period = false, .usage = unbilled_usage(state, subscription)});
  }
  return draft_change(state, id, change, cancels);
}

std::string preview_start(State& state, const Params& params) {
  NewSubscription wanted;
  const Params details = params.group("subscription_details");
  wanted.customer = params.need_text("customer");
  live_customer(state, wanted.customer, "customer");
  wanted.items = read_items(state, details, "items");
  wanted.trial_end = read_trial_end(state, details);
  wanted.discounts = read_discounts(state, params).value_or(std::vector<DiscountWanted>{});
  return draft_start(state, wanted);
}

// A preview's ids are not those of an invoice that can be found.
json::object as_preview(const State& state, const Record& draft) {
  json::object invoice = render(state, draft);
  const std::string id = "upcoming_" + draft.id;
  invoice["id"] = id;
  json::object& lines = invoice["lines"].as_object();
  lines["url"] = "/v1/invoices/" + id + "/lines";
  for (json::value& line : lines["data"].as_array()) {
    line.as_object()["id"] = "il_tmp_" + text_of(line.get_object(), "id").substr(3);
    line.as_object()["invoice"] = id;
  }
  const std::int64_t left = number_of(invoice, "total") + number_of(invoice, "starting_balance");
  invoice["ending_balance"] = std::min<std::int64_t>(0, left);
  return invoice;
}

// Runs `draft`, which makes an invoice, looks at that, and takes everything back.
json::object previewed(State& state, const std::function<std::string()>& draft) {
  const std::int64_t now = state.now;
  std::int64_t ids = 0;
  json::object preview;
  state.store.attempt([&] {
    preview = as_preview(state, *state.store.find(kind::invoice, draft()));
    ids = number_of(state.read_setting("identity"), "made");
  });
  state.now = now;
  preview["created"] = now;
  state.setting("identity")["made"] = ids;  // an id is never given twice
  return preview;
}

}  // namespace

json::value create_preview(State& state, Params& params) {
  const auto subscription = params.text("subscription");
  const auto customer = params.text("customer");
  if (!subscription && !customer) params.need_text("customer");
  params.one_of("preview_mode", {"next"});
  if (subscription) {
    const Record& owner = state.get(kind::subscription, *subscription, "subscription");
    if (customer && text_of(owner.shown, "customer") != *customer)
      throw StripeError::no_such("subscription", *subscription, "subscription");
  }
  return previewed(state, [&] {
    return subscription ? preview_change(state, params, *subscription)
                        : preview_start(state, params);
  });
}

json::object preview_of_renewal(State& state, const std::string& subscription) {
  return previewed(state, [&] {
    return draft_next(state, state.store.edit(kind::subscription, subscription), false);
  });
}

json::object preview_of_change(State& state, const std::string& subscription,
                               const Change& change) {
  return previewed(state, [&] { return draft_change(state, subscription, change, false); });
}

}  // namespace freehold::simulator
