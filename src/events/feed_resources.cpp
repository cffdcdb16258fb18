#include "events/feed_resources.hpp"

namespace freehold::events {
namespace {

std::vector<http::Parameter> choices(std::vector<http::Parameter> more) {
  std::vector<http::Parameter> all{
      http::text_parameter("after",
                           "A cursor of this feed. Without one, the oldest event is first.", "0",
                           {.pattern = "^[0-9]*$"}),
      http::text_parameter(
          "types",
          "Only these types: up to 50, separated by commas. `member.*` is all that "
          "begin so.",
          "member.*,plan.changed", {.pattern = R"(^[a-z_.*]*(,[a-z_.*]+)*$)"}),
      http::text_parameter("tenant_id",
                           "Only of this workspace. A workspace's key reads nothing else.", "",
                           {.pattern = "^tenant_"})};
  std::ranges::move(more, std::back_inserter(all));
  return all;
}

}  // namespace

Notes notes_on(const EventResource*) {
  return {"Event",
          "Something that happened in a workspace.",
          {{"id", "Its id. An event may be told twice, with the same id."},
           {"cursor", "Where it is in the feed.", {.pattern = "^[0-9]+$"}},
           {"type", "What happened: `member.added`. What products add begins with `product.`."},
           {"tenant_id", "The workspace."},
           {"occurred_at", "When."},
           {"data", "What belongs to the type; ids mostly."}}};
}

Notes notes_on(const EventList*) {
  return {"EventList",
          "A part of the feed.",
          {{"data", "Events, oldest first."},
           {"has_more", "Whether more are there already."},
           {"next_cursor",
            "Send it as `after` next time. It is there also when nothing was chosen.",
            {.pattern = "^[0-9]+$"}},
           {"url", "The address of the feed."}}};
}

EventResource resource_of(const FeedEvent& event) {
  return {.id = event.id,
          .cursor = std::to_string(event.position),
          .type = event.type,
          .tenant_id = event.tenant_id,
          .occurred_at = event.occurred_at,
          .data = json::parse(event.payload.text).as_object()};
}

http::Operation listing(Schemas& schemas) {
  const EventResource event{.id = example_id<EventId>(),
                            .cursor = "41",
                            .type = "member.added",
                            .tenant_id = example_id<TenantId>(),
                            .occurred_at = example_time(),
                            .data = {{"role", "member"}}};
  const EventList page{.data = {event}, .next_cursor = "41", .url = "/api/v1/events"};
  return {.id = "list_events",
          .tag = &about_events,
          .summary = "Read the feed",
          .about =
              "Events are kept for 90 days and told at least once. A product key reads those of "
              "every workspace, a workspace's key its own.",
          .parameters = choices(
              {http::number_parameter("limit", "How many events to look at.",
                                      {.least = 1, .most = most_events, .usual = usual_events})}),
          .answers = {http::answer_like(schemas, 200, "Events.", page)},
          .refusals = {{"invalid_input"}, {"not_found"}, {"cursor_expired"}}};
}

http::Operation following(Schemas& schemas) {
  http::Parameter last = http::text_parameter(
      "Last-Event-ID", "The `id` of the last event that was read; wins over `after`.", "41",
      {.pattern = "^[0-9]*$"});
  last.in_header = true;
  http::Answer stream{.status = 200,
                      .about = "Events as they happen. `id` is the cursor, `event` the type.",
                      .media = "text/event-stream"};
  stream.events = {http::event_of<EventResource>(schemas, "", "Each event.")};
  return {.id = "follow_events",
          .tag = &about_events,
          .summary = "Follow the feed",
          .about = "The same events as they happen, after those that are there already.",
          .parameters = choices({std::move(last)}),
          .answers = {std::move(stream)},
          .refusals = {{"invalid_input"}, {"not_found"}, {"cursor_expired"}}};
}

}  // namespace freehold::events
