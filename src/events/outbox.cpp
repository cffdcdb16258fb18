// Writing and reading the outbox.
#include "core/async.hpp"
#include "core/json.hpp"
#include "events/events.hpp"

namespace freehold::events {
namespace {

using Name = std::optional<std::string>;  // of a request or trace

const db::TenantQuery<void, EventId, std::string, db::RawJson, Instant, Name, Name> add_of_tenant{
    "events.add_of_tenant", R"(
  insert into events.outbox (tenant_id, id, type, payload, occurred_at, request_id, trace_id)
  values ($1, $2, $3, $4, $5, $6, $7))"};

const db::Query<void, EventId, std::string, db::RawJson, Instant, Name, Name> add_of_nobody{
    "events.add_of_nobody", R"(
  insert into events.outbox (id, type, payload, occurred_at, request_id, trace_id)
  values ($1, $2, $3, $4, $5, $6))"};

struct EventRow {
  EventId id;
  std::string type;
  db::RawJson payload;
  Instant occurred_at;
};
BOOST_DESCRIBE_STRUCT(EventRow, (), (id, type, payload, occurred_at))

const db::TenantQuery<EventRow, std::optional<Instant>, EventId, std::int64_t> recent{
    "events.recent", R"(
  select id, type, payload, occurred_at
    from events.outbox
   where tenant_id = $1
     and ($2::timestamptz is null or (occurred_at, id) < ($2, $3))
   order by occurred_at desc, id desc
   limit $4)"};

struct AnyEventRow {
  EventId id;
  std::string type;
  std::optional<TenantId> tenant_id;
  db::RawJson payload;
  Instant occurred_at;
};
BOOST_DESCRIBE_STRUCT(AnyEventRow, (), (id, type, tenant_id, payload, occurred_at))

const db::Query<AnyEventRow, Instant> since{"events.since", R"(
  select id, type, tenant_id, payload, occurred_at
    from events.outbox
   where occurred_at > $1
   order by occurred_at, id
   limit 1000)"};

Name name_of(const std::string& text) {
  return text.empty() ? Name() : Name(text);
}

template <class Tx, class Query>
Task<EventId> add(Tx& tx, const Query& query, std::string type, std::string payload,
                  Origin origin) {
  const EventId id = EventId::make(tx.now());
  const db::RawJson body{std::move(payload)};
  co_await tx.run(query, id, type, body, tx.now(), name_of(origin.request_id),
                  name_of(origin.trace_id));
  co_return id;
}

}  // namespace

Task<EventId> emit(db::ControlTx& tx, const EventType& type, std::string payload) {
  return add(tx, add_of_tenant, std::string(type.key), std::move(payload), tx.actor().origin());
}

Task<EventId> emit(db::DataTx& tx, const EventType& type, std::string payload) {
  return add(tx, add_of_tenant, std::string(type.key), std::move(payload), tx.actor().origin());
}

Task<EventId> emit(db::IdentityTx& tx, const EventType& type, std::string payload, Origin origin) {
  return add(tx, add_of_nobody, std::string(type.key), std::move(payload), std::move(origin));
}

Task<EventId> emit(db::StaffTx& tx, const EventType& type, std::string payload, Origin origin) {
  return add(tx, add_of_nobody, std::string(type.key), std::move(payload), std::move(origin));
}

Task<EventId> emit(db::SystemTx& tx, const EventType& type, std::string payload) {
  return add(tx, add_of_nobody, std::string(type.key), std::move(payload), {});
}

Task<std::vector<Event>> recent_events(db::ControlRead& db, std::optional<After> after, int limit) {
  std::optional<Instant> at;
  EventId id;
  id.uuid.bytes.fill(0xff);  // no event of the instant comes before it
  if (after) {
    at = after->occurred_at;
    id = after->id.value_or(id);
  }
  auto rows = co_await db.rows(recent, at, id, std::int64_t{limit});
  std::vector<Event> events;
  events.reserve(rows.size());
  for (auto& row : rows)
    events.push_back({.id = row.id,
                      .type = std::move(row.type),
                      .tenant = db.tenant(),
                      .payload = std::move(row.payload.text),
                      .occurred_at = row.occurred_at});
  co_return events;
}

Task<std::vector<Event>> events_since(db::SystemRead& db, Instant start) {
  auto rows = co_await db.rows(since, start);
  std::vector<Event> events;
  events.reserve(rows.size());
  for (auto& row : rows)
    events.push_back(
        {row.id, std::move(row.type), row.tenant_id, std::move(row.payload.text), row.occurred_at});
  co_return events;
}

}  // namespace freehold::events
