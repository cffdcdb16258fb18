// The connection that listens to channels. It subscribes again by itself whenever it was broken,
// and says so, because what was published meanwhile is lost.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/async.hpp"
#include "core/scope.hpp"
#include "redis/backoff.hpp"
#include "redis/link.hpp"

namespace freehold::redis {

// Called on the executor's thread.
class Subscription : public std::enable_shared_from_this<Subscription> {
 public:
  using Handle = std::function<void(std::string_view message)>;

  Subscription(const Executor& executor, std::shared_ptr<Settings> settings);

  void start();
  void close();

  void add(std::string channel, Handle handle);
  void on_ready(std::function<void()> handle) { ready_.push_back(std::move(handle)); }

 private:
  static Task<> run(std::shared_ptr<Subscription> self);
  Task<std::string> session();
  void subscribe_to_all();
  void receive(const Reply& frame);
  void confirm();
  void announce();
  void hand_out(const std::string& channel, const std::string& message);
  void expect_a_sign(bool asked);

  Executor executor_;
  std::shared_ptr<Settings> settings_;
  std::unique_ptr<Link> link_;
  std::map<std::string, std::vector<Handle>, std::less<>> channels_;
  std::vector<std::function<void()>> ready_;
  std::size_t unconfirmed_ = 0;  // subscriptions that the server has not confirmed
  bool connected_ = false;
  bool in_place_ = false;
  bool closed_ = false;
  Timer silence_;
  Timer pause_;
  Backoff backoff_;
  Scope tasks_;
  Scope writing_;
};

}  // namespace freehold::redis
