#include "billing/plan_costs.hpp"

#include "billing/checkout.hpp"

namespace freehold::billing {
namespace {

Cost cost_later(const Choice& choice, Instant from, std::string until_then) {
  const Money nothing{0, choice.each.currency};
  return {{{std::move(until_then), format_money(nothing)},
           {"From " + format_date(from) + ", " + every(choice.price.interval),
            format_money(choice.each)}},
          nothing};
}

// What the first charge is made up of. Usage is charged afterwards.
std::vector<html::Row> parts_of(const Choice& choice) {
  std::vector<html::Row> rows;
  for (const catalog::Price* price : choice.plan.offer(choice.price)) {
    const bool by_seat = price->charge == catalog::Charge::seat;
    if (price->charge == catalog::Charge::metered) continue;
    rows.push_back(
        {by_seat ? fmt::format("{} {}, {}", choice.seats, choice.seats == 1 ? "member" : "members",
                               catalog::describe(*price))
                 : choice.plan.name + ", " + adverb(price->interval),
         format_money(catalog::cost_of(*price, by_seat ? choice.seats : 1))});
  }
  return rows;
}

Cost cost_now(const Choice& choice, Instant now) {
  const Instant next = add_months(now, choice.price.interval == catalog::Interval::year ? 12 : 1);
  Cost cost{.lines = parts_of(choice), .today = choice.each};
  cost.lines.push_back({"Then " + every(choice.price.interval) + ", from " + format_date(next),
                        format_money(choice.each)});
  return cost;
}

std::string change_for_nothing(const Choice& choice, const Money& nothing) {
  return "Change to " + choice.plan.name + ", " + format_money(nothing) + " today";
}

}  // namespace

Cost cost_of_purchase(const Choice& choice, const Trial& trial, bool is_first, Instant now) {
  const auto first = first_charge(trial, choice.plan, is_first, now);
  if (!first) {
    Cost cost = cost_now(choice, now);
    cost.submit = "Pay " + format_money(choice.each);
    cost.note = "You enter the card on the next page, at Stripe.";
    return cost;
  }
  Cost cost =
      cost_later(choice, *first, "Until " + format_date(*first) + ", the end of your trial");
  cost.submit = "Continue, " + format_money(cost.today) + " today";
  cost.note = "You enter the card on the next page, at Stripe. It is charged " +
              format_money(choice.each) + " on " + format_date(*first) +
              "; cancel before, and it is not charged.";
  return cost;
}

Cost cost_of_upgrade(const Choice& choice, const ChangePreview& preview, std::string_view from) {
  Cost cost{
      .lines = {{fmt::format("{}, until {}", choice.plan.name, format_date(preview.charged_until)),
                 format_money(preview.charge)}},
      .today = preview.due_now,
      .submit = "Pay " + format_money(preview.due_now) + " and change",
      .note = "Your card is charged at once, and the plan changes when that is paid.",
      .proration_date = preview.proration_date};
  if (preview.due_now.minor == 0) {
    cost.submit = change_for_nothing(choice, preview.due_now);
    cost.note = "Nothing is charged today.";
  }
  append_credits(cost, preview, from);
  cost.lines.push_back(
      {"From " + format_date(preview.charged_until) + ", " + every(choice.price.interval),
       format_money(choice.each)});
  return cost;
}

Cost cost_of_change(const Choice& choice, const Mirror& current) {
  if (current.status == "trialing") {
    const Instant first = current.trial_end.value_or(current.period_end);
    Cost cost =
        cost_later(choice, first, "Until " + format_date(first) + ", the end of your trial");
    cost.submit = change_for_nothing(choice, cost.today);
    return cost;
  }
  const std::string at = format_date(current.period_end);
  Cost cost = cost_later(choice, current.period_end, "Until " + at + ", already paid");
  cost.submit = fmt::format("Change to {} on {}", choice.plan.name, at);
  cost.note = "What you have paid for stays until then, and until then you can take it back.";
  return cost;
}

void append_credits(Cost& cost, const ChangePreview& preview, std::string_view of) {
  if (preview.credit.minor < 0)
    cost.lines.push_back({fmt::format("Left of {}", of), format_money(preview.credit)});
  if (preview.balance.minor < 0)
    cost.lines.push_back({"Your credit", format_money(preview.balance)});
  if (preview.left.minor > 0)
    cost.note +=
        fmt::format(" {} is kept as credit for your next invoices.", format_money(preview.left));
}

std::string usage_words(const catalog::Catalog& catalog, const Choice& choice) {
  std::string words;
  for (const catalog::Price* price : choice.plan.offer(choice.price)) {
    if (price->charge == catalog::Charge::metered)
      words += fmt::format(" {}: {}.", catalog.label_of(price->meter), catalog::describe(*price));
  }
  return words.empty() ? words : "What you use comes on the invoice after it." + words;
}

}  // namespace freehold::billing
