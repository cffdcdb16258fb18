// The report of an adoption, for people.
#include "billing/adoption.hpp"
#include "core/json.hpp"

namespace freehold::billing {
namespace {

std::string head_of(const Adopted& each) {
  const std::string who = each.customer + (each.email.empty() ? "" : " " + each.email);
  if (!each.problems.empty()) return fmt::format("{}: LEFT OUT\n", who);
  return fmt::format("{}: {}, {}\n", who, each.workspace, each.how);
}

std::string words_of(const Adopted& each) {
  std::string text = head_of(each);
  for (const std::string& problem : each.problems) text += fmt::format("  problem: {}\n", problem);
  for (const std::string& subscription : each.subscriptions)
    text += fmt::format("  {}\n", subscription);
  if (each.access_now != each.access_then && !each.access_then.empty())
    text += fmt::format("  access: {} -> {}\n", each.access_now, each.access_then);
  for (const std::string& note : each.notes) text += fmt::format("  note: {}\n", note);
  return text;
}

const Adopted* find(const AdoptionReport& report, const std::string& customer) {
  const auto at = std::ranges::find(report.customers, customer, &Adopted::customer);
  return at == report.customers.end() ? nullptr : &*at;
}

// What counts of a customer between two reports.
std::string gist_of(const Adopted& each) {
  return fmt::format("{}{}{}", each.problems.empty() ? each.workspace : "left out",
                     each.access_then.empty() ? "" : ", " + each.access_then,
                     each.subscriptions.empty() ? "" : ", " + each.subscriptions.front());
}

}  // namespace

std::string words_of(const AdoptionReport& report) {
  std::string text;
  std::size_t left_out = 0;
  for (const Adopted& each : report.customers) {
    text += words_of(each);
    if (!each.problems.empty()) ++left_out;
  }
  if (!report.unknown_prices.empty())
    text += "\nPrices that no plan knows; write their ids into legacy_prices of a plan:\n";
  for (const std::string& price : report.unknown_prices) text += fmt::format("  {}\n", price);
  text += fmt::format("\n{} customers, {} of them left out.\n", report.customers.size(), left_out);
  return text;
}

std::string differences_since(const AdoptionReport& earlier, const AdoptionReport& now) {
  std::string text;
  for (const Adopted& each : now.customers) {
    const Adopted* before = find(earlier, each.customer);
    if (before == nullptr) {
      text += fmt::format("{}: new: {}\n", each.customer, gist_of(each));
    } else if (gist_of(*before) != gist_of(each)) {
      text += fmt::format("{}: {} -> {}\n", each.customer, gist_of(*before), gist_of(each));
    }
  }
  for (const Adopted& each : earlier.customers)
    if (find(now, each.customer) == nullptr) text += fmt::format("{}: gone\n", each.customer);
  return text;
}

}  // namespace freehold::billing
