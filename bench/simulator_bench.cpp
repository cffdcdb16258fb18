// Whether the Stripe simulator stays as quick with many customers as it is with few: what a new
// customer with a subscription costs, what listing one's subscriptions does, and what a month does,
// each per customer.
#include <fmt/format.h>

#include <chrono>
#include <string>
#include <vector>

#include "simulator/json_access.hpp"
#include "simulator/simulator.hpp"

using namespace freehold;
using namespace freehold::simulator;

namespace {

class Account {
 public:
  Account()
      : base_(*parse_rfc3339("2026-01-31T09:00:00Z")), clock_(base_), simulator_(config(), clock_) {
    price_ = post("/v1/prices",
                  "currency=usd&unit_amount=4900&recurring[interval]=month&product_data[name]=Pro");
  }

  void add_customer() {
    const std::string id = post("/v1/customers", "email=ada@example.com");
    const std::string card = post("/v1/payment_methods/pm_card_visa/attach", "customer=" + id);
    post("/v1/subscriptions",
         fmt::format("customer={}&items[0][price]={}&default_payment_method={}", id, price_, card));
    customers_.push_back(id);
  }
  void list_each() {
    for (const std::string& id : customers_)
      call({.method = "GET", .target = "/v1/subscriptions?status=all&customer=" + id});
  }
  void deliver_all() {
    for (auto due = simulator_.take_deliveries(); !due.empty(); due = simulator_.take_deliveries())
      for (const Delivery& delivery : due) simulator_.record(delivery.id, {.status = 200});
  }
  void pass_a_month() {
    const Instant until = clock_.now() + days(32);
    while (simulator_.step(until)) deliver_all();
  }

 private:
  static Config config() {
    return {.seed = 1, .endpoint = KnownEndpoint{"http://127.0.0.1/hook", "whsec_bench"}};
  }
  std::string call(Call call) {
    call.headers = {{"Authorization", "Bearer sk_test_sim_bench"}};
    const Answer answer = simulator_.call(call);
    if (answer.status != 200) throw std::runtime_error(answer.body);
    return answer.body;
  }
  std::string post(const std::string& path, const std::string& form) {
    const std::string body = call({.method = "POST", .target = path, .body = form});
    return text_of(json::parse(body).as_object(), "id");
  }

  ManualClock base_;
  SharedClock clock_;
  Simulator simulator_;
  std::string price_;
  std::vector<std::string> customers_;
};

template <typename Work>
double microseconds_each(int count, Work&& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
  return took.count() / count;
}

void measure(int count) {
  Account account;
  const double made = microseconds_each(count, [&] {
    for (int i = 0; i < count; ++i) account.add_customer();
  });
  const double delivered = microseconds_each(count, [&] { account.deliver_all(); });
  const double listed = microseconds_each(count, [&] { account.list_each(); });
  const double month = microseconds_each(count, [&] { account.pass_a_month(); });
  fmt::print(
      "{:>6} customers: made {:>6.0f} us, delivered {:>6.0f} us, listed {:>5.0f} us, a month "
      "{:>6.0f} us each\n",
      count, made, delivered, listed, month);
}

}  // namespace

int main() {
  for (const int count : {100, 1000, 4000}) measure(count);
  return 0;
}
