// Who did what: one row per act, written in the act's own transaction. Names, addresses and agents
// of people lie in a side table that can be erased without touching the events.
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/id.hpp"
#include "core/notes.hpp"
#include "core/task.hpp"
#include "db/db.hpp"

namespace freehold::audit {

struct EntryTag {
  static constexpr std::string_view prefix = "audit";
};
using EntryId = Id<EntryTag>;

inline constexpr std::size_t longest_value = 1'000;  // bytes, of what a product writes down

// One changed field. Secrets and personal data never enter it.
struct Change {
  std::string field;
  std::optional<std::string> old_value;
  std::optional<std::string> new_value;
};
BOOST_DESCRIBE_STRUCT(Change, (), (field, old_value, new_value))
Notes notes_on(const Change*);

struct Act {
  std::string action;                      // "member.role_changed"
  std::optional<UserId> by_user = {};      // who did it, where a product says so
  std::string target_type;                 // "membership"
  std::string target_id;                   // its id as text
  std::string target_name = {};            // what people call it; erasable
  std::optional<UserId> target_user = {};  // the person it was done to, when it was one
  std::vector<Change> changes = {};
  std::string reason = {};  // why, where a person had to say so (staff overrides)
};

// Writes the act with its actor, address and program from the transaction's actor.
Task<EntryId> record(db::ControlTx& tx, Act act);
Task<EntryId> record(db::DataTx& tx, Act act);

struct Entry {
  static constexpr std::string_view object = "audit_event";
  EntryId id;
  Instant occurred_at;
  std::string action;
  std::string actor_type;  // user, api_key, product, staff, job
  std::string actor_id;    // "user_…"; a page asks identity for the name
  std::string target_type;
  std::string target_id;
  std::optional<std::string> target_name;  // none: erased, or it never had one
  std::vector<Change> changes;
  std::optional<std::string> reason;
  std::optional<std::string> ip;
};
BOOST_DESCRIBE_STRUCT(Entry, (),
                      (id, occurred_at, action, actor_type, actor_id, target_type, target_id,
                       target_name, changes, reason, ip))
Notes notes_on(const Entry*);

struct Filter {
  std::string action = {};     // exact, or a prefix that ends with a dot ("member."); empty: all
  std::string actor_id = {};   // empty: everybody
  std::string target_id = {};  // empty: everything
  std::optional<Instant> from = {};
  std::optional<Instant> until = {};  // exclusive
  std::optional<EntryId> starting_after = {};
  int limit = 50;  // at most this many; ask for one more to know whether there are more
};

// Newest first.
Task<std::vector<Entry>> entries(db::ControlRead& db, Filter filter);

// Which acts were recorded at this very instant, each once: an event of the same name tells of one
// of them.
Task<std::vector<std::string>> actions_at(db::ControlRead& db, Instant at);

// "member.role_changed" as people read it: "Member role changed"; they say workspace, not tenant.
std::string words_of(std::string_view action);

// Blanks every name, address and program of this person in the tenant, also where they were known
// by their mail address (canonical) only, because they had been invited and had no account yet. The
// events stay. How many rows it touched.
Task<std::int64_t> erase_person(db::ControlTx& tx, UserId user, std::string email);

}  // namespace freehold::audit
