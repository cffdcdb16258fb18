// Who did what: one row per act, written in the act's own transaction. Names, addresses and agents
// of people lie in a side table that can be erased without touching the events.
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/id.hpp"
#include "core/task.hpp"
#include "db/db.hpp"

namespace freehold::audit {

struct EntryTag {
  static constexpr std::string_view prefix = "audit";
};
using EntryId = Id<EntryTag>;

// One changed field; secrets and personal data never enter it.
struct Change {
  std::string field;
  std::optional<std::string> old_value;
  std::optional<std::string> new_value;
};
BOOST_DESCRIBE_STRUCT(Change, (), (field, old_value, new_value))

struct Act {
  std::string action;       // "member.role_changed"
  std::string target_type;  // "membership"
  std::string target_id;
  std::string target_name;  // what people call it; erasable
  std::vector<Change> changes;
  std::string reason;  // why, where a person had to say so (staff overrides)
};

// The actor, its address and agent come from the transaction's actor.
Task<> record(db::ControlTx& tx, Act act);
Task<> record(db::DataTx& tx, Act act);

struct Entry {
  EntryId id;
  Instant occurred_at;
  std::string action;
  std::string actor_type;  // user, api_key, staff, job
  std::string actor_id;
  std::optional<std::string> actor_name;
  std::string target_type;
  std::string target_id;
  std::optional<std::string> target_name;
  std::vector<Change> changes;
  std::optional<std::string> reason;
  std::optional<std::string> ip;
};
BOOST_DESCRIBE_STRUCT(Entry, (),
                      (id, occurred_at, action, actor_type, actor_id, actor_name, target_type,
                       target_id, target_name, changes, reason, ip))

struct Filter {
  std::optional<std::string> action;  // exact, or a prefix that ends with a dot
  std::optional<std::string> actor_id;
  std::optional<std::string> target_id;
  std::optional<Instant> from;
  std::optional<Instant> until;
  std::optional<EntryId> starting_after;
  int limit = 50;
};
// Newest first, of both planes.
Task<std::vector<Entry>> entries(db::ControlRead& db, Filter filter);

// Blanks every name, address and agent of this person in the tenant; the events stay.
Task<std::int64_t> erase_person(db::ControlTx& tx, UserId user);

}  // namespace freehold::audit
