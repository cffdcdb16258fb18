// What goes wrong on purpose, as forms: the plan of the webhooks, those that are held, and the
// faults that wait for calls. They are the controls under /_sim.
#include <algorithm>
#include <array>

#include "simulator/deliveries.hpp"
#include "simulator/faults.hpp"
#include "simulator/pages.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

namespace {

struct Choice {
  std::string_view name;
  std::string_view label;
};
constexpr std::array numbers = {
    Choice{"drop_every", "Never send every n-th"},
    Choice{"duplicate_every", "Send every n-th twice"},
    Choice{"delay_seconds", "Delay all by seconds"},
    Choice{"shuffle_seed", "Shuffle, by this seed"},
    Choice{"corrupt_every", "Sign every n-th wrongly"},
    Choice{"stale_every", "Sign every n-th as of an hour ago"},
    Choice{"older_every", "Render every n-th in version 2023-08-16"},
    Choice{"thin_every", "Send the thin twin of every n-th too"},
};
constexpr std::array kinds = {
    Choice{"lost", "Lost answer"}, Choice{"timeout", "Silence"},
    Choice{"error", "500"},        Choice{"saved_error", "500, remembered"},
    Choice{"rate_limit", "429"},   Choice{"lock_timeout", "429, a lock"},
    Choice{"conflict", "409"},     Choice{"pass", "Let it pass"},
};

std::string label_of_kind(const std::string& kind) {
  const auto* const found =
      std::find_if(kinds.begin(), kinds.end(), [&](const Choice& one) { return one.name == kind; });
  return found == kinds.end() ? kind : std::string(found->label);
}

json::object answer_of(Desk& desk, const std::string& path) {
  return json::parse(desk.call({.method = "GET", .target = path}).body).as_object();
}

void add_plan(const json::object& plan, json::object& model) {
  json::array fields;
  bool planned = flag_of(plan, "hold") || flag_of(plan, "reverse");
  for (const Choice& number : numbers) {
    const std::int64_t value = number_of(plan, number.name);
    planned = planned || value != 0;
    fields.push_back(
        json::object{{"name", number.name}, {"label", number.label}, {"value", value}});
  }
  model["numbers"] = std::move(fields);
  model["planned"] = planned;
  model["reverse"] = flag_of(plan, "reverse");
  model["hold"] = flag_of(plan, "hold");
  model["held"] = plan.at("held");
}

void add_faults(const json::object& list, json::object& model) {
  json::array choices;
  for (const Choice& kind : kinds)
    choices.push_back(json::object{{"value", kind.name}, {"label", kind.label}});
  json::array rows;
  for (const json::value& value : array_of(list, "data")) {
    const json::object& fault = value.get_object();
    const std::string method = text_of(fault, "method");
    rows.push_back(json::object{{"label", label_of_kind(text_of(fault, "kind"))},
                                {"method", method.empty() ? "Any" : method},
                                {"path", fault.at("path")},
                                {"count", fault.at("count")}});
  }
  model["kinds"] = std::move(choices);
  model["no_faults"] = rows.empty();
  model["faults"] = std::move(rows);
}

// The fields of the form that a control knows.
json::object fields_of(const http::Fields& form, std::initializer_list<std::string_view> names) {
  json::object fields;
  for (const std::string_view name : names)
    if (const std::string_view value = form.get(name); !value.empty()) fields[name] = value;
  return fields;
}

// Does what the control does, and goes back to the page.
http::Response carry_out(Desk& desk, json::value (*control)(State&, Params&), json::object fields) {
  try {
    desk.change([&](State& state) {
      Params params(std::move(fields));
      control(state, params);
    });
  } catch (const StripeError& error) {
    return say(desk, 422, "That does not work", error.message,
               {.label = "Go back", .url = "/chaos"});
  }
  return http::see_other("/chaos");
}

json::object plan_of(const http::Fields& form) {
  if (form.get("act") == "clear") return {};
  return fields_of(
      form, {"drop_every", "duplicate_every", "delay_seconds", "shuffle_seed", "corrupt_every",
             "stale_every", "older_every", "thin_every", "reverse", "hold"});
}

json::object order_of(const http::Fields& form) {
  if (form.get("order") == "reverse") return {{"reverse", "true"}};
  if (form.get("order") == "shuffle") return {{"shuffle_seed", "1"}};
  return {};
}

}  // namespace

http::Response show_chaos(Desk& desk) {
  json::object model;
  add_plan(answer_of(desk, "/_sim/webhooks/plan"), model);
  add_faults(answer_of(desk, "/_sim/faults"), model);
  return render_page(desk, {.name = "chaos", .title = "What goes wrong", .current = "/chaos"},
                     std::move(model));
}

http::Response submit_chaos(Desk& desk, const http::Request& request) {
  const http::Fields& form = request.form();
  if (request.path == "/chaos/plan") return carry_out(desk, set_webhook_plan, plan_of(form));
  if (request.path == "/chaos/release") return carry_out(desk, release_webhooks, order_of(form));
  if (form.get("act") == "clear") return carry_out(desk, clear_faults, {});
  return carry_out(desk, add_fault, fields_of(form, {"kind", "path", "count"}));
}

}  // namespace freehold::simulator
