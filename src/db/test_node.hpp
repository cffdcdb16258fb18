// For the tests of this module: a small schema, and a node that works on it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/async.hpp"
#include "db/db.hpp"
#include "tests/support/scratch_database.hpp"

namespace freehold::db {

struct NoteTag {
  static constexpr std::string_view prefix = "note";
};
using NoteId = Id<NoteTag>;

struct Note {
  NoteId id;
  std::string title;
};
BOOST_DESCRIBE_STRUCT(Note, (), (id, title))

extern const TenantQuery<Note, NoteId> note_by_id;
extern const TenantQuery<Note> all_notes;
extern const TenantQuery<void, NoteId, std::string> insert_note;
extern const TenantQuery<NoteId, NoteId> insert_returning;
extern const Query<std::int32_t> backend_pid;
extern const Query<bool, double> nap;  // seconds
extern const TenantQuery<void> divide_by_zero;

// A database with sample.note, a tenant's table of both planes.
test::ScratchDatabase sample_database();
// The same in a database of the caller's, with the roles.
void make_sample(const std::string& admin, const Passwords& passwords = {});
// Two tenants that are in every sample database.
TenantId acme();
TenantId globex();
Actor actor_of(TenantId tenant);
// Makes the tenant's fence, as an administrator.
void add_tenant(const std::string& admin, TenantId tenant);
// A note of the tenant, as an administrator; its title is the tenant's id.
NoteId add_note(const test::ScratchDatabase& database, TenantId tenant);
// The titles of a tenant's notes in order, as an administrator, separated by spaces.
std::string titles(const test::ScratchDatabase& database, TenantId tenant);

Config config_for(const std::string& url);
// For what is about the server's own sessions.
Config past_pooler(const std::string& url);

// What runs on a node: a call of a coroutine, not a coroutine itself.
using Work = std::function<Task<>(Database&)>;

// Runs each work on a thread of its own node to the end of all; throws what the first one that
// failed threw.
void on_node(const Config& config, std::vector<Work> works);
void on_node(const Config& config, Work work);
// The business clock of these nodes.
ManualClock& node_clock();

// What a task came to: "ok", or the problem's code, or the SQLSTATE, or what else was thrown.
Task<std::string> verdict_of(Task<> task);

}  // namespace freehold::db
