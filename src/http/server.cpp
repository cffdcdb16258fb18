#include "http/server.hpp"

#include <unistd.h>

#include <boost/asio/post.hpp>

#include "core/log.hpp"
#include "core/scope.hpp"
#include "http/connection.hpp"
#include "http/listener.hpp"

namespace freehold::http {
namespace {

constexpr std::chrono::milliseconds pause_without_descriptors{100};
// So many more than max_connections get their 503; those beyond are closed without a word.
constexpr std::size_t most_turned_away = 256;
constexpr int most_accepted_at_once = 64;

// What all threads of a server share.
struct Shared {
  const Config config;
  const Handle handle;
  const Passing passing;
  std::atomic<std::size_t> open = 0;
};

// One io thread's part of the server. Its tasks keep it alive, so that it ends with its thread even
// when the server is gone.
struct Worker : std::enable_shared_from_this<Worker> {
  Worker(std::shared_ptr<Shared> shared_with, const Executor& on, Descriptor listening)
      : shared(std::move(shared_with)),
        executor(on),
        lane{.config = shared->config, .handle = shared->handle, .passing = shared->passing},
        listener(std::move(listening)),
        ticker(on),
        connections(on),
        chores(on) {
    at(lane.now);
  }

  void start();
  void take(Accepted accepted);
  bool make_room();
  void at(Deadline now);
  void begin_drain(std::function<void()> on_drained);
  void finish_drain();

  std::shared_ptr<Shared> shared;
  Executor executor;
  Lane lane;
  Descriptor listener;
  Timer ticker;
  Scope connections;
  Scope chores;              // accepting, ticking and what a drain leaves to do
  std::int64_t second = -1;  // of lane.date
  Deadline drain_deadline = Deadline::max();
  std::function<void()> drained;  // set while draining, until it was called
};

// Counts a connection for as long as it lives.
struct Seat {
  explicit Seat(Worker& of) : worker(of) { worker.shared->open.fetch_add(1); }
  ~Seat() {
    worker.shared->open.fetch_sub(1);
    worker.finish_drain();
  }
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;

  Worker& worker;
};

Task<> serve(std::shared_ptr<Worker> worker, Accepted accepted, bool full) {
  const Seat seat(*worker);
  Connection connection(worker->lane, std::move(accepted.socket), std::move(accepted.peer));
  if (full) {
    co_await connection.turn_away();
  } else {
    co_await connection.run();
  }
}

Task<> accept(std::shared_ptr<Worker> worker) {
  while (worker->listener.is_open()) {
    const auto [error] = co_await worker->listener.async_wait(Descriptor::wait_read, use_tuple);
    if (error) continue;
    std::optional<Accepted> accepted;
    AcceptResult result = AcceptResult::accepted;
    for (int i = 0; i < most_accepted_at_once && result == AcceptResult::accepted; ++i) {
      result = accept_one(worker->listener, worker->executor, accepted);
      if (result == AcceptResult::accepted) worker->take(std::move(*accepted));
    }
    if (result == AcceptResult::out_of_descriptors) {
      log::warn("http.out_of_descriptors", {{"connections", worker->shared->open.load()}});
      co_await sleep_for(pause_without_descriptors);
    }
  }
}

Task<> tick(std::shared_ptr<Worker> worker) {
  while (!worker->lane.draining || worker->drained) {
    worker->ticker.expires_after(worker->shared->config.tick);
    const auto [error] = co_await worker->ticker.async_wait(use_tuple);
    if (!error) worker->at(std::chrono::steady_clock::now());
  }
}

Task<> end_connections(std::shared_ptr<Worker> worker) {
  co_await worker->connections.stop();
}

void Worker::start() {
  chores.spawn("http.accept", accept(shared_from_this()));
  if (shared->config.tick.count() > 0) chores.spawn("http.tick", tick(shared_from_this()));
}

// A full server makes room: somebody who opens connections and asks nothing must not be able to
// keep everybody else out. Newest last, so the first that waits has been open for the longest.
bool Worker::make_room() {
  return std::ranges::any_of(lane.connections,
                             [](Connection* connection) { return connection->close_if_idle(); });
}

void Worker::take(Accepted accepted) {
  const std::size_t open = shared->open.load();
  const std::size_t most = shared->config.max_connections;
  if (open >= most + most_turned_away || lane.draining) return;
  connections.spawn("http.connection",
                    serve(shared_from_this(), std::move(accepted), open >= most && !make_room()));
}

void Worker::at(Deadline now) {
  lane.now = now;
  const std::int64_t second_now = to_unix_seconds(SystemClock{}.now());
  if (second_now != second) lane.date = http_date(second = second_now);
  for (Connection* connection : lane.connections) connection->check_deadline();
  if (now < drain_deadline) return;
  drain_deadline = Deadline::max();
  chores.spawn("http.end_connections", end_connections(shared_from_this()));
}

void Worker::begin_drain(std::function<void()> on_drained) {
  lane.draining = true;
  drained = std::move(on_drained);
  drain_deadline = lane.now + shared->config.drain_timeout;
  boost::system::error_code ignored;
  listener.close(ignored);
  for (Connection* connection : lane.connections) connection->close_if_idle();
  finish_drain();
}

void Worker::finish_drain() {
  if (!drained || !lane.connections.empty()) return;
  std::exchange(drained, nullptr)();
  ticker.cancel();
}

// Waits on one thread for news from the others.
struct Drain {
  explicit Drain(const Executor& executor, std::size_t workers) : timer(executor), left(workers) {
    timer.expires_at(Deadline::max());
  }
  Timer timer;
  std::size_t left;
};

}  // namespace

struct Server::State {
  Runtime& runtime;
  std::shared_ptr<Shared> shared;
  std::vector<std::shared_ptr<Worker>> workers = {};
  int port = 0;
  std::string unix_path = {};
};

Server::Server(Runtime& runtime, Config config, Handle handle, Passing passing)
    : state_(std::make_shared<State>(
          runtime,
          std::make_shared<Shared>(std::move(config), std::move(handle), std::move(passing)))) {}

Server::~Server() = default;

void Server::start() {
  std::vector<Executor> executors;
  executors.reserve(state_->runtime.size());
  for (unsigned i = 0; i < state_->runtime.size(); ++i)
    executors.push_back(state_->runtime.executor(i));
  Listening listening = listen_on(state_->shared->config.listen, executors);
  state_->port = listening.port;
  state_->unix_path = listening.unix_path;
  for (std::size_t i = 0; i < executors.size(); ++i) {
    auto worker =
        std::make_shared<Worker>(state_->shared, executors[i], std::move(listening.sockets[i]));
    state_->workers.push_back(worker);
    asio::post(executors[i], [worker] { worker->start(); });
  }
}

int Server::port() const {
  return state_->port;
}

Task<> Server::drain() {
  const auto state = state_;
  const Executor executor = co_await asio::this_coro::executor;
  const auto drain = std::make_shared<Drain>(executor, state->workers.size());
  const auto one_done = [drain, executor] {
    asio::post(executor, [drain] {
      --drain->left;
      drain->timer.cancel();
    });
  };
  for (const auto& worker : state->workers)
    asio::post(worker->executor, [worker, one_done] { worker->begin_drain(one_done); });
  while (drain->left > 0) co_await drain->timer.async_wait(use_tuple);
  if (!state->unix_path.empty()) ::unlink(state->unix_path.c_str());
}

Server::Stats Server::stats() const {
  Stats stats{.connections = state_->shared->open.load(), .requests = 0, .refused = 0};
  for (const auto& worker : state_->workers) {
    stats.requests += worker->lane.requests.load(std::memory_order_relaxed);
    stats.refused += worker->lane.refused.load(std::memory_order_relaxed);
  }
  return stats;
}

void Server::pass_time(std::chrono::seconds by) {
  for (const auto& worker : state_->workers)
    asio::post(worker->executor, [worker, by] { worker->at(worker->lane.now + by); });
}

}  // namespace freehold::http
