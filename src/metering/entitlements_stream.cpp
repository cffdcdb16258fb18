#include "metering/entitlements_stream.hpp"

#include <charconv>

#include "access/product_keys.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "core/log.hpp"
#include "http/operation.hpp"
#include "http/sse.hpp"
#include "metering/entitlements_api.hpp"

namespace freehold::metering {
namespace {

constexpr auto shortest_pause = std::chrono::milliseconds(50);

struct Cursor {
  std::string cursor;
};
BOOST_DESCRIBE_STRUCT(Cursor, (), (cursor))

struct Heartbeat {
  Instant at;
};
BOOST_DESCRIBE_STRUCT(Heartbeat, (), (at))

Notes notes_on(const Cursor*) {
  return {"StreamCursor",
          "Where the stream is.",
          {{"cursor", "What to send as `Last-Event-ID`.", {.pattern = "^[0-9]+$"}}}};
}

Notes notes_on(const Heartbeat*) {
  return {"Heartbeat",
          "Nothing was missed until now.",
          {{"at", "Business time: compare it with `next_change_at`."}}};
}

// One follower. It lives as long as its connection, on the thread of it.
class Follower {
 public:
  Follower(Pages& pages, const http::Request& req)
      : pages_(pages), key_(*req.product_key), origin_(req.origin()) {
    const std::string_view header = req.header("authorization");
    secret_ = header.substr(header.find(' ') + 1);
    read_cursor(req.header("Last-Event-ID"));
  }

  Task<std::string> next();

 private:
  void read_cursor(std::string_view text);
  Task<> begin(std::string& out);
  Task<entitlements::Gates::Changes> news();
  Task<> tell(std::string& out, TenantId tenant, std::int64_t version);

  Pages& pages_;
  ProductKeyId key_;
  std::string secret_;
  Origin origin_;
  std::optional<std::int64_t> since_;
  std::int64_t look_ = 0;  // of this node, the last that was told
  bool misread_ = false;   // a cursor that is none of ours
  bool begun_ = false;
  std::unordered_map<TenantId, std::int64_t> told_;  // so that nothing is told twice
};

void Follower::read_cursor(std::string_view text) {
  if (text.empty()) return;
  std::int64_t cursor = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), cursor);
  misread_ = error != std::errc{} || end != text.data() + text.size() || cursor < 0;
  if (!misread_) since_ = cursor;
}

std::string cursor_object(std::int64_t cursor) {
  return json::serialize(to_json(Cursor{std::to_string(cursor)}));
}

Task<> Follower::begin(std::string& out) {
  http::append_retry(out);
  const auto now = co_await pages_.gates.changes({});
  // A cursor from a database that was there before this one.
  if (since_ && *since_ > now.next) misread_ = true;
  const std::string cursor = std::to_string(now.next);
  const std::string data = cursor_object(now.next);
  if (misread_) http::append_event(out, {.id = cursor, .type = "reset", .data = data});
  if (misread_ || !since_) since_ = now.next;
  const std::string from = std::to_string(*since_);
  http::append_event(out, {.id = from, .type = "ready", .data = data});
}

Task<> Follower::tell(std::string& out, TenantId tenant, std::int64_t version) {
  const auto known = told_.find(tenant);
  if (known != told_.end() && known->second >= version) co_return;
  const Actor actor = access::product_in(tenant, key_, origin_);
  const auto snapshot = co_await pages_.gates.snapshot(actor, version);
  const Entitlements object = co_await entitlements_of(pages_, actor, snapshot);
  told_[tenant] = snapshot->version;
  const std::string data = json::serialize(to_json(object));
  http::append_event(out, {.type = "entitlements", .data = data});
}

// Where another connection ended, the database is asked once; then the looks of the node tell.
Task<entitlements::Gates::Changes> Follower::news() {
  if (look_ == 0) return pages_.gates.changes(since_);
  return pages_.gates.next_changes(*since_, look_);
}

// Nothing is told of a change before it can be read, so the cursor goes on only with the last of
// what it stands for. While the database is away nothing says that all is well. An empty text ends
// the stream: its key was revoked.
Task<std::string> Follower::next() {
  std::string out;
  if (!begun_) {
    begun_ = true;
    co_await begin(out);
    co_return out;
  }
  co_await sleep_for(shortest_pause);
  try {
    const bool admitted = co_await pages_.admits(secret_, origin_);
    if (!admitted) co_return out;
    const auto news = co_await this->news();
    for (const auto& [tenant, version] : news.versions) co_await tell(out, tenant, version);
    since_ = news.next;
    look_ = news.look;
    const std::string at =
        json::serialize(to_json(Heartbeat{pages_.database.clocks().business.now()}));
    const std::string cursor = std::to_string(news.next);
    http::append_event(out, {.id = cursor, .type = "heartbeat", .data = at});
  } catch (const Problem& problem) {
    if (problem.status != 503) throw;
    log::warn("entitlements.stream_waits", {{"reason", problem.detail}});
    out += ": the database does not answer\n\n";
  }
  co_return out;
}

Task<std::string> next_of(std::shared_ptr<Follower> follower) {
  co_return co_await follower->next();
}

}  // namespace

http::Operation following_entitlements(Schemas& schemas) {
  http::Parameter last = http::text_parameter(
      "Last-Event-ID", "The `id` of the last event that was read: the stream goes on there.", "41");
  last.in_header = true;
  http::Answer stream{.status = 200,
                      .about = "Changes as they happen. `id` is the cursor.",
                      .media = "text/event-stream"};
  stream.events = {
      http::event_of<Cursor>(schemas, "ready", "From here on nothing is missed."),
      http::event_of<Entitlements>(schemas, "entitlements", "A workspace that changed."),
      http::event_of<Heartbeat>(schemas, "heartbeat", "At least every 500 ms."),
      http::event_of<Cursor>(schemas, "reset", "The cursor is none of ours: forget everything.")};
  return {.id = "follow_entitlements",
          .tag = &about_entitlements,
          .summary = "Follow what every workspace may use",
          .about =
              "A workspace is told whenever its plan, access or overrides change. What changes "
              "by the clock alone is not told: ask again when a heartbeat has reached its "
              "`next_change_at`.",
          .parameters = {std::move(last)},
          .answers = {std::move(stream)}};
}

Task<http::Response> follow_entitlements(Pages& pages, http::Request& req, db::Database&) {
  auto follower = std::make_shared<Follower>(pages, req);
  co_return http::event_stream([follower] { return next_of(follower); });
}

}  // namespace freehold::metering
