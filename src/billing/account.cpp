#include "billing/account.hpp"

#include "billing/json_fields.hpp"
#include "core/async.hpp"

namespace freehold::billing {
namespace {

using fields::at;
using fields::text;

constexpr std::size_t most_objects = 1'000'000;

using Progress = std::function<void(std::string_view)>;

// All objects of a list.
Task<std::vector<json::value>> read_list(Stripe& stripe, std::string path, Params filter,
                                         const Progress& progress) {
  std::vector<json::value> all;
  filter.emplace_back("limit", "100");
  for (;;) {
    Params page = filter;
    if (!all.empty()) page.emplace_back("starting_after", text(at(&all.back(), "id")).value_or(""));
    const json::value list = co_await stripe.get(path, page);
    auto objects = fields::data_of(list);
    const bool more = !objects.empty() && fields::flag(at(&list, "has_more"));
    std::ranges::move(objects, std::back_inserter(all));
    if (progress) progress(fmt::format("{} of {}", all.size(), path));
    if (all.size() > most_objects)
      throw std::runtime_error(path + " has more than a million objects");
    if (!more) co_return all;
  }
}

std::string id_of(const json::value& object) {
  return text(at(&object, "id")).value_or("");
}

}  // namespace

Task<Account> read_account(Stripe& stripe, const Progress& progress) {
  Account account;
  auto customers = co_await read_list(stripe, "/v1/customers", {}, progress);
  for (json::value& each : customers) account.customers.emplace(id_of(each), std::move(each));
  auto prices = co_await read_list(stripe, "/v1/prices", {}, progress);
  for (json::value& each : prices) account.prices.emplace(id_of(each), std::move(each));
  const auto products = co_await read_list(stripe, "/v1/products", {}, progress);
  for (const json::value& each : products)
    account.products[id_of(each)] = text(at(&each, "name")).value_or("");
  const Params all_states{{"status", "all"}};
  auto subscriptions = co_await read_list(stripe, "/v1/subscriptions", all_states, progress);
  for (json::value& each : subscriptions) {
    const json::value* customer = at(&each, "customer");
    const std::string id = text(customer).value_or(text(at(customer, "id")).value_or(""));
    account.subscriptions[id].push_back(std::move(each));
  }
  co_return account;
}

}  // namespace freehold::billing
