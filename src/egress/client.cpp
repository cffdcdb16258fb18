#include "core/async.hpp"
#include "egress/delivery.hpp"
#include "egress/exchange.hpp"
#include "egress/multi.hpp"

namespace freehold::egress {

struct Client::State {
  State(Runtime& runtime, Config given) : config(std::move(given)), guard(config.allow_cidrs) {
    for (unsigned i = 0; i < runtime.size(); ++i) {
      open.push_back(std::make_shared<Multi>(runtime.executor(i)));
      guarded.push_back(std::make_shared<Multi>(runtime.executor(i)));
    }
  }

  Config config;
  Guard guard;
  // By io thread. Each has connections of its own.
  std::vector<std::shared_ptr<Multi>> open;
  std::vector<std::shared_ptr<Multi>> guarded;
};

Client::Client(Runtime& runtime, Config config)
    : state_(std::make_unique<State>(runtime, std::move(config))) {}

Client::~Client() = default;

Task<Answer> Client::send(Call call) {
  auto& multis = call.guarded ? state_->guarded : state_->open;
  auto& multi = *multis.at(Runtime::current());
  Exchange exchange(std::move(call), state_->config, state_->guard);
  const auto result = co_await multi.perform(exchange.handle());
  co_return exchange.finish(result);
}

Task<> Client::send_mail(const SmtpServer& server, const Mail& mail) {
  auto& multi = *state_->open.at(Runtime::current());
  Delivery delivery(server, mail, state_->config);
  const auto result = co_await multi.perform(delivery.handle());
  delivery.finish(result);
}

}  // namespace freehold::egress
