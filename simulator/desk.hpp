// The simulator behind a lock, for the threads that serve: every call is short and waits for
// nothing. Private to host.cpp and the pages.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/task.hpp"
#include "html/html.hpp"
#include "simulator/simulator.hpp"

namespace freehold::simulator {

class Desk {
 public:
  Desk(Config config, SharedClock& clock, const html::Views& page_views);

  Answer call(const Call& call);
  std::string pay_checkout(const std::string& session, const std::string& card_number);
  void change(const std::function<void(State&)>& work);
  void look(const std::function<void(State&)>& work);
  Instant wanted_time(const Call& call);
  std::optional<Instant> next_due();
  void set_base_url(const std::string& base_url);

  // Goes to `to` moment by moment, and waits at each until its webhooks have been tried once; at
  // most 20 seconds in all, so that an endpoint that hangs does not hold the clock for ever.
  Task<> advance(Instant to);

  std::vector<Delivery> take_deliveries();
  void record(const std::string& delivery, const Outcome& outcome);
  // When there will be something to deliver or to do, on the machine's clock.
  Instant next_wake();

  // Called after every change, from any thread.
  std::function<void()> on_change = [] {};

  const html::Views& views;
  const SharedClock& clock;

 private:
  bool delivers();

  std::mutex mutex_;
  Simulator simulator_;
  std::size_t under_way_ = 0;
};

}  // namespace freehold::simulator
