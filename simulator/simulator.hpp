// A stateful stand-in for Stripe: the objects, the billing engine and the webhooks of the API
// version that Freehold pins, driven by a clock that can be advanced. docs/simulator.md says what
// it has; what it does not have it refuses with Stripe's own kind of error and a sentence.
//
// Simulator is the engine: synchronous, for one thread at a time, the same for the same seed, clock
// and calls. Host (host.hpp) puts it on the network and delivers its webhooks.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/time.hpp"
#include "simulator/clock.hpp"

namespace freehold::simulator {

class State;
struct Parts;

// What becomes of a subscription when every retry of an invoice has failed.
// https://docs.stripe.com/billing/revenue-recovery/smart-retries,
// https://docs.stripe.com/billing/revenue-recovery/smart-retries/pause-on-payment-failure
enum class FinalAction { cancel, unpaid, past_due, pause };

// A webhook endpoint that exists from the start, so that its secret can be known on both sides.
struct KnownEndpoint {
  std::string url;
  std::string secret;  // "whsec_…"
};

struct Config {
  std::string listen = "127.0.0.1:8082";  // used by Host
  // Where browsers reach the hosted pages, "http://127.0.0.1:8082"; empty: the listener's address.
  std::string base_url = {};
  std::filesystem::path journal = {};  // empty: nothing survives the process
  // Ids and shuffles follow from it. 0: drawn at random when the journal is new, so that ids of two
  // simulators do not collide in one product's database.
  std::uint64_t seed = 0;
  // Days after the first failed attempt at which an invoice is tried again. Stripe's recommended
  // setting is 8 tries in 2 weeks, at times of its own choosing.
  std::vector<int> retry_days = {1, 2, 3, 5, 7, 9, 11, 14};
  FinalAction final_action = FinalAction::cancel;
  // Days before a renewal at which invoice.upcoming is sent, as Stripe does by default with 7; 0:
  // not at all.
  int upcoming_days = 0;
  // Whether the dispute of a payment ends the subscription that it was for.
  bool cancel_disputed = false;
  std::optional<KnownEndpoint> endpoint = {};
};

using Headers = std::vector<std::pair<std::string, std::string>>;

// A request to /v1/… or /_sim/….
struct Call {
  std::string method;  // "POST"
  std::string target;  // path and query
  Headers headers = {};
  std::string body = {};
};

struct Answer {
  // What an injected fault makes of the answer: `lost` is carried out and never answered, `held`
  // is neither carried out nor answered.
  enum class Fate { sent, lost, held };

  int status = 200;
  Headers headers = {};
  std::string body = {};
  Fate fate = Fate::sent;
};

// One attempt to deliver an event, signed: POST `body` with `headers` to `url`.
struct Delivery {
  std::string id;
  std::string url;
  std::string event_type;
  Headers headers = {};
  std::string body = {};
};

// How an attempt ended: an HTTP status, or 0 and what went wrong.
struct Outcome {
  int status = 0;
  std::string error = {};
  Duration took{0};
};

class Simulator {
 public:
  // Reads the journal, which moves `clock` to where it was. Throws std::runtime_error with a
  // sentence when the journal cannot be used.
  Simulator(Config config, SharedClock& clock);
  ~Simulator();
  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;

  // Where the hosted pages are, once the port is known. Objects made from now on carry it.
  void set_base_url(std::string base_url);

  // Answers a call. What it changed is in the journal before this returns.
  Answer call(const Call& call);

  // Does what the clock has due by now.
  void catch_up();
  // Moves the clock to the next moment at which something is due, and does it. False when nothing
  // is due until `to`: the clock then stands at `to`.
  bool step(Instant to);
  // Steps until `to`.
  void advance(Instant to);
  std::optional<Instant> next_due() const;

  // Attempts that should be made now, at most one per endpoint, in the order of the webhook plan;
  // each stays taken until its outcome is recorded.
  std::vector<Delivery> take_deliveries();
  void record(const std::string& delivery_id, const Outcome& outcome);
  // When take_deliveries() should be asked again, on the machine's clock; nothing: after the next
  // change.
  std::optional<Instant> next_delivery() const;

  // The moment that a POST /_sim/clock asks for; call() goes there at once, a host steps there and
  // delivers webhooks in between. Throws StripeError for one that asks for none.
  Instant wanted_time(const Call& call) const;

  // Forgets every object. Ids go on where they were, so that none is given twice.
  void reset();

  // Everything as text, and back. Restoring also sets the clock back to the snapshot's time. Throws
  // std::runtime_error when `text` is not a snapshot, and changes nothing then.
  std::string snapshot() const;
  void restore(std::string_view text);

  // Completes a checkout session as its page does, with the number of a test card. The address that
  // the browser goes on to. Throws an exception whose what() is what the page would say when the
  // card is declined; nothing is left of the attempt then. A promotion code is typed before.
  std::string pay_checkout(const std::string& session, const std::string& card_number,
                           const std::string& promotion_code = {});

  // For the pages: runs `work` as one change, or reads. A StripeError that `work` throws passes
  // through after the change is undone, or kept where it says so.
  void change(const std::function<void(State&)>& work);
  void look(const std::function<void(State&)>& work);

 private:
  std::unique_ptr<Parts> parts_;
};

}  // namespace freehold::simulator
