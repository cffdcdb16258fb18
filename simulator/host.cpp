#include "simulator/host.hpp"

#include <fmt/format.h>

#include <boost/asio/post.hpp>

#include "core/async.hpp"
#include "core/log.hpp"
#include "core/scope.hpp"
#include "http/form_tokens.hpp"
#include "http/origin.hpp"
#include "http/server.hpp"
#include "simulator/desk.hpp"
#include "simulator/pages.hpp"
#include "simulator/stripe_error.hpp"

namespace freehold::simulator {

namespace {

constexpr std::chrono::milliseconds delivery_timeout{10'000};
// A call that an injected fault holds is kept open this long.
constexpr std::chrono::seconds silence{120};

// It takes orders that nobody pays. So whoever reaches it, its pages and its webhooks sit at this
// machine.
void require_this_machine(const Config& config) {
  const auto require = [](std::string_view what, const std::string& url) {
    if (!http::is_loopback(http::origin_of(url)))
      throw std::runtime_error(
          fmt::format("The Stripe simulator does not start in production: it would take orders "
                      "that nobody pays, and {} is {}, not this machine. Point billing.stripe_url "
                      "at Stripe.",
                      what, url));
  };
  if (!config.listen.starts_with("unix:")) require("its listener", "http://" + config.listen);
  if (!config.base_url.empty()) require("its address", config.base_url);
  if (config.endpoint) require("its webhook endpoint", config.endpoint->url);
}

http::Config http_config(const Config& config) {
  http::Config http;
  http.listen = config.listen;
  http.body_limit = 256 * 1024 * 1024;  // a snapshot to restore
  http.drain_timeout = std::chrono::seconds{1};
  return http;
}

http::Response to_response(Answer answer) {
  http::Response response{.status = answer.status, .body = std::move(answer.body)};
  for (auto& [name, value] : answer.headers) {
    if (name == "Content-Type")
      response.content_type = std::move(value);
    else
      response.headers.emplace_back(std::move(name), std::move(value));
  }
  return response;
}

Call to_call(const http::Request& request) {
  Call call{.method = std::string(http::name_of(request.method)),
            .target = request.target,
            .body = request.body};
  for (const std::string_view name : {"Authorization", "Stripe-Version", "Idempotency-Key"})
    if (const std::string_view value = request.header(name); !value.empty())
      call.headers.emplace_back(name, value);
  return call;
}

http::Response refuse(const StripeError& error) {
  return to_response({.status = error.status,
                      .headers = {{"Content-Type", "application/json"}},
                      .body = indented(error.body())});
}

// POST /_sim/clock goes there step by step, and then answers as the simulator does.
Task<http::Response> advance_clock(Desk& desk, Call call) {
  std::optional<Instant> to;
  std::optional<http::Response> refusal;
  try {
    to = desk.wanted_time(call);
  } catch (const StripeError& error) {
    refusal = refuse(error);
  }
  if (refusal) co_return std::move(*refusal);
  co_await desk.advance(*to);
  call.method = "GET";
  co_return to_response(desk.call(call));
}

Task<http::Response> answer_call(Desk& desk, Call call) {
  if (call.method == "POST" && call.target == "/_sim/clock") {
    http::Response response = co_await advance_clock(desk, std::move(call));
    co_return response;
  }
  Answer answer = desk.call(call);
  if (answer.fate == Answer::Fate::lost) throw http::HangUp{};
  if (answer.fate == Answer::Fate::held) co_await sleep_for(silence);
  co_return to_response(std::move(answer));
}

// A browser says where a form comes from; programs say nothing. Sec-Fetch-Site also holds behind a
// forwarded port, where Origin and Host differ.
bool comes_from_elsewhere(const http::Request& request) {
  if (http::is_safe(request.method)) return false;
  if (const std::string_view site = request.header("Sec-Fetch-Site"); !site.empty())
    return site != "same-origin" && site != "none";
  const std::string_view origin = request.header("Origin");
  if (origin.empty()) return false;
  return origin != fmt::format("http://{}", request.host) &&
         origin != fmt::format("https://{}", request.host);
}

// The mailbox itself, the same as JSON, and what is below it.
bool is_of_mailbox(std::string_view path) {
  constexpr std::string_view place = "/mailbox";
  if (!path.starts_with(place)) return false;
  const std::string_view rest = path.substr(place.size());
  return rest.empty() || rest == ".json" || rest.starts_with('/');
}

Task<http::Response> answer(std::shared_ptr<Desk> desk, http::Request& request) {
  if (comes_from_elsewhere(request))
    co_return http::text(403, "The simulator takes forms from its own pages only.\n");
  const bool call = request.path.starts_with("/v1/") ||
                    (request.path.starts_with("/_sim/") && request.path != "/_sim/ui");
  http::Response response =
      call ? co_await answer_call(*desk, to_call(request)) : co_await answer_page(*desk, request);
  co_return response;
}

Outcome took(const egress::Answer& answer, Duration time) {
  return {.status = answer.status, .took = time};
}

}  // namespace

struct Host::State : std::enable_shared_from_this<Host::State> {
  State(Surroundings surroundings, const Config& config)
      : egress(surroundings.egress),
        machine(surroundings.clock.base()),
        desk(std::make_shared<Desk>(config, surroundings.clock, surroundings.views)),
        executor(surroundings.runtime.executor(0)),
        wake(executor),
        tasks(executor),
        server(surroundings.runtime, http_config(config),
               [shared = desk, mailbox = surroundings.mailbox](http::Request& request) {
                 if (mailbox && is_of_mailbox(request.path)) return mailbox(request);
                 return answer(shared, request);
               }),
        base_url(config.base_url) {}

  Task<> deliver_all();
  Task<> deliver(Delivery delivery);
  Task<Outcome> attempt(const Delivery& delivery);
  void wake_up();

  egress::Client& egress;
  const Clock& machine;
  std::shared_ptr<Desk> desk;
  Executor executor;
  Timer wake;
  Scope tasks;
  http::Server server;
  std::string base_url;
};

Host::Host(const Surroundings& surroundings, const Config& config) {
  require_this_machine(config);
  state_ = std::make_shared<State>(surroundings, config);
}

Host::~Host() {
  state_->desk->on_change = [] {};
}

void Host::start() {
  state_->server.start();
  if (state_->base_url.empty())
    state_->desk->set_base_url(fmt::format("http://127.0.0.1:{}", port()));
  const std::weak_ptr<State> weak = state_;
  state_->desk->on_change = [weak] {
    if (const auto state = weak.lock()) state->wake_up();
  };
  asio::post(state_->executor,
             [state = state_] { state->tasks.spawn("simulator.webhooks", state->deliver_all()); });
}

int Host::port() const {
  return state_->server.port();
}

Answer Host::call(const Call& call) {
  return state_->desk->call(call);
}

Task<> Host::advance(Instant to) {
  const auto state = state_;
  co_await state->desk->advance(to);
}

std::string Host::pay_checkout(const std::string& session, const std::string& card_number) {
  return state_->desk->pay_checkout(session, card_number);
}

Task<> Host::drain() {
  const auto state = state_;
  co_await state->server.drain();
  co_await state->tasks.stop();
}

void Host::State::wake_up() {
  asio::post(executor, [state = shared_from_this()] { state->wake.cancel(); });
}

Task<> Host::State::deliver_all() {
  const auto self = shared_from_this();
  for (;;) {
    for (Delivery& delivery : desk->take_deliveries())
      tasks.spawn("simulator.deliver", deliver(std::move(delivery)));
    const Duration wait = desk->next_wake() - machine.now();
    wake.expires_after(std::max(wait, Duration{1000}));
    co_await wake.async_wait(use_tuple);
    const auto cancelled = (co_await asio::this_coro::cancellation_state).cancelled();
    if (cancelled != asio::cancellation_type::none) co_return;
  }
}

Task<> Host::State::deliver(Delivery delivery) {
  const auto self = shared_from_this();
  const Outcome outcome = co_await attempt(delivery);
  desk->record(delivery.id, outcome);
}

Task<Outcome> Host::State::attempt(const Delivery& delivery) {
  const Instant begin = machine.now();
  egress::Call call{.method = "POST",
                    .url = delivery.url,
                    .headers = delivery.headers,
                    .body = delivery.body,
                    .timeout = delivery_timeout};
  // A kept connection that the endpoint has closed meanwhile would cost an attempt.
  call.headers.emplace_back("Connection", "close");
  try {
    const egress::Answer answer = co_await egress.send(std::move(call));
    co_return took(answer, machine.now() - begin);
  } catch (const egress::Failure& failure) {
    log::debug("simulator.webhook_failed",
               {{"event", delivery.event_type}, {"reason", std::string_view(failure.what())}});
    co_return Outcome{.error = failure.what(), .took = machine.now() - begin};
  }
}

}  // namespace freehold::simulator
