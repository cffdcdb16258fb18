#include "redis/link.hpp"

#include "core/scope.hpp"

namespace freehold::redis {

Link::Link(const Executor& executor, Settings& settings)
    : executor_(executor),
      settings_(settings),
      stream_(executor, settings),
      written_to_(executor) {}

Task<> Link::open() {
  const bool in_time = co_await finish_within(settings_.config.connect_timeout, connect());
  if (!in_time) throw Unavailable("no connection within the connect timeout");
}

Task<> Link::connect() {
  const auto failure = co_await stream_.connect();
  if (failure) throw Unavailable(failure.message());
  std::vector<std::string> hello{"HELLO", "3"};
  const auto& target = settings_.target;
  if (!target.password.empty()) {
    hello.insert(hello.end(),
                 {"AUTH", target.user.empty() ? "default" : target.user, target.password});
  }
  hello.insert(hello.end(), {"SETNAME", "freehold"});
  const auto reply = co_await ask(std::move(hello));
  const auto* error = reply.error();
  if (error == nullptr) co_return;
  const bool too_old = error->starts_with("NOPROTO") || error->starts_with("ERR unknown command");
  if (!too_old) throw Unavailable("the server refuses us: " + *error);
  co_await log_in_the_old_way();
}

// A server, or a proxy before it, that knows no HELLO speaks RESP2.
Task<> Link::log_in_the_old_way() {
  const auto& target = settings_.target;
  if (target.password.empty()) co_return;
  std::vector<std::string> auth{"AUTH"};
  if (!target.user.empty()) auth.push_back(target.user);
  auth.push_back(target.password);
  const auto reply = co_await ask(std::move(auth));
  if (const auto* error = reply.error()) throw Unavailable("the server refuses us: " + *error);
}

Task<Reply> Link::ask(std::vector<std::string> words) {
  std::string bytes;
  resp::append_command(bytes, words);
  co_await stream_.write(bytes);
  for (;;) {
    if (auto frame = next()) co_return std::move(frame->reply);
    co_await read();
  }
}

void Link::send(std::span<const std::string> words) {
  // Whoever sends in this turn of the loop travels in the same write.
  if (outgoing_.empty()) written_to_.cancel();
  resp::append_command(outgoing_, words);
}

Task<> Link::write() {
  std::string bytes;
  while (!closed_) {
    if (outgoing_.empty()) {
      written_to_.expires_at(Timer::time_point::max());
      co_await written_to_.async_wait(use_tuple);
      continue;
    }
    bytes.clear();
    bytes.swap(outgoing_);
    const bool written = co_await stream_.write(bytes);
    if (!written) close({});
  }
}

Task<> Link::read() {
  const auto [error, count] = co_await stream_.read_some(parser_.room());
  if (error) throw Unavailable(reason_.empty() ? error.message() : reason_);
  parser_.received(count);
}

void Link::close(std::string reason) {
  if (reason_.empty()) reason_ = std::move(reason);
  closed_ = true;
  stream_.close();
  written_to_.cancel();
}

}  // namespace freehold::redis
