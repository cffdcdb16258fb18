// What is ordered with one button: pausing, which the page of canceling offers; resuming and taking
// a scheduled change back, which the billing page offers.
#include "billing/handlers.hpp"
#include "billing/page_parts.hpp"
#include "core/async.hpp"

namespace freehold::billing {
namespace {

http::Response back(const http::Request& req, Ordered ordered, std::string_view done) {
  if (ordered == Ordered::queued) done = "queued";
  if (ordered == Ordered::unpaid) done = "still_paused";
  return http::see_other(billing_url(req, fmt::format("?done={}", done)));
}

Task<http::Response> pause_it(Billing& billing, http::Request& req, db::Database&) {
  const Ordered ordered = co_await pause(billing, req.actor());
  co_return back(req, ordered, "paused");
}

Task<http::Response> resume_it(Billing& billing, http::Request& req, db::Database&) {
  const Ordered ordered = co_await resume(billing, req.actor());
  co_return back(req, ordered, "resumed");
}

Task<http::Response> take_back(Billing& billing, http::Request& req, db::Database&) {
  const Ordered ordered = co_await withdraw_change(billing, req.actor());
  co_return back(req, ordered, "withdrawn");
}

}  // namespace

void pause_routes(http::Router& at, Billing& billing) {
  using namespace permissions;
  auto with = at.with(billing);
  const http::Words open{.while_limited = true};
  with.post("/t/{slug}/billing/pause", pause_it, billing_manage, open);
  with.post("/t/{slug}/billing/resume", resume_it, billing_manage, open);
  with.post("/t/{slug}/billing/change/undo", take_back, billing_manage, open);
}

}  // namespace freehold::billing
