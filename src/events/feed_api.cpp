// The feed over HTTP: page by page, or as it happens.
#include <charconv>

#include "core/async.hpp"
#include "core/crypto.hpp"
#include "core/json.hpp"
#include "core/log.hpp"
#include "events/feed.hpp"
#include "http/sse.hpp"

namespace freehold::events {
namespace {

constexpr int usual_limit = 100;
constexpr int most = 500;
constexpr std::size_t most_types = 50;
constexpr auto look_every = std::chrono::milliseconds(250);
constexpr int quiet_looks = 8;  // before a comment says that the connection lives

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 0) return {};
  return number;
}

std::int64_t cursor_of(std::string_view text) {
  if (text.empty()) return 0;
  const auto number = number_of(text);
  if (!number)
    throw Problem::invalid({{"after", "Send a cursor that this feed gave, or nothing."}});
  return *number;
}

int limit_of(const http::Request& req) {
  const std::string_view text = req.query.get("limit");
  if (text.empty()) return usual_limit;
  const auto number = number_of(text);
  if (!number || *number < 1 || *number > most)
    throw Problem::invalid({{"limit", "Send a number from 1 to 500."}});
  return int(*number);
}

bool is_type_pattern(std::string_view text) {
  return !text.empty() && text.size() <= 100 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || c == '_' || c == '.' || c == '*';
  });
}

FeedFilter filter_of(const http::Request& req) {
  FeedFilter filter;
  std::string_view rest = req.query.get("types");
  while (!rest.empty()) {
    const auto comma = std::min(rest.find(','), rest.size());
    const std::string_view type = rest.substr(0, comma);
    if (!is_type_pattern(type) || filter.types.size() == most_types)
      throw Problem::invalid(
          {{"types", "Send up to 50 types, separated by commas: member.added,plan.*"}});
    filter.types.emplace_back(type);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  const std::string_view tenant = req.query.get("tenant_id");
  if (tenant.empty()) return filter;
  filter.tenant = TenantId::parse(tenant);
  if (!filter.tenant) throw Problem::invalid({{"tenant_id", "Send the id of a workspace."}});
  return filter;
}

json::object object_of(const FeedEvent& event) {
  return {{"object", "event"},
          {"id", to_string(event.id)},
          {"cursor", std::to_string(event.position)},
          {"type", event.type},
          {"tenant_id", to_string(event.tenant_id)},
          {"occurred_at", to_rfc3339(event.occurred_at)},
          {"data", json::parse(event.payload.text)}};
}

Task<http::Response> list(Feed& feed, http::Request& req, db::Database&) {
  const std::int64_t after = cursor_of(req.query.get("after"));
  const FeedFilter filter = filter_of(req);
  const int limit = limit_of(req);
  db::SystemRead db = feed.database.system_read();
  const FeedPage page = co_await read_feed(db, after, filter, limit);
  json::array data;
  for (const FeedEvent& event : page.events) data.push_back(object_of(event));
  co_return http::json_response(200, json::object{{"object", "list"},
                                                  {"data", std::move(data)},
                                                  {"has_more", page.has_more},
                                                  {"next_cursor", std::to_string(page.cursor)},
                                                  {"url", req.path}});
}

// One connection that follows the feed.
struct Follower {
  db::Database& database;
  FeedFilter filter;
  std::int64_t cursor = 0;
  bool begun = false;
};

std::string text_of(const FeedPage& page) {
  std::string out;
  for (const FeedEvent& event : page.events) {
    const std::string cursor = std::to_string(event.position);
    const std::string data = json::serialize(object_of(event));
    http::append_event(out, {.id = cursor, .type = event.type, .data = data});
  }
  return out;
}

// Clients that lost the same server come back spread over two seconds.
std::string beginning_text() {
  std::string out;
  const auto byte = static_cast<unsigned char>(random_bytes(1).front());
  http::append_retry(out, 1'000 + int(byte) * 2'000 / 256);
  return out + ": what follows is told at least once\n\n";
}

Task<std::string> next_of(std::shared_ptr<Follower> follower) {
  if (!std::exchange(follower->begun, true)) co_return beginning_text();
  for (int looks = 0; looks < quiet_looks; ++looks) {
    try {
      db::SystemRead db = follower->database.system_read();
      const FeedPage page = co_await read_feed(db, follower->cursor, follower->filter, most);
      follower->cursor = page.cursor;
      std::string out = text_of(page);
      if (!out.empty()) co_return out;
      if (page.has_more) continue;
    } catch (const Problem& problem) {
      if (problem.status != 503) throw;
      log::warn("events.stream_waits", {{"reason", problem.detail}});
    }
    co_await sleep_for(look_every);
  }
  co_return ": quiet\n\n";
}

Task<http::Response> follow(Feed& feed, http::Request& req, db::Database&) {
  const std::string_view last = req.header("Last-Event-ID");
  const std::int64_t after = cursor_of(last.empty() ? req.query.get("after") : last);
  const auto follower = std::make_shared<Follower>(feed.database, filter_of(req), after);
  // What is gone is said before the stream begins.
  db::SystemRead db = feed.database.system_read();
  co_await read_feed(db, after, follower->filter, 1);
  co_return http::event_stream([follower] { return next_of(follower); });
}

}  // namespace

void routes(http::Router& at, Feed& feed) {
  auto with = at.with(feed);
  with.get("/api/v1/events", list, http::product);
  with.get("/api/v1/events/stream", follow, http::product);
}

}  // namespace freehold::events
