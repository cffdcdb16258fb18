// The sample product: documents with title, body and tags. It shows how a product uses the
// platform: permissions, a gated feature, a limit over live rows, a meter on its API, events and
// the audit.
#pragma once

#include <boost/describe.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "access/access.hpp"
#include "catalog/catalog.hpp"
#include "core/id.hpp"
#include "core/keys.hpp"
#include "core/module.hpp"
#include "core/notes.hpp"
#include "core/problem.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "db/db.hpp"
#include "entitlements/entitlements.hpp"
#include "events/events.hpp"
#include "html/frame.hpp"
#include "html/html.hpp"
#include "http/router.hpp"

namespace freehold::documents {

namespace permissions {
inline constexpr Permission documents_read{96, "documents:read"};
inline constexpr Permission documents_write{97, "documents:write"};
}  // namespace permissions

inline constexpr Feature export_documents{"documents.export"};
inline constexpr Limit document_limit{"documents.documents"};
inline constexpr Meter api_calls{"documents.api_calls"};
Module module();

inline constexpr EventType document_created{"document.created"};
inline constexpr EventType document_deleted{"document.deleted"};
inline constexpr EventType document_restored{"document.restored"};

inline constexpr Duration purged_after = days(30);

struct DocumentTag {
  static constexpr std::string_view prefix = "document";
};
using DocumentId = Id<DocumentTag>;

struct Document {
  static constexpr std::string_view object = "document";
  DocumentId id;
  std::string title;
  std::string body;
  std::vector<std::string> tags;
  std::string created_by;  // "user_…" or "key_…"
  Instant created_at;
  Instant updated_at;
};
BOOST_DESCRIBE_STRUCT(Document, (), (id, title, body, tags, created_by, created_at, updated_at))
Notes notes_on(const Document*);

inline constexpr std::size_t longest_title = 200;     // characters
inline constexpr std::size_t longest_body = 100'000;  // bytes
inline constexpr std::size_t most_tags = 20;
inline constexpr std::size_t longest_tag = 40;  // characters

// What a person or program may set.
struct Draft {
  std::string title = {};  // not empty
  std::string body = {};
  std::vector<std::string> tags = {};  // made lower-case
};

// Only what is given changes.
struct Changes {
  std::optional<std::string> title;
  std::optional<std::string> body;
  std::optional<std::vector<std::string>> tags;
};
BOOST_DESCRIBE_STRUCT(Changes, (), (title, body, tags))
Notes notes_on(const Changes*);

struct Search {
  std::string words = {};  // all of them must occur; empty: every document
  std::string tag = {};    // empty: any
  std::optional<DocumentId> starting_after = {};
  int limit = 20;
};

// Trims the title, makes tags lower-case and drops their repetitions; then what is wrong with the
// draft, nothing when it may be stored.
FieldErrors tidy(Draft& draft);
// The tidy draft; throws Problem 422 with every field that is wrong.
Draft checked(Draft draft);

// What the workspace's plan allows, and where a person can choose a larger one.
struct Terms {
  const entitlements::Snapshot& snapshot;
  const catalog::Catalog& catalog;
  std::string upgrade_url;
};

// Problem 402 `limit_reached`, with the way to a larger plan, when there is no room.
Task<Document> create(db::DataTx& tx, const Terms& terms, Draft draft);
Task<Document> change(db::DataTx& tx, DocumentId id, Changes changes);
// Marks it deleted; Problem 404 when there is none.
Task<> remove(db::DataTx& tx, DocumentId id);
// Brings it back, if the limit has room; otherwise as create.
Task<Document> restore(db::DataTx& tx, const Terms& terms, DocumentId id);
Task<Document> get(db::DataRead& db, DocumentId id);
// One that was deleted and can be brought back.
Task<std::optional<Document>> find_deleted(db::DataRead& db, DocumentId id);
// Newest change first.
Task<std::vector<Document>> find(db::DataRead& db, Search search);
Task<std::int64_t> count(db::DataRead& db);
// The same in a read of its own: what the usage page shows beside document_limit.
Task<std::int64_t> count_live(db::Database& database, const Actor& actor);
// The tags of live documents, the most used first; at most 12.
struct TagCount {
  std::string tag;
  std::int64_t documents = 0;
};
BOOST_DESCRIBE_STRUCT(TagCount, (), (tag, documents))
Task<std::vector<TagCount>> tags_in_use(db::DataRead& db);
Task<std::vector<Document>> all_after(
    db::DataRead& db, std::optional<DocumentId> after);  // for the export, 500 at a time
// Removes what was deleted more than purged_after ago; how many.
Task<std::int64_t> purge(db::MoverTx& tx);

// The exports that are in memory. Each is as large as its workspace and stays until its reader has
// taken all of it, however slowly: one for a workspace, and `most` for a node.
class Exports {
 public:
  static constexpr std::size_t most = 8;
  // A place, until it is dropped. Problem 429 when the workspace has one in hand, 503 when there
  // are `most`.
  std::shared_ptr<const void> enter(TenantId tenant);

 private:
  struct InHand;
  std::shared_ptr<InHand> in_hand_ = make();
  static std::shared_ptr<InHand> make();
};

// What the routes stand on; put together once by the program.
struct Documents {
  db::Database& database;
  const catalog::Catalog& catalog;
  entitlements::Gates& gates;
  const html::Views& views;
  // Navigation, banner and tokens around a page; the handler adds layout and title.
  std::function<Task<html::Frame>(http::Request&)> frame;
  std::function<std::string(const http::Request&)> upgrade_url;
  // "Maya or Jonas": who in the workspace has the permission. Without it pages name no one.
  std::function<Task<std::string>(const Actor&, const Permission&)> who_can = {};
  Exports exports = {};
};

void routes(http::Router& at, Documents& documents);
events::Work work(Documents& documents);

}  // namespace freehold::documents
