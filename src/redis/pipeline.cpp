#include "redis/pipeline.hpp"

#include "core/log.hpp"

namespace freehold::redis {
namespace {

constexpr std::size_t most_pending = 100'000;
constexpr std::size_t most_unsent = 64 * 1024 * 1024;

std::exception_ptr unavailable(const std::string& reason) {
  return std::make_exception_ptr(Unavailable("Redis is not available: " + reason));
}

// Errors that speak of the server, not of the command.
bool cannot_serve(std::string_view error) {
  static constexpr std::string_view states[] = {"LOADING ", "READONLY ",    "MASTERDOWN ", "OOM ",
                                                "BUSY ",    "CLUSTERDOWN ", "MISCONF "};
  return std::ranges::any_of(states, [&](auto state) { return error.starts_with(state); });
}

}  // namespace

Pipeline::Pipeline(const Executor& executor, std::shared_ptr<Settings> settings)
    : executor_(executor),
      settings_(std::move(settings)),
      link_(std::make_unique<Link>(executor, *settings_)),
      deadlines_(executor),
      pause_(executor),
      tasks_(executor),
      writing_(executor) {}

void Pipeline::start() {
  if (state_ != State::closed) tasks_.spawn("redis.pipeline", run(shared_from_this()));
}

void Pipeline::close() {
  state_ = State::closed;
  link_->close("closed");
  pause_.cancel();
}

Task<> Pipeline::run(std::shared_ptr<Pipeline> self) {
  while (self->state_ != State::closed) {
    const auto reason = co_await self->session();
    self->link_->close(reason);
    co_await self->writing_.join();
    self->lose(reason);
    if (self->state_ == State::closed) break;
    self->pause_.expires_after(self->backoff_.next());
    co_await self->pause_.async_wait(use_tuple);
  }
}

// One connection, from its opening on; why it ended.
Task<std::string> Pipeline::session() {
  try {
    co_await link_->open();
    if (state_ == State::closed) co_return "closed";
    log::info("redis.up", {{"server", settings_->target.name()}});
    state_ = State::connected;
    up_ = true;
    trouble_.clear();
    backoff_.reset();
    writing_.spawn("redis.write", link_->write());
    for (;;) {
      co_await link_->read();
      deliver();
    }
  } catch (const std::exception& failure) {
    co_return failure.what();
  }
}

void Pipeline::lose(const std::string& reason) {
  if (state_ != State::closed && trouble_ != reason)
    log::warn("redis.down", {{"server", settings_->target.name()}, {"reason", reason}});
  if (state_ != State::closed) state_ = State::lost;
  up_ = false;
  trouble_ = reason;
  link_ = std::make_unique<Link>(executor_, *settings_);
  deadlines_.cancel();
  watched_ = Time::max();

  auto broken = std::move(pending_);
  pending_.clear();
  for (auto& command : broken) {
    if (command.answer) command.answer(unavailable(reason), {});
  }
}

Task<Reply> Pipeline::call(std::span<const std::string> words, Time deadline) {
  refuse_when_away();
  link_->send(words);
  watch(deadline);
  const auto wait = [&](auto answer) { pending_.push_back({deadline, std::move(answer)}); };
  using Signature = void(std::exception_ptr, Reply);
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, Signature>(
      wait, use_task);
}

void Pipeline::refuse_when_away() const {
  if (state_ == State::closed) throw Unavailable("Redis is not available: closed");
  if (state_ == State::lost) throw Unavailable("Redis is not available: " + trouble_);
  if (is_stalled()) throw Unavailable("Redis is not available: it does not answer");
  if (pending_.size() >= most_pending || link_->unsent() >= most_unsent)
    throw Unavailable("Redis is not available: too many calls wait");
}

void Pipeline::deliver() {
  heard_ = std::chrono::steady_clock::now();
  while (auto frame = link_->next()) {
    if (!frame->push) answer_first(std::move(frame->reply));
  }
  up_ = state_ == State::connected && !is_stalled();
}

void Pipeline::answer_first(Reply reply) {
  if (pending_.empty()) throw resp::Malformed("a reply that nobody asked for");
  // Off the queue first: whom it wakes may call again.
  auto answer = std::move(pending_.front().answer);
  pending_.pop_front();
  const auto* error = reply.error();
  const bool away = error != nullptr && cannot_serve(*error);
  // After a failover the name may lead to another server.
  if (away && error->starts_with("READONLY")) link_->close(*error);
  if (answer) answer(away ? unavailable(*error) : nullptr, std::move(reply));
}

// One timer serves all commands: it is set for the earliest deadline, and not again before it
// fires.
void Pipeline::watch(Time deadline) {
  if (deadline >= watched_) return;
  watched_ = deadline;
  deadlines_.expires_at(deadline);
  deadlines_.async_wait([weak = weak_from_this()](boost::system::error_code cancelled) {
    const auto self = weak.lock();
    if (self && !cancelled) self->check_deadlines();
  });
}

void Pipeline::check_deadlines() {
  watched_ = Time::max();
  auto late = give_up(std::chrono::steady_clock::now());
  if (is_stalled()) up_ = false;
  if (!pending_.empty()) watch(next_check());
  for (auto& answer : late) answer(unavailable("no reply within the deadline"), {});
}

std::vector<Pipeline::Answer> Pipeline::give_up(Time now) {
  std::vector<Answer> late;
  for (auto& command : pending_) {
    if (command.answer && command.deadline <= now)
      late.push_back(std::exchange(command.answer, nullptr));
  }
  if (is_stalled() && stalled_until() <= now) link_->close("it does not answer");
  return late;
}

Pipeline::Time Pipeline::next_check() const {
  auto next = is_stalled() ? stalled_until() : Time::max();
  for (const auto& command : pending_) {
    if (command.answer) next = std::min(next, command.deadline);
  }
  return next;
}

// When a connection that keeps its oldest command waiting is given up.
Pipeline::Time Pipeline::stalled_until() const {
  return std::max(pending_.front().deadline, heard_) + settings_->config.stall_timeout;
}

}  // namespace freehold::redis
