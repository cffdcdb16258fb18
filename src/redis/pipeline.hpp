// The connection of one io thread, on which all its commands travel in order. Replies come in the
// order of the commands, so each command keeps its place until its reply is there, even when its
// caller has given up: a late reply is matched and dropped.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "core/async.hpp"
#include "core/scope.hpp"
#include "redis/backoff.hpp"
#include "redis/link.hpp"

namespace freehold::redis {

// Everything but up() is called on the executor's thread.
class Pipeline : public std::enable_shared_from_this<Pipeline> {
 public:
  using Time = std::chrono::steady_clock::time_point;

  Pipeline(const Executor& executor, std::shared_ptr<Settings> settings);

  // Keeps the pipeline connected until close().
  void start();
  void close();

  // Throws Unavailable at once while Redis is known to be away, and at the deadline otherwise.
  Task<Reply> call(std::span<const std::string> words, Time deadline);

  bool up() const { return up_.load(std::memory_order_relaxed); }

 private:
  enum class State { connecting, connected, lost, closed };
  using Answer = std::move_only_function<void(std::exception_ptr, Reply)>;
  struct Pending {
    Time deadline;
    Answer answer;  // empty once the caller has given up
  };

  static Task<> run(std::shared_ptr<Pipeline> self);
  Task<std::string> session();
  void lose(const std::string& reason);
  void deliver();
  void answer_first(Reply reply);

  void refuse_when_away() const;
  bool is_stalled() const { return !pending_.empty() && !pending_.front().answer; }
  void watch(Time deadline);
  void check_deadlines();
  std::vector<Answer> give_up(Time now);
  Time next_check() const;
  Time stalled_until() const;

  Executor executor_;
  std::shared_ptr<Settings> settings_;
  State state_ = State::connecting;
  std::atomic<bool> up_ = false;
  std::string trouble_;  // why it is lost
  std::unique_ptr<Link> link_;
  std::deque<Pending> pending_;
  Time heard_{};                // when the last reply came
  Time watched_ = Time::max();  // when the deadlines are looked at next; max: nobody looks
  Timer deadlines_;
  Timer pause_;
  Backoff backoff_;
  Scope tasks_;
  Scope writing_;
};

}  // namespace freehold::redis
