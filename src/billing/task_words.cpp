// What the tasks of staff are called, on their page and in their mail.
#include <algorithm>
#include <array>

#include "billing/tasks.hpp"

namespace freehold::billing {
namespace {

struct Known {
  std::string_view kind;
  TaskWords words;
};
constexpr std::array kinds{
    Known{"dispute",
          {"Disputed payment",
           "The cardholder has asked the bank for the money back. Answer with evidence in Stripe’s "
           "dashboard before the date that it names."}},
    Known{
        "late_payment",
        {"Paid after the end",
         "An invoice was paid after its subscription had ended. It gives no access: refund it, or "
         "agree on a new subscription."}},
    Known{"two_subscriptions",
          {"Two subscriptions",
           "Two subscriptions are paid for, and the better access counts. End the younger one and "
           "refund it."}},
    Known{"refund_failed",
          {"Refund that did not arrive", "The card took no money back. Return it in another way."}},
    Known{"books_differ",
          {"Amounts that do not add up",
           "What Stripe says of an invoice, its payments and credit notes does not add up."}},
    Known{
        "unknown_status",
        {"Unknown status",
         "Stripe has a status for a subscription that this version does not know. Access stays as "
         "it was for 72 hours and is limited then: update, or grant the plan until it is known."}},
    Known{"seats_refused",
          {"Seats that Stripe refused",
           "Stripe did not take the number of members, so they are not charged for. It is tried "
           "again every hour, and with the next change of members."}}};

}  // namespace

TaskWords words_of_task(std::string_view kind) {
  const auto at = std::ranges::find(kinds, kind, &Known::kind);
  return at == kinds.end() ? TaskWords{kind, ""} : at->words;
}

}  // namespace freehold::billing
