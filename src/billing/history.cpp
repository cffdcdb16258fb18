#include "billing/history.hpp"

#include <fmt/format.h>
#include <rapidcheck.h>

namespace freehold::billing {
namespace {

constexpr int most_steps = 8;
constexpr int most_tries = 60;  // at a simpler one

rc::Gen<Act> act() {
  return rc::gen::weightedElement<Act>({{6, Act::buy},
                                        {1, Act::buy_in_two_tabs},
                                        {6, Act::change},
                                        {4, Act::change_addons},
                                        {4, Act::cancel},
                                        {3, Act::keep},
                                        {4, Act::pay},
                                        {2, Act::sync_now},
                                        {1, Act::grant},
                                        {1, Act::revoke},
                                        {2, Act::wait_hours},
                                        {6, Act::wait_days},
                                        {6, Act::wait_a_month},
                                        {5, Act::card_fails},
                                        {2, Act::card_works},
                                        {2, Act::portal_cancels},
                                        {1, Act::cancel_at_once},
                                        {1, Act::second_subscription},
                                        {1, Act::refund},
                                        {1, Act::write_off},
                                        {1, Act::void_invoice},
                                        {1, Act::pause_collection},
                                        {1, Act::resume_collection},
                                        {1, Act::delete_customer}});
}

// Whatever the size: a short history is no plainer than a long one.
rc::Gen<int> detail() {
  return rc::gen::resize(rc::kNominalSize, rc::gen::inRange(0, 10));
}

rc::Gen<Step> step() {
  return rc::gen::map(rc::gen::pair(act(), detail()), [](const std::pair<Act, int>& drawn) {
    return Step{drawn.first, drawn.second};
  });
}

// Most have bought something before anything else happens to them.
rc::Gen<History> history() {
  const auto later = rc::gen::container<History>(step());
  const auto first = rc::gen::weightedElement<Act>(
      {{8, Act::buy}, {1, Act::buy_in_two_tabs}, {1, Act::wait_a_month}});
  return rc::gen::map(rc::gen::tuple(first, detail(), later),
                      [](std::tuple<Act, int, History> drawn) {
                        auto& [act, detail, steps] = drawn;
                        steps.insert(steps.begin(), Step{act, detail});
                        return steps;
                      });
}

rc::Shrinkable<History> drawn(std::uint64_t seed) {
  return history()(rc::Random(seed), most_steps);
}

}  // namespace

std::string to_string(const History& history) {
  std::string text;
  for (const Step& step : history)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ",
                        boost::describe::enum_to_string(step.act, "?"), step.detail);
  return text;
}

History history_of(std::uint64_t seed) {
  return drawn(seed).value();
}

History simplest_of(std::uint64_t seed, const std::function<bool(const History&)>& fails) {
  rc::Shrinkable<History> best = drawn(seed);
  int tries = 0;
  for (bool found = true; found && tries < most_tries;) {
    found = false;
    auto simpler = best.shrinks();
    for (auto next = simpler.next(); next && tries < most_tries; next = simpler.next()) {
      ++tries;
      if (!fails(next->value())) continue;
      best = std::move(*next);
      found = true;
      break;
    }
  }
  return best.value();
}

}  // namespace freehold::billing
