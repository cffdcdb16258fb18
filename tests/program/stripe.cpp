#include "tests/program/stripe.hpp"

#include <boost/asio/post.hpp>
#include <future>
#include <thread>

#include "core/async.hpp"
#include "core/embedded.hpp"
#include "core/scope.hpp"
#include "egress/egress.hpp"
#include "html/html.hpp"
#include "simulator/host.hpp"

namespace freehold::program {
namespace {

const SystemClock system_clock;

std::string place_of(const std::string& url) {
  return url.substr(url.find("//") + 2);
}

simulator::Config config_of(const app::Settings& settings) {
  simulator::Config config;
  config.listen = place_of(settings.stripe_url);
  config.base_url = settings.stripe_url;
  config.seed = 1;
  config.endpoint =
      simulator::KnownEndpoint{"http://" + settings.public_listener.listen + "/webhooks/stripe",
                               settings.stripe_webhook_secrets.front().reveal()};
  return config;
}

Task<> end(simulator::Host& host, Runtime& runtime) {
  co_await host.drain();
  runtime.stop();
}

}  // namespace

struct Stripe::State {
  explicit State(const app::Settings& settings)
      : views({embedded::templates(), embedded::assets(), ""}, html::Missing::error),
        host({runtime, clock, egress, views}, config_of(settings)),
        scope(runtime.executor(0)) {}

  // The simulator is for one thread at a time: its own.
  template <class Act>
  auto on_thread(Act act) {
    std::packaged_task<decltype(act())()> task(std::move(act));
    auto result = task.get_future();
    asio::post(runtime.executor(0), [&task] { task(); });
    return result.get();
  }

  Runtime runtime{1, 1};
  simulator::SharedClock clock{system_clock};
  egress::Client egress{runtime, {}};
  html::Views views;
  simulator::Host host;
  Scope scope;
  std::jthread thread;
};

Stripe::Stripe(const app::Settings& settings) : state_(std::make_unique<State>(settings)) {
  state_->host.start();
  state_->thread = std::jthread([this] { state_->runtime.run(); });
}

Stripe::~Stripe() {
  asio::post(state_->runtime.executor(0),
             [this] { state_->scope.spawn("end", end(state_->host, state_->runtime)); });
  state_->thread.join();
}

void Stripe::pay(const std::string& checkout_url, const std::string& card) {
  const std::string session = checkout_url.substr(checkout_url.rfind('/') + 1);
  state_->on_thread([&] { return state_->host.pay_checkout(session, card); });
}

std::string Stripe::ask(const std::string& method, const std::string& target,
                        const std::string& form) {
  simulator::Call call{.method = method,
                       .target = target,
                       .headers = {{"Authorization", "Bearer sk_test_sim_program"}},
                       .body = form};
  return state_->on_thread([&] { return state_->host.call(call); }).body;
}

}  // namespace freehold::program
