#include "billing/notices.hpp"

#include "core/words.hpp"

namespace freehold::billing {
namespace {

html::Callout callout(std::string kind, std::string icon, std::string title, std::string text) {
  return {.kind = std::move(kind),
          .icon = std::move(icon),
          .title = std::move(title),
          .text = std::move(text),
          .action = {}};
}

html::Callout of_pause(const Mirror& mirror) {
  const std::string reason = mirror.paused_reason.value_or("");
  if (reason == "trial_end_without_payment_method")
    return callout(
        "warn", "pause", "The trial is over, and there is no card",
        worded("Nothing is charged, and the workspace is read-only. With a card it can be "
               "resumed."));
  if (reason == "first_payment_failure" || reason == "final_payment_failure")
    return callout("bad", "pause", "Paused, because a payment failed",
                   worded("The workspace is read-only. Everything comes back at once when the "
                          "subscription is resumed with a card that works."));
  return callout("warn", "pause", "The subscription is paused",
                 worded("Nothing is charged, and the workspace is read-only. Resuming begins a new "
                        "period, which is charged at once; nothing was deleted."));
}

html::Callout of_end(const Billing& billing, Instant ends) {
  const std::string then =
      billing.catalog.has_free_plan()
          ? fmt::format("goes on with the {} plan", billing.catalog.default_plan().name)
          : "is locked until it has a plan again";
  return callout("warn", "clock", "Ends on " + format_date(ends),
                 fmt::format("Everything keeps working until then. After it the {} {}.",
                             words().workspace, then));
}

html::Callout of_change(const Billing& billing, const Mirror& mirror) {
  const std::string next = plan_name(billing.catalog, *mirror.pending_lookup_key);
  return callout("info", "calendar",
                 fmt::format("Changes to {} on {}", next, format_date(*mirror.pending_at)),
                 fmt::format("Until then everything of {} stays. From then on it costs {} {}.",
                             plan_name(billing.catalog, mirror.lookup_key),
                             money_text(*mirror.pending_amount, mirror.currency),
                             each(interval_of(*mirror.pending_interval))));
}

html::Callout of_collection(const Billing& billing, const Mirror& mirror) {
  const bool limited = billing.policy.collection_pause_access == entitlements::Access::limited;
  const std::string until =
      mirror.collection_resumes_at ? " until " + format_date(*mirror.collection_resumes_at) : "";
  return callout("info", "pause", "Nothing is charged for now",
                 fmt::format("Our support has stopped charging{}. {}", until,
                             limited ? worded("Until then the workspace is read-only.")
                                     : "Everything keeps working."));
}

}  // namespace

std::string plan_name(const catalog::Catalog& catalog, const std::string& lookup_key) {
  Mirror mirror;
  mirror.lookup_key = lookup_key;
  if (!knows_price(mirror, catalog)) return lookup_key;
  return catalog.find(plan_of(mirror, catalog))->name;
}

std::vector<html::Callout> notices_of(const Billing& billing, const Mirror& mirror, Instant now) {
  std::vector<html::Callout> notices;
  if (mirror.status == "paused") notices.push_back(of_pause(mirror));
  if (const auto ends = cancels_at(mirror)) notices.push_back(of_end(billing, *ends));
  if (mirror.pending_at) notices.push_back(of_change(billing, mirror));
  if (is_collection_paused(mirror, now)) notices.push_back(of_collection(billing, mirror));
  return notices;
}

std::optional<html::Callout> return_notice(const std::optional<std::string>& access_reason) {
  if (access_reason == "disputed")
    return callout(
        "bad", "alert_triangle", "Read-only: a payment is disputed",
        worded("The holder of the card has asked the bank for a payment of this workspace "
               "back. Reading keeps working; everything else comes back when the dispute "
               "is withdrawn or decided. If it was a mistake, tell the bank and write to "
               "our support."));
  if (access_reason == "refunded")
    return callout("bad", "alert_triangle", "Read-only: the last payment was refunded",
                   worded("What was paid for the plan went back in full. Reading keeps working; "
                          "everything else comes back with the next payment."));
  return {};
}

std::vector<Order> orders_of(const Billing& billing, const Mirror& mirror,
                             const http::Request& req) {
  std::vector<Order> orders;
  if (!req.actor().can(permissions::billing_manage)) return orders;
  if (mirror.status == "paused")
    orders.push_back({"Resume the subscription", billing_url(req, "/resume"), "Resuming…"});
  if (cancels_at(mirror))
    orders.push_back({"Keep the subscription", billing_url(req, "/cancel/undo")});
  if (mirror.pending_at)
    orders.push_back({"Keep " + plan_name(billing.catalog, mirror.lookup_key),
                      billing_url(req, "/change/undo")});
  return orders;
}

}  // namespace freehold::billing
