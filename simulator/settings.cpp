#include "simulator/settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "simulator/taxes.hpp"

namespace freehold::simulator {

namespace {

constexpr std::string_view settings_id = "settings";
constexpr std::array<std::string_view, 4> actions = {"cancel", "unpaid", "past_due", "pause"};

FinalAction action_of(std::string_view word) {
  const auto* const found = std::find(actions.begin(), actions.end(), word);
  return static_cast<FinalAction>(found - actions.begin());
}

json::array read_days(const Params& params) {
  json::array days;
  for (const std::string& text : params.texts("retry_days")) {
    std::int64_t day = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), day);
    const std::int64_t before = days.empty() ? 0 : days.back().as_int64();
    if (error != std::errc{} || end != text.data() + text.size() || day <= before)
      throw StripeError::invalid("Days after the first attempt, each later than the one before.",
                                 "retry_days");
    days.push_back(day);
  }
  return days;
}

}  // namespace

Settings settings_of(const State& state) {
  const json::object& kept = state.read_setting(settings_id);
  Settings settings{.retry_days = {state.config.retry_days.begin(), state.config.retry_days.end()},
                    .final_action = state.config.final_action,
                    .cancel_disputed = state.config.cancel_disputed,
                    .rate_limits = flag_of(kept, "rate_limits"),
                    .automatic_tax = number_of(kept, "automatic_tax"),
                    .upcoming_days = state.config.upcoming_days};
  if (is_set(kept, "retry_days")) {
    settings.retry_days.clear();
    for (const json::value& day : array_of(kept, "retry_days"))
      settings.retry_days.push_back(day.to_number<std::int64_t>());
  }
  if (is_set(kept, "final_action"))
    settings.final_action = action_of(text_of(kept, "final_action"));
  if (is_set(kept, "cancel_disputed")) settings.cancel_disputed = flag_of(kept, "cancel_disputed");
  settings.upcoming_days = number_of(kept, "upcoming_days", settings.upcoming_days);
  return settings;
}

json::value show_settings(State& state, Params&) {
  const Settings settings = settings_of(state);
  return json::object{{"object", "simulator.settings"},
                      {"retry_days", json::value_from(settings.retry_days)},
                      {"final_action", actions[static_cast<std::size_t>(settings.final_action)]},
                      {"cancel_disputed", settings.cancel_disputed},
                      {"rate_limits", settings.rate_limits},
                      {"automatic_tax", shown_percentage(settings.automatic_tax)},
                      {"upcoming_days", settings.upcoming_days}};
}

json::value set_settings(State& state, Params& params) {
  json::object& kept = state.setting(settings_id);
  if (params.has("retry_days")) kept["retry_days"] = read_days(params);
  if (const auto action = params.one_of("final_action", {"cancel", "unpaid", "past_due", "pause"}))
    kept["final_action"] = *action;
  if (const auto cancel = params.boolean("cancel_disputed")) kept["cancel_disputed"] = *cancel;
  if (const auto limits = params.boolean("rate_limits")) kept["rate_limits"] = *limits;
  if (params.has("automatic_tax")) kept["automatic_tax"] = read_percentage(params, "automatic_tax");
  if (const auto days = params.integer("upcoming_days"))
    kept["upcoming_days"] = std::clamp<std::int64_t>(*days, 0, 45);
  return show_settings(state, params);
}

}  // namespace freehold::simulator
