#include "core/bell.hpp"

#include <boost/asio/post.hpp>
#include <unordered_set>

#include "core/async.hpp"

namespace freehold {

using Timers = std::unordered_set<Timer*>;

struct Bell::State {
  explicit State(Runtime& runtime) : runtime(runtime), waiting(runtime.size()) {}

  Runtime& runtime;
  std::vector<Timers> waiting;  // by io thread
};

namespace {

// Is among those that wait, as long as it lives.
struct Place {
  Place(Timers& all, Timer& own) : all(all), own(own) { all.insert(&own); }
  ~Place() { all.erase(&own); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  Timers& all;
  Timer& own;
};

}  // namespace

Bell::Bell(Runtime& runtime) : state_(std::make_shared<State>(runtime)) {}

void Bell::ring() {
  for (unsigned i = 0; i < state_->runtime.size(); ++i) {
    asio::post(state_->runtime.executor(i), [state = state_, i] {
      for (Timer* timer : state->waiting[i]) timer->cancel();
    });
  }
}

Task<> Bell::wait(std::chrono::steady_clock::duration longest) {
  const auto state = state_;
  const unsigned thread = Runtime::current();
  Timer timer(state->runtime.executor(thread), longest);
  const Place place(state->waiting[thread], timer);
  co_await timer.async_wait(use_tuple);
}

}  // namespace freehold
