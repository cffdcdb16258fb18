// What a product writes down in its customers' workspaces: acts for the audit log, and events.
#include "access/screens.hpp"
#include "audit/audit.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "events/events.hpp"
#include "events/feed.hpp"
#include "http/operation.hpp"

namespace freehold::access {
namespace {

constexpr std::string_view first_word = "product.";
constexpr std::size_t longest_word = 80;
constexpr std::size_t longest_text = 200;
constexpr std::size_t most_changes = 50;
constexpr std::size_t largest_data = 8 * 1024;

struct ActBody {
  std::string action;
  std::optional<UserId> user_id;  // who did it; without one, the product did
  std::string target_type;
  std::string target_id;
  std::optional<std::string> target_name;
  std::vector<audit::Change> changes;
};
BOOST_DESCRIBE_STRUCT(ActBody, (), (action, user_id, target_type, target_id, target_name, changes))

struct WrittenAct {
  static constexpr std::string_view object = "audit_event";
  audit::EntryId id;
  std::string action;
};
BOOST_DESCRIBE_STRUCT(WrittenAct, (), (id, action))

struct EventBody {
  std::string type;
  std::optional<UserId> user_id;
  std::optional<json::object> data;
};
BOOST_DESCRIBE_STRUCT(EventBody, (), (type, user_id, data))

struct WrittenEvent {
  static constexpr std::string_view object = "event";
  EventId id;
  std::string type;
};
BOOST_DESCRIBE_STRUCT(WrittenEvent, (), (id, type))

// --- What is said of it

constexpr Bounds of_products_word{.most = longest_word, .pattern = R"(^product(\.[a-z_]+)+$)"};
constexpr std::string_view about_person =
    "The person who did it, a member of the workspace. "
    "Without one, the product did it.";

Notes notes_on(const ActBody*) {
  return {"NewAuditEvent",
          "An act of a product or of one of its customers.",
          {{"action", "Begins with `product.`: `product.report_exported`.", of_products_word},
           {"user_id", about_person},
           {"target_type",
            "What it was done to, in one word: `report`.",
            {.most = longest_word, .pattern = "^[a-z_]+$"}},
           {"target_id",
            "Its id at the product, at most 200 bytes.",
            {.least = 1, .most = longest_text}},
           {"target_name", "What people call it, at most 200 bytes.", {.most = longest_text}},
           {"changes", "What changed about it.", {.most = most_changes}}}};
}

Notes notes_on(const WrittenAct*) {
  return {"WrittenAuditEvent",
          "What was written down.",
          {{"id", "Its id in the audit log."}, {"action", "What was done."}}};
}

Notes notes_on(const EventBody*) {
  return {"NewEvent",
          "Something that happened at the product.",
          {{"type", "Begins with `product.`: `product.report_opened`.", of_products_word},
           {"user_id", about_person},
           {"data", "What else there is to say; at most 8 KiB as JSON."}}};
}

Notes notes_on(const WrittenEvent*) {
  return {"WrittenEvent",
          "What was written down.",
          {{"id", "Its id; in the feed it also has a cursor."}, {"type", "What happened."}}};
}

http::Operation writing_act(Schemas& schemas) {
  const ActBody body{.action = "product.report_exported",
                     .user_id = {},
                     .target_type = "report",
                     .target_id = "r_17",
                     .target_name = "Sales of November",
                     .changes = {{.field = "state", .old_value = "draft", .new_value = "sent"}}};
  const WrittenAct written{example_id<audit::EntryId>(), body.action};
  return {.id = "create_audit_event",
          .tag = &about_audit,
          .summary = "Write into a workspace's audit log",
          .about =
              "For what customers do at the product. They read it beside everything else, in "
              "the console and over the API.",
          .body = http::body_like(schemas, body),
          .answers = {http::answer_like(schemas, 201, "It is in the log.", written)}};
}

http::Operation writing_event(Schemas& schemas) {
  const EventBody body{
      .type = "product.report_opened", .user_id = {}, .data = json::object{{"report", "r_17"}}};
  const WrittenEvent written{example_id<EventId>(), body.type};
  return {
      .id = "create_event",
      .tag = &events::about_events,
      .summary = "Add an event to the feed",
      .about = "For what happens at the product: whoever follows the feed reads it in its order.",
      .body = http::body_like(schemas, body),
      .answers = {http::answer_like(schemas, 201, "It is in the feed.", written)}};
}

// --- Handlers

// "product.report_exported": what a product says never looks like what the program says.
bool is_products_word(std::string_view word) {
  if (!word.starts_with(first_word) || word.size() > longest_word || word.ends_with('.') ||
      word.contains(".."))
    return false;
  return std::ranges::all_of(word,
                             [](char c) { return (c >= 'a' && c <= 'z') || c == '_' || c == '.'; });
}

bool is_kind(std::string_view word) {
  return !word.empty() && word.size() <= longest_word &&
         std::ranges::all_of(word, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

bool is_short(const std::optional<std::string>& text, std::size_t most) {
  return !text || text->size() <= most;
}

void check(const ActBody& body) {
  FieldErrors errors;
  if (!is_products_word(body.action))
    errors.push_back({"action", "Send words that begin with product: product.report_exported."});
  if (!is_kind(body.target_type))
    errors.push_back({"target_type", "Send one word of small letters: report."});
  if (body.target_id.empty() || body.target_id.size() > longest_text)
    errors.push_back({"target_id", "Send 1 to 200 bytes."});
  if (!is_short(body.target_name, longest_text))
    errors.push_back({"target_name", "Send at most 200 bytes."});
  if (body.changes.size() > most_changes) errors.push_back({"changes", "Send at most 50 changes."});
  for (const audit::Change& change : body.changes)
    if (!is_kind(change.field) || !is_short(change.old_value, audit::longest_value) ||
        !is_short(change.new_value, audit::longest_value))
      errors.push_back({"changes",
                        "Send a field of small letters and values of at most 1,000 "
                        "bytes."});
  if (!errors.empty()) throw Problem::invalid(std::move(errors));
}

// A person who has nothing to do with the workspace did nothing in it.
Task<> require_member(db::ControlTx& tx, const std::optional<UserId>& user) {
  if (!user) co_return;
  const auto member = co_await tenancy::find_member(tx, *user);
  if (!member)
    throw Problem::invalid({{"user_id", "This person does not belong to the workspace."}});
}

Task<http::Response> add_act(http::Request& req, db::ControlTx& tx) {
  auto body = read_json_document<ActBody>(req.body);
  check(body);
  co_await require_member(tx, body.user_id);
  audit::Act act{.action = body.action,
                 .by_user = body.user_id,
                 .target_type = std::move(body.target_type),
                 .target_id = std::move(body.target_id),
                 .target_name = body.target_name.value_or(""),
                 .changes = std::move(body.changes)};
  const audit::EntryId id = co_await audit::record(tx, std::move(act));
  const WrittenAct written{.id = id, .action = body.action};
  co_return http::created(written);
}

Task<http::Response> add_event(http::Request& req, db::ControlTx& tx) {
  auto body = read_json_document<EventBody>(req.body);
  if (!is_products_word(body.type))
    throw Problem::invalid(
        {{"type", "Send words that begin with product: product.report_opened."}});
  co_await require_member(tx, body.user_id);
  json::object data = body.data.value_or(json::object());
  if (body.user_id) data["user"] = to_string(*body.user_id);
  std::string payload = json::serialize(data);
  if (payload.size() > largest_data) throw Problem::invalid({{"data", "Send at most 8 KiB."}});
  const EventId id = co_await events::emit(tx, EventType{body.type}, std::move(payload));
  const WrittenEvent written{.id = id, .type = body.type};
  co_return http::created(written);
}

}  // namespace

void product_routes(http::Router& at) {
  at.post("/api/v1/tenants/{tenant_id}/audit_events", add_act, http::product,
          described(writing_act));
  at.post("/api/v1/tenants/{tenant_id}/events", add_event, http::product, described(writing_event));
}

}  // namespace freehold::access
