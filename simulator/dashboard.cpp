// The dashboard: the clock, the customers with what they pay, and the webhooks.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/async.hpp"
#include "simulator/customer_view.hpp"
#include "simulator/pages.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

namespace {

constexpr std::size_t shown_deliveries = 200;
constexpr std::int64_t longest_step = 3650;  // days

struct Step {
  std::string_view value;
  std::string_view label;
  Duration by;
};
const std::array steps = {
    Step{"hour", "1 hour", hours(1)},
    Step{"day", "1 day", days(1)},
    Step{"month", "30 days", days(30)},
};

json::object clock_model(const State& state, const std::optional<Instant>& next_due) {
  json::array buttons;
  for (const Step& step : steps)
    buttons.push_back(json::object{{"value", step.value}, {"label", step.label}});
  return {{"now", time_text(state.now)},
          {"next",
           next_due ? json::value(time_text(to_unix_seconds(*next_due))) : json::value(nullptr)},
          {"steps", std::move(buttons)}};
}

json::object attempt_model(const json::object& attempt) {
  const std::int64_t status = number_of(attempt, "status");
  const bool ok = status >= 200 && status < 300;
  return {{"at_text", time_text(number_of(attempt, "at"))},
          {"result", status == 0 ? text_of(attempt, "error") : std::to_string(status)},
          {"tone", ok ? "ok" : "bad"},
          {"milliseconds", number_of(attempt, "milliseconds")}};
}

json::object delivery_model(const State& state, const Record& delivery) {
  const std::string status = flag_of(delivery.hidden, "held") && delivery.kind == kind::delivery
                                 ? "held"
                                 : text_of(delivery.hidden, "status");
  const Record& event = *state.store.find(kind::event, text_of(delivery.hidden, "event"));
  const Record* endpoint = state.store.find(kind::endpoint, text_of(delivery.hidden, "endpoint"));
  const std::string tone = status == "delivered" ? "ok" : status == "pending" ? "warn" : "bad";
  json::array attempts;
  for (const json::value& attempt : array_of(delivery.hidden, "attempts"))
    attempts.push_back(attempt_model(attempt.get_object()));
  const bool none = attempts.empty();
  return {{"type", event.shown.at("type")},
          {"event", event.id},
          {"url", endpoint == nullptr ? json::value("an endpoint that was removed")
                                      : endpoint->shown.at("url")},
          {"at_text", time_text(number_of(event.shown, "created"))},
          {"status", json::object{{"label", status_text(status)}, {"tone", tone}, {"dot", true}}},
          {"attempts", std::move(attempts)},
          {"no_attempts", none}};
}

// Made and still to be made, those of the newest events first.
json::array newest_deliveries(const State& state) {
  std::vector<std::pair<std::uint64_t, const Record*>> found;
  for (const std::string_view kept_as : {kind::delivery, kind::past_delivery})
    for (const auto& [order, delivery] : state.store.all(kept_as)) {
      const Record& event = *state.store.find(kind::event, text_of(delivery.hidden, "event"));
      found.emplace_back(event.order, &delivery);
    }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return std::pair(a.first, a.second->order) > std::pair(b.first, b.second->order);
  });
  if (found.size() > shown_deliveries) found.resize(shown_deliveries);
  json::array rows;
  for (const auto& [order, delivery] : found) rows.push_back(delivery_model(state, *delivery));
  return rows;
}

std::optional<Instant> read_step(Desk& desk, const http::Fields& form) {
  const Instant now = desk.clock.now();
  const std::string_view step = form.get("step");
  for (const Step& known : steps)
    if (known.value == step) return now + known.by;
  if (step == "next") return desk.next_due();
  const std::string_view count = form.get("days");
  std::int64_t wanted = 0;
  const auto [end, error] = std::from_chars(count.data(), count.data() + count.size(), wanted);
  if (error != std::errc{} || end != count.data() + count.size()) return std::nullopt;
  if (wanted < 1 || wanted > longest_step) return std::nullopt;
  return now + days(wanted);
}

// Back to a page of ours, whatever the form says.
std::string way_back(const http::Fields& form) {
  const std::string_view to = form.get("return_to");
  return to.starts_with("/customers/") ? std::string(to) : "/";
}

}  // namespace

http::Response show_dashboard(Desk& desk) {
  json::object model;
  const auto next_due = desk.next_due();
  desk.look([&](State& state) {
    json::array customers;
    const Store::Rows& rows = state.store.all(kind::customer);
    for (auto row = rows.rbegin(); row != rows.rend(); ++row)
      if (!flag_of(row->second.shown, "deleted"))
        customers.push_back(customer_row(state, row->second));
    model["no_customers"] = customers.empty();
    model["customers"] = std::move(customers);
    model["clock"] = clock_model(state, next_due);
    model["return_to"] = "/";
  });
  return render_page(desk, {.name = "dashboard", .title = "Customers", .current = "/"},
                     std::move(model));
}

http::Response show_customer(Desk& desk, const std::string& id) {
  json::object model;
  const auto next_due = desk.next_due();
  desk.look([&](State& state) {
    model = customer_page(state, state.get(kind::customer, id, "id"));
    model["clock"] = clock_model(state, next_due);
    model["return_to"] = "/customers/" + id;
  });
  const std::string title = text_of(model, "heading");
  return render_page(desk, {.name = "customer", .title = title, .current = "/"}, std::move(model));
}

http::Response show_deliveries(Desk& desk) {
  json::object model;
  desk.look([&](State& state) {
    json::array endpoints;
    for (const auto& [order, endpoint] : state.store.all(kind::endpoint))
      endpoints.push_back(
          json::object{{"url", endpoint.shown.at("url")}, {"status", endpoint.shown.at("status")}});
    model["no_endpoints"] = endpoints.empty();
    model["endpoints"] = std::move(endpoints);
    json::array deliveries = newest_deliveries(state);
    model["no_deliveries"] = deliveries.empty();
    model["deliveries"] = std::move(deliveries);
  });
  return render_page(desk, {.name = "webhooks", .title = "Webhooks", .current = "/webhooks"},
                     std::move(model));
}

http::Response set_card(Desk& desk, const http::Request& request, const std::string& id) {
  const bool pays = request.form().get("card") == "pays";
  desk.look([&](State& state) { state.get(kind::customer, id, "id"); });
  desk.call({.method = "POST",
             .target = fmt::format("/_sim/customers/{}/{}", id, pays ? "fix_card" : "fail_card")});
  return http::see_other(way_back(request.form()));
}

http::Response dispute_payment(Desk& desk, const http::Request& request, const std::string& id) {
  const Answer answer =
      desk.call({.method = "POST", .target = fmt::format("/_sim/customers/{}/dispute", id)});
  if (answer.status != 200)
    return say(desk, 422, "There is nothing to dispute",
               "This customer has paid nothing, or the newest payment is disputed already.",
               {.label = "Go back", .url = way_back(request.form())});
  return http::see_other(way_back(request.form()));
}

http::Response decide_dispute_of(Desk& desk, const http::Request& request, const std::string& id) {
  const bool won = request.form().get("outcome") == "won";
  const Answer answer = desk.call({.method = "POST",
                                   .target = fmt::format("/_sim/disputes/{}/decide", id),
                                   .body = won ? "outcome=won" : "outcome=lost"});
  if (answer.status != 200)
    return say(desk, 422, "The bank has decided already", "This dispute is closed.",
               {.label = "Go back", .url = way_back(request.form())});
  return http::see_other(way_back(request.form()));
}

Task<http::Response> submit_clock(Desk& desk, http::Request& request) {
  const http::Fields& form = request.form();
  const std::optional<Instant> to = read_step(desk, form);
  if (!to)
    co_return say(desk, 422, "The clock stays where it is",
                  "Give a number of days between 1 and 3650. If you asked for the next event: "
                  "nothing is due.",
                  {.label = "Go back", .url = way_back(form)});
  co_await desk.advance(*to);
  co_return http::see_other(way_back(form));
}

}  // namespace freehold::simulator
