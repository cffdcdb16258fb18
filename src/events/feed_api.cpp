// The feed over HTTP: page by page, or as it happens.
#include <charconv>

#include "core/async.hpp"
#include "core/json.hpp"
#include "core/log.hpp"
#include "events/feed_resources.hpp"
#include "events/tail.hpp"
#include "http/sse.hpp"

namespace freehold::events {
namespace {

constexpr std::size_t most_types = 50;
constexpr auto pause_while_away = std::chrono::milliseconds(250);
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
  if (text.empty()) return usual_events;
  const auto number = number_of(text);
  if (!number || *number < 1 || *number > most_events)
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
  if (!tenant.empty()) filter.tenant = TenantId::parse(tenant);
  if (!tenant.empty() && !filter.tenant)
    throw Problem::invalid({{"tenant_id", "Send the id of a workspace."}});
  if (req.product_key) return filter;
  const TenantId own = req.actor().tenant();
  if (filter.tenant.value_or(own) != own) throw Problem::not_found("workspace");
  filter.tenant = own;
  return filter;
}

// Who reads inside of a workspace; nobody when the product reads over all of them.
std::optional<Actor> reader_of(const http::Request& req) {
  if (req.product_key) return {};
  return req.actor();
}

std::string secret_of(const http::Request& req) {
  const std::string_view header = req.header("authorization");
  return std::string(header.substr(header.find(' ') + 1));
}

struct Place {
  std::int64_t after = 0;
  FeedFilter filter = {};
  std::optional<Actor> reader = {};
};

Task<FeedPage> read(Feed& feed, const Place& place, int limit) {
  if (place.reader)
    co_return co_await read_own_feed(feed.database, *place.reader, place.after, place.filter,
                                     limit);
  db::SystemRead db = feed.database.system_read();
  co_return co_await read_feed(db, place.after, place.filter, limit);
}

Task<http::Response> list(Feed& feed, http::Request& req, db::Database&) {
  const Place place{cursor_of(req.query.get("after")), filter_of(req), reader_of(req)};
  const int limit = limit_of(req);
  const FeedPage page = co_await read(feed, place, limit);
  EventList answer{
      .has_more = page.has_more, .next_cursor = std::to_string(page.cursor), .url = req.path};
  for (const FeedEvent& event : page.events) answer.data.push_back(resource_of(event));
  co_return http::json(answer);
}

// One connection that follows the feed.
struct Follower {
  Feed& feed;
  Place place;
  std::string secret;
  Origin origin;
  bool begun = false;
};

std::string text_of(const FeedPage& page) {
  std::string out;
  for (const FeedEvent& event : page.events) {
    const std::string cursor = std::to_string(event.position);
    const std::string data = json::serialize(to_json(resource_of(event)));
    http::append_event(out, {.id = cursor, .type = event.type, .data = data});
  }
  return out;
}

std::string beginning_text() {
  std::string out;
  http::append_retry(out);
  return out + ": what follows is told at least once\n\n";
}

// From the memory of the node, which nothing but the newest is in. There is news of a workspace in
// it, but the rows are read inside of the workspace.
Task<FeedPage> look(Follower& follower) {
  auto known = follower.feed.tail->behind(follower.place.after, follower.place.filter);
  const bool is_enough = known && (!follower.place.reader || known->events.empty());
  if (is_enough) co_return std::move(*known);
  co_return co_await read(follower.feed, follower.place, most_events);
}

// What there is to tell; nothing after waiting in vain. An empty text ends the stream: its key was
// revoked, or has lost the permission.
Task<std::optional<std::string>> listen(Follower& follower) {
  const bool admitted = co_await follower.feed.admits(follower.secret, follower.origin);
  if (!admitted) co_return std::string();
  const FeedPage page = co_await look(follower);
  follower.place.after = page.cursor;
  std::string out = text_of(page);
  if (!out.empty()) co_return out;
  if (!page.has_more) co_await follower.feed.tail->next();
  co_return std::nullopt;
}

Task<std::string> next_of(std::shared_ptr<Follower> follower) {
  if (!std::exchange(follower->begun, true)) co_return beginning_text();
  for (int looks = 0; looks < quiet_looks; ++looks) {
    bool away = false;
    try {
      auto text = co_await listen(*follower);
      if (text) co_return std::move(*text);
    } catch (const Problem& problem) {
      if (problem.status != 503) throw;
      log::warn("events.stream_waits", {{"reason", problem.detail}});
      away = true;
    }
    if (away) co_await sleep_for(pause_while_away);
  }
  co_return ": quiet\n\n";
}

Task<http::Response> follow(Feed& feed, http::Request& req, db::Database&) {
  const std::string_view last = req.header("Last-Event-ID");
  const std::int64_t after = cursor_of(last.empty() ? req.query.get("after") : last);
  const auto follower = std::make_shared<Follower>(
      Follower{feed, {after, filter_of(req), reader_of(req)}, secret_of(req), req.origin()});
  // What is gone is said before the stream begins.
  co_await read(feed, follower->place, 1);
  co_return http::event_stream([follower] { return next_of(follower); });
}

}  // namespace

Feed::Feed(Runtime& runtime, db::Database& database, Admits admits)
    : database(database),
      admits(std::move(admits)),
      tail(std::make_shared<Tail>(runtime, database)) {}

void routes(http::Router& at, Feed& feed) {
  auto with = at.with(feed);
  // The product, or a key of a workspace with the permission.
  const http::Access reader{http::Access::Kind::product, permissions::events_read};
  with.get("/api/v1/events", list, reader, described(listing));
  with.get("/api/v1/events/stream", follow, reader, described(following));
}

}  // namespace freehold::events
