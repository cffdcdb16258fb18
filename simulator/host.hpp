// The simulator on the network: Stripe's API and the hosted pages on one listener, webhooks
// delivered to the endpoints, the clock moved in steps so that each moment's webhooks arrive while
// it is that moment.
#pragma once

#include <memory>

#include "core/runtime.hpp"
#include "core/task.hpp"
#include "egress/egress.hpp"
#include "html/html.hpp"
#include "http/server.hpp"
#include "simulator/simulator.hpp"

namespace freehold::simulator {

// What the program lends. All of it outlives the host.
struct Surroundings {
  Runtime& runtime;
  SharedClock& clock;
  egress::Client& egress;
  const html::Views& views;
  // Answers /mailbox and what is below it, where a program has one: the same address for both.
  http::Handle mailbox = {};
};

class Host {
 public:
  // Reads the journal; throws std::runtime_error with a sentence when the listener, the hosted
  // pages or the webhook endpoint are not on this machine, and when the journal cannot be used.
  // Made before the runtime runs, ended after it.
  Host(const Surroundings& surroundings, const Config& config);
  ~Host();

  // Binds; throws std::runtime_error with the address when it cannot. Serving and delivering begin
  // when the runtime runs.
  void start();
  int port() const;  // after start()

  // The same as over the network, for the program itself: a call of Stripe's API or a control under
  // /_sim, the clock moved in steps, and a checkout session that somebody pays (see Simulator).
  Answer call(const Call& call);
  Task<> advance(Instant to);
  std::string pay_checkout(const std::string& session, const std::string& card_number);

  // Finishes the calls in hand and stops delivering; what is not delivered stays in the journal.
  // Called on the first io thread.
  Task<> drain();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace freehold::simulator
