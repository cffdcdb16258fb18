// What of the tour has been seen, kept in one small file so that it survives a restart.
#include "app/tour.hpp"

#include <fstream>

#include "core/async.hpp"
#include "core/json.hpp"

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

void Tour::note_visit(std::string_view route) {
  if (route == "/t/{slug}/usage") note("usage seen");
}

void Tour::note(std::string_view mark) {
  const std::lock_guard lock(mutex_);
  if (marks_.contains(mark)) return;
  marks_.emplace(mark);
  keep();
}

void Tour::keep() {
  const Kept kept{since_, {marks_.begin(), marks_.end()}};
  std::ofstream(file_of(config_)) << json::serialize(to_json(kept)) << '\n';
}

Task<std::set<std::string, std::less<>>> Tour::marks() {
  Instant since;
  {
    const std::lock_guard lock(mutex_);
    since = since_;
  }
  db::SystemRead db = parts_.database.system_read();
  const auto types = co_await events::types_since(db, since);
  const auto commands = co_await db.rows(running);
  for (const std::string& type : types) note(type);
  for (const std::string& command : commands) note(command);
  if (parts_.clocks.business.now() > parts_.clocks.machine.now() + hours(1)) note("clock advanced");
  const std::lock_guard lock(mutex_);
  co_return marks_;
}

}  // namespace freehold::app
