// Events as programs read them, and what the document of the API says of the feed. Private to the
// module.
#pragma once

#include "core/json.hpp"
#include "events/feed.hpp"
#include "http/operation.hpp"

namespace freehold::events {

inline constexpr int usual_events = 100;  // of a page
inline constexpr int most_events = 500;

struct EventResource {
  static constexpr std::string_view object = "event";
  EventId id;
  std::string cursor;
  std::string type;
  TenantId tenant_id;
  Instant occurred_at;
  json::object data;
};
BOOST_DESCRIBE_STRUCT(EventResource, (), (id, cursor, type, tenant_id, occurred_at, data))

struct EventList {
  static constexpr std::string_view object = "list";
  std::vector<EventResource> data = {};
  bool has_more = false;
  std::string next_cursor = {};
  std::string url = {};
};
BOOST_DESCRIBE_STRUCT(EventList, (), (data, has_more, next_cursor, url))

Notes notes_on(const EventResource*);
Notes notes_on(const EventList*);

EventResource resource_of(const FeedEvent& event);

http::Operation listing(Schemas& schemas);
http::Operation following(Schemas& schemas);

}  // namespace freehold::events
