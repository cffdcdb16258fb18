// A simulator in a test: one account, a clock that stands still until it is told to move, and calls
// that read like sentences.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "simulator/json_access.hpp"
#include "simulator/simulator.hpp"

namespace freehold::simulator {

struct Reply {
  int status = 0;
  json::object body;
  Headers headers;
  Answer::Fate fate = Answer::Fate::sent;

  std::string id() const { return text_of(body, "id"); }
  std::string text(std::string_view key) const { return text_of(body, key); }
  std::string header(std::string_view name) const;
  // "402 card_error card_declined: Your card was declined." or "200"
  std::string outcome() const;
};

class World {
 public:
  // Starts at 2026-01-31T09:00:00Z with seed 1, without a journal.
  explicit World(Config config = Config{.base_url = "http://sim", .seed = 1});

  Reply get(const std::string& target, const Headers& headers = {});
  Reply post(const std::string& path, const std::string& form = "", const Headers& headers = {});
  Reply del(const std::string& path, const std::string& form = "");
  Reply control(const std::string& method, const std::string& path, const std::string& form = "");

  // A product's price of this many cents every `interval`.
  std::string price(int cents = 4900, const std::string& interval = "month");
  // A customer, with a card unless `card` is empty.
  std::string customer(const std::string& card = "pm_card_visa");
  std::string subscribe(const std::string& customer, const std::string& more = "");

  std::string status(const std::string& subscription);
  json::object subscription(const std::string& id) { return get("/v1/subscriptions/" + id).body; }
  json::object latest_invoice(const std::string& subscription);

  void pass(Duration by) { simulator.advance(clock.now() + by); }
  void pass_to(std::int64_t seconds) { simulator.advance(from_unix_seconds(seconds)); }
  // The types of the events since the last time, oldest first, one a line.
  std::string news();
  // Steps until `until` has passed; when something happened, and what, one a line.
  std::string diary(Duration until);
  // From now on the customer's cards are declined, with this code.
  void fail_card(const std::string& customer, const std::string& decline_code = "generic_decline");
  // Delivers what is due, answering `status`; the type of each, one a line.
  std::string deliver(int status = 200);

  ManualClock base;
  SharedClock clock;
  Simulator simulator;

 private:
  std::size_t heard_ = 0;
};

}  // namespace freehold::simulator
