#include <boost/asio/post.hpp>

#include "core/async.hpp"
#include "redis/pipeline.hpp"
#include "redis/subscription.hpp"

namespace freehold::redis {

struct Client::State {
  State(Runtime& on, Config config) : runtime(on), deadline(config.deadline) {
    if (config.url.empty()) return;
    const auto settings = std::make_shared<Settings>(std::move(config));
    subscription = std::make_shared<Subscription>(on.executor(0), settings);
    for (unsigned i = 0; i < on.size(); ++i)
      pipelines.push_back(std::make_shared<Pipeline>(on.executor(i), settings));
  }

  bool exists() const { return subscription != nullptr; }

  // Runs `act` with the connection on the thread that it belongs to.
  template <class Connection, class Act>
  void on_thread(unsigned thread, const std::shared_ptr<Connection>& connection, Act act) {
    asio::post(runtime.executor(thread),
               [connection, act = std::move(act)]() mutable { act(*connection); });
  }

  Pipeline& mine() {
    if (!exists()) throw Unavailable("there is no Redis");
    return *pipelines.at(Runtime::current());
  }

  Runtime& runtime;
  std::chrono::milliseconds deadline;
  std::vector<std::shared_ptr<Pipeline>> pipelines;  // by io thread; none: there is no Redis
  std::shared_ptr<Subscription> subscription;        // on io thread 0
};

Client::Client(Runtime& runtime, Config config)
    : state_(std::make_unique<State>(runtime, std::move(config))) {
  if (!state_->exists()) return;
  for (unsigned i = 0; i < runtime.size(); ++i)
    state_->on_thread(i, state_->pipelines[i], [](Pipeline& pipeline) { pipeline.start(); });
  state_->on_thread(0, state_->subscription, [](Subscription& mine) { mine.start(); });
}

Client::~Client() {
  close();
}

void Client::close() {
  if (!state_->exists()) return;
  for (unsigned i = 0; i < state_->pipelines.size(); ++i)
    state_->on_thread(i, state_->pipelines[i], [](Pipeline& pipeline) { pipeline.close(); });
  state_->on_thread(0, state_->subscription, [](Subscription& mine) { mine.close(); });
}

Task<Reply> Client::command(std::vector<std::string> words) {
  const auto deadline = std::chrono::steady_clock::now() + state_->deadline;
  co_return co_await state_->mine().call(words, deadline);
}

Task<Reply> Client::eval(const Script& script, std::vector<std::string> keys,
                         std::vector<std::string> args) {
  const auto deadline = std::chrono::steady_clock::now() + state_->deadline;
  auto& pipeline = state_->mine();
  std::vector<std::string> words{"EVALSHA", script.sha1(), std::to_string(keys.size())};
  words.insert(words.end(), std::move_iterator(keys.begin()), std::move_iterator(keys.end()));
  words.insert(words.end(), std::move_iterator(args.begin()), std::move_iterator(args.end()));

  auto reply = co_await pipeline.call(words, deadline);
  if (reply.error() == nullptr || !reply.error()->starts_with("NOSCRIPT")) co_return reply;
  words[0] = "EVAL";
  words[1] = script.text();
  co_return co_await pipeline.call(words, deadline);
}

void Client::subscribe(std::string channel, std::function<void(std::string_view)> handle) {
  if (!state_->exists()) return;
  const auto add = [channel = std::move(channel),
                    handle = std::move(handle)](Subscription& subscription) mutable {
    subscription.add(std::move(channel), std::move(handle));
  };
  state_->on_thread(0, state_->subscription, add);
}

void Client::on_reconnect(std::function<void()> handle) {
  if (!state_->exists()) return;
  const auto add = [handle = std::move(handle)](Subscription& subscription) mutable {
    subscription.on_ready(std::move(handle));
  };
  state_->on_thread(0, state_->subscription, add);
}

bool Client::up() const {
  return state_->exists() && std::ranges::all_of(state_->pipelines, [](const auto& pipeline) {
           return pipeline->up();
         });
}

}  // namespace freehold::redis
