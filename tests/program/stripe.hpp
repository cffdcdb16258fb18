// Stripe's stand-in on a port of its own, with a thread of its own: it can be away, and come.
#pragma once

#include <memory>
#include <string>

#include "app/settings.hpp"
#include "simulator/simulator.hpp"

namespace freehold::program {

class Stripe {
 public:
  // Sends its webhooks to the public listener of these settings, signed with their secret, and
  // listens where they say it is.
  explicit Stripe(const app::Settings& settings);
  ~Stripe();

  // Pays a checkout page as its hosted form does.
  void pay(const std::string& checkout_url, const std::string& card = "4242424242424242");
  // A call of its API or its control; the answer's body.
  std::string ask(const std::string& method, const std::string& target,
                  const std::string& form = "");

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace freehold::program
