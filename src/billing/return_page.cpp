// Where people come back to from checkout. What the address says is not believed: the page waits
// for what Stripe says, by the same path that webhooks take.
#include <charconv>

#include "billing/handlers.hpp"
#include "billing/page_parts.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "html/frame.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::billing {
namespace {

constexpr auto pause = std::chrono::milliseconds(400);
constexpr int looks = 3;          // while one request waits
constexpr int refresh_after = 2;  // seconds
constexpr int most_refreshes = 10;

Task<bool> has_subscription(Billing& billing, const Actor& actor) {
  db::ControlRead db = billing.database.control_read(actor);
  const auto current = co_await current_subscription(db);
  co_return current.has_value();
}

// A worker may be at it already: then its result is waited for.
Task<bool> confirmed_soon(Billing& billing, const Actor& actor) {
  if (co_await has_subscription(billing, actor)) co_return true;
  co_await sync_now(billing, actor);
  for (int n = 0; n < looks; ++n) {
    if (co_await has_subscription(billing, actor)) co_return true;
    co_await sleep_for(pause);
  }
  co_return false;
}

int tries_of(const http::Request& req) {
  const std::string_view text = req.query.get("tries");
  int tries = 0;
  std::from_chars(text.data(), text.data() + text.size(), tries);
  return std::clamp(tries, 0, most_refreshes);
}

Task<http::Response> show_waiting(Billing& billing, http::Request& req, bool patient) {
  html::Frame frame = co_await frame_of(billing, req, "Confirming your payment");
  html::Message message{.title = patient ? "Waiting for the confirmation of your payment"
                                         : "Still confirming"};
  if (patient) {
    message.paragraphs = {"This takes a few seconds. The page goes on by itself."};
  } else {
    message.paragraphs = {
        "Stripe has not confirmed the payment yet. You can leave this page: we will email you, and "
        "the plan begins by itself.",
        "If you closed the payment page without paying, nothing was bought."};
  }
  message.actions = html::Buttons{
      {html::Action{.label = "Open billing", .url = billing_url(req), .kind = "secondary"}}};
  const json::value model = html::page_model(frame, to_json(message).as_object());
  co_return http::html(200, billing.views.render("html/message", model));
}

Task<http::Response> show_return(Billing& billing, http::Request& req, db::Database&) {
  if (co_await confirmed_soon(billing, req.actor()))
    co_return http::see_other(billing_url(req, "?done=started"));
  const int tries = tries_of(req);
  const bool patient = tries < most_refreshes;
  http::Response response = co_await show_waiting(billing, req, patient);
  if (patient)
    response.with_header("Refresh", fmt::format("{}; url={}?tries={}", refresh_after,
                                                billing_url(req, "/return"), tries + 1));
  co_return response;
}

// The same without a workspace in the address.
Task<http::Response> find_workspace(http::Request& req) {
  const std::string slug(req.query.get("workspace"));
  if (slug.empty() || tenancy::slug_mistake(slug)) co_return http::see_other("/select");
  co_return http::see_other("/t/" + slug + "/billing/return");
}

}  // namespace

void return_routes(http::Router& at, Billing& billing) {
  at.with(billing).get("/t/{slug}/billing/return", show_return, permissions::billing_read,
                       {.while_limited = true});
  at.get("/checkout/return", find_workspace, http::signed_in);
}

}  // namespace freehold::billing
