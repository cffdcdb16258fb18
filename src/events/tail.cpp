#include "events/tail.hpp"

#include <deque>
#include <mutex>

#include "core/async.hpp"
#include "core/bell.hpp"
#include "core/json.hpp"

namespace freehold::events {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto look_every = std::chrono::milliseconds(250);
constexpr auto outdated_after = std::chrono::seconds(2);
constexpr std::size_t most_kept = 1'000;
constexpr int most_at_once = 500;

const db::Query<std::int64_t> end{"events.feed_end", R"(
  select last
    from events.sequence)"};

}  // namespace

struct Tail::State {
  State(Runtime& runtime, db::Database& database) : database(database), bell(runtime) {}

  // The turn to look: given back however the look ends, also when its follower goes away.
  struct Turn {
    explicit Turn(State& state) : state(state) {}
    ~Turn() {
      const std::scoped_lock lock(state.mutex);
      state.looking = false;
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    State& state;
  };

  bool take_turn();
  void begin_at(std::int64_t position);
  void append(FeedPage page);

  db::Database& database;
  Bell bell;  // rings after each look
  mutable std::mutex mutex;
  bool looking = false;
  Clock::time_point looked_at = {};
  bool known = false;  // whether the events in (from, to] are
  std::int64_t from = 0;
  std::int64_t to = 0;
  std::deque<FeedEvent> events;
};

// False while somebody else looks or has just looked. After a pause, what happened meanwhile is not
// made up for: whoever was there before reads it, and memory begins anew.
bool Tail::State::take_turn() {
  const std::scoped_lock lock(mutex);
  const auto now = Clock::now();
  if (looking || now - looked_at < look_every / 2) return false;
  if (now - looked_at > outdated_after) known = false;
  looking = true;
  looked_at = now;
  return true;
}

void Tail::State::begin_at(std::int64_t position) {
  const std::scoped_lock lock(mutex);
  known = true;
  from = to = position;
  events.clear();
}

void Tail::State::append(FeedPage page) {
  const std::scoped_lock lock(mutex);
  to = page.cursor;
  std::ranges::move(page.events, std::back_inserter(events));
  while (events.size() > most_kept) {
    from = events.front().position;
    events.pop_front();
  }
}

Tail::Tail(Runtime& runtime, db::Database& database)
    : state_(std::make_shared<State>(runtime, database)) {}

std::optional<FeedPage> Tail::behind(std::int64_t cursor, const FeedFilter& filter) const {
  const std::scoped_lock lock(state_->mutex);
  if (!state_->known || cursor < state_->from) return {};
  FeedPage page{.events = {}, .cursor = std::max(cursor, state_->to)};
  for (const FeedEvent& event : state_->events)
    if (event.position > cursor && filter.wants(event)) page.events.push_back(event);
  return page;
}

Task<> Tail::next() {
  const auto state = state_;
  co_await state->bell.wait(look_every);
  if (!state->take_turn()) co_return;
  const State::Turn turn(*state);
  db::SystemRead db = state->database.system_read();
  if (!state->known) {
    const std::int64_t position = co_await db.row(end);
    state->begin_at(position);
  }
  bool has_more = true;
  while (has_more) {
    FeedPage page = co_await read_feed(db, state->to, {}, most_at_once);
    has_more = page.has_more;
    state->append(std::move(page));
  }
  state->bell.ring();
}

}  // namespace freehold::events
