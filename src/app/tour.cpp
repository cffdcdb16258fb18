// What of the tour has been seen, kept in one small file so that it survives a restart.
#include "app/tour.hpp"

#include <fstream>

#include "core/async.hpp"
#include "core/json.hpp"
#include "metering/metering.hpp"

namespace freehold::app {
namespace {

struct Kept {
  Instant since;
  std::vector<std::string> marks;
};
BOOST_DESCRIBE_STRUCT(Kept, (), (since, marks))

// Every process names itself to the database: "freehold serve", "freehold worker".
const db::Query<std::string> running{"app.running_commands", R"(
  select distinct application_name
    from pg_stat_activity
   where datname = current_database()
     and application_name like 'freehold %')"};

std::filesystem::path file_of(const TourConfig& config) {
  return config.folder / "tour.json";
}

}  // namespace

Tour::Tour(Node::Parts& parts, TourConfig config) : parts_(parts), config_(std::move(config)) {
  std::ifstream file(file_of(config_));
  if (!file) return;
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const Kept kept = read_json_document<Kept>(text);
  since_ = kept.since;
  marks_.insert(kept.marks.begin(), kept.marks.end());
}

void Tour::begin(Instant now) {
  const std::lock_guard lock(mutex_);
  since_ = now;
  keep();
}

void Tour::note_answer(const http::Request& req, const http::Route& route,
                       const http::Response& response) {
  const bool of_documents = route.path.contains("/documents");
  if (route.path == "/t/{slug}/usage" && response.ok() && req.tenant_slug == "northwind-labs")
    note("usage seen");
  if (route.path == "/api/v1/documents" && response.ok()) note("api called");
  if (of_documents && response.refusal == "limit_reached") note("limit met");
  const bool of_export = route.path == "/api/v1/document_export" ||
                         route.path.starts_with("/t/{slug}/documents/export");
  if (of_export && response.refusal == "not_in_plan") note("export refused");
}

void Tour::note(std::string_view mark) {
  const std::lock_guard lock(mutex_);
  add(mark);
}

void Tour::add(std::string_view mark) {
  if (marks_.contains(mark)) return;
  marks_.emplace(mark);
  keep();
}

void Tour::keep() {
  const Kept kept{since_, {marks_.begin(), marks_.end()}};
  std::ofstream(file_of(config_)) << json::serialize(to_json(kept)) << '\n';
}

// A mark is the kind of an event, followed by what of the event matters where only some of that
// kind are meant.
void Tour::read_event(const events::Event& event) {
  add(event.type);
  const json::object about = json::parse(event.payload).as_object();
  const auto text = [&](std::string_view name) {
    const json::value* value = about.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
  };
  if (event.type == access::invitation_sent.key) add(event.type + " " + text("role"));
  if (event.type == entitlements::override_set.key) add(event.type + " " + text("kind"));
  if (event.type == metering::threshold_reached.key)
    add(fmt::format("{} {}", event.type, about.at("percent").as_int64()));
  if (event.type != billing::subscription_changed.key) return;
  const std::string subscription = text("subscription");
  if (!text("cancels_at").empty()) {
    ending_.insert(subscription);
    add("subscription cancelled");
  } else if (ending_.erase(subscription) > 0) {
    add("subscription kept");
  }
}

// Those of the last minute are looked at again: what is committed later may have happened earlier.
Task<std::set<std::string, std::less<>>> Tour::marks() {
  Instant start;
  {
    const std::lock_guard lock(mutex_);
    start = std::max(since_, read_ - minutes(1));
  }
  db::SystemRead db = parts_.database.system_read();
  const auto happened = co_await events::events_since(db, start);
  const auto commands = co_await db.rows(running);
  const std::lock_guard lock(mutex_);
  for (const events::Event& event : happened) read_event(event);
  for (const std::string& command : commands) add(command);
  if (!happened.empty()) read_ = happened.back().occurred_at;
  if (parts_.clocks.business.now() > parts_.clocks.machine.now() + hours(1)) add("clock advanced");
  co_return marks_;
}

}  // namespace freehold::app
