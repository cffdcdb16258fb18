// Leaving, in two steps at most, and taking it back.
#include "billing/handlers.hpp"
#include "billing/page_parts.hpp"
#include "billing/retention.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "core/words.hpp"
#include "html/frame.hpp"

namespace freehold::billing {
namespace {

struct CancelPage {
  html::Tabs tabs = {};
  std::string heading = {};
  std::string ends_at = {};
  std::string afterwards = {};
  std::vector<std::string> kept = {};
  std::vector<std::string> lost = {};
  std::string action = {};
  std::string back_url = {};
};
BOOST_DESCRIBE_STRUCT(CancelPage, (),
                      (tabs, heading, ends_at, afterwards, kept, lost, action, back_url))

// What the workspace has now and will not have on the free plan.
std::vector<std::string> lost_with(const catalog::Catalog& catalog, const catalog::Plan& from,
                                   const catalog::Plan& to) {
  std::vector<std::string> lost;
  for (const DeclaredKey& entry : catalog.declared().features) {
    if (from.has(Feature{entry.key}) && !to.has(Feature{entry.key})) lost.push_back(entry.label);
  }
  for (const auto* entries : {&catalog.declared().limits, &catalog.declared().meters}) {
    for (const DeclaredKey& entry : *entries) {
      const auto left = to.find_allowance(entry.key).value_or(catalog::Allowance(0));
      if (left) lost.push_back(entry.label + " beyond " + catalog::describe(left));
    }
  }
  return lost;
}

// What becomes of what is stored (retention.hpp).
std::string stored_words(const Billing& billing, const std::string& ends_at) {
  if (purges(billing.policy, billing.catalog))
    return fmt::format(
        "Everything that is stored is kept for {} days after {}, and can be exported; then it is "
        "deleted",
        billing.policy.retention / days(1), ends_at);
  if (!billing.catalog.has_free_plan()) return "Everything that is stored stays, and is exportable";
  return "Everything that is stored stays, readable and exportable";
}

CancelPage page_of(const Billing& billing, const http::Request& req, const Mirror& current) {
  const catalog::Catalog& catalog = billing.catalog;
  const catalog::Plan& free = catalog.default_plan();
  const catalog::Plan* plan = catalog.find(plan_of(current, catalog));
  const catalog::Plan& from = plan != nullptr ? *plan : free;
  const bool unpaid = current.status == "trialing";
  CancelPage page{.tabs = tabs_of(req), .heading = "Cancel " + from.name};
  page.ends_at = format_date(current.period_end);
  const std::string then = catalog.has_free_plan()
                               ? fmt::format("goes on with the {} plan", free.name)
                               : "is locked until it has a plan again";
  page.afterwards =
      fmt::format("Until then nothing changes{}. After it the {} {}.",
                  unpaid ? ", and the card is not charged" : "", words().workspace, then);
  page.kept = {
      stored_words(billing, page.ends_at), "Members, roles and API keys stay as they are",
      "You can take it back until " + page.ends_at + ", or choose a plan again at any time"};
  page.lost = lost_with(catalog, from, free);
  page.action = billing_url(req, "/cancel");
  page.back_url = billing_url(req);
  return page;
}

Task<http::Response> show_cancel(Billing& billing, http::Request& req, db::Database&) {
  db::ControlRead db = billing.database.control_read(req.actor());
  const auto current = co_await current_subscription(db);
  if (!current || cancels_at(*current)) co_return http::see_other(billing_url(req));
  const html::Frame frame = co_await frame_of(billing, req, "Cancel subscription");
  const CancelPage page = page_of(billing, req, *current);
  const json::value model = html::page_model(frame, to_json(page).as_object());
  co_return http::html(200, billing.views.render("billing/cancel", model));
}

Task<http::Response> cancel_it(Billing& billing, http::Request& req, db::Database&) {
  const Ordered ordered = co_await cancel(billing, req.actor());
  co_return http::see_other(
      billing_url(req, ordered == Ordered::queued ? "?done=queued" : "?done=canceled"));
}

Task<http::Response> keep_it(Billing& billing, http::Request& req, db::Database&) {
  const Ordered ordered = co_await undo_cancellation(billing, req.actor());
  co_return http::see_other(
      billing_url(req, ordered == Ordered::queued ? "?done=queued" : "?done=kept"));
}

}  // namespace

void cancel_routes(http::Router& at, Billing& billing) {
  using namespace permissions;
  auto with = at.with(billing);
  const http::Words open{.while_limited = true};
  with.get("/t/{slug}/billing/cancel", show_cancel, billing_manage, open);
  with.post("/t/{slug}/billing/cancel", cancel_it, billing_manage, open);
  with.post("/t/{slug}/billing/cancel/undo", keep_it, billing_manage, open);
}

}  // namespace freehold::billing
