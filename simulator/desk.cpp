#include "simulator/desk.hpp"

#include <algorithm>

#include "core/async.hpp"

namespace freehold::simulator {

namespace {

constexpr std::chrono::seconds patience{20};
constexpr std::chrono::milliseconds glance{2};
constexpr Duration tick = seconds(1);

}  // namespace

Desk::Desk(Config config, SharedClock& shared_clock, const html::Views& page_views)
    : views(page_views), clock(shared_clock), simulator_(std::move(config), shared_clock) {}

Answer Desk::call(const Call& call) {
  Answer answer;
  {
    const std::lock_guard lock(mutex_);
    answer = simulator_.call(call);
  }
  on_change();
  return answer;
}

std::string Desk::pay_checkout(const std::string& session, const std::string& card_number) {
  std::string address;
  {
    const std::lock_guard lock(mutex_);
    address = simulator_.pay_checkout(session, card_number);
  }
  on_change();
  return address;
}

void Desk::change(const std::function<void(State&)>& work) {
  {
    const std::lock_guard lock(mutex_);
    simulator_.change(work);
  }
  on_change();
}

void Desk::look(const std::function<void(State&)>& work) {
  const std::lock_guard lock(mutex_);
  simulator_.look(work);
}

Instant Desk::wanted_time(const Call& call) {
  const std::lock_guard lock(mutex_);
  return simulator_.wanted_time(call);
}

std::optional<Instant> Desk::next_due() {
  const std::lock_guard lock(mutex_);
  return simulator_.next_due();
}

void Desk::set_base_url(const std::string& base_url) {
  const std::lock_guard lock(mutex_);
  simulator_.set_base_url(base_url);
}

Task<> Desk::advance(Instant to) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (bool more = true; more;) {
    {
      const std::lock_guard lock(mutex_);
      more = simulator_.step(to);
    }
    on_change();
    while (delivers() && std::chrono::steady_clock::now() < deadline) co_await sleep_for(glance);
  }
}

bool Desk::delivers() {
  const std::lock_guard lock(mutex_);
  const auto next = simulator_.next_delivery();
  return under_way_ > 0 || (next && *next <= clock.base().now());
}

std::vector<Delivery> Desk::take_deliveries() {
  const std::lock_guard lock(mutex_);
  simulator_.catch_up();
  std::vector<Delivery> due = simulator_.take_deliveries();
  under_way_ += due.size();
  return due;
}

void Desk::record(const std::string& delivery, const Outcome& outcome) {
  {
    const std::lock_guard lock(mutex_);
    --under_way_;
    simulator_.record(delivery, outcome);
  }
  on_change();
}

Instant Desk::next_wake() {
  const std::lock_guard lock(mutex_);
  const Instant soon = clock.base().now() + tick;
  const auto next = simulator_.next_delivery();
  return next ? std::min(*next, soon) : soon;
}

}  // namespace freehold::simulator
