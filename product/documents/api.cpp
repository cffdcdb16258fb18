// The product's JSON API, and what its document says of it.
#include "core/async.hpp"
#include "core/json.hpp"
#include "documents/handlers.hpp"
#include "http/list.hpp"
#include "http/operation.hpp"

namespace freehold::documents {
namespace {

constexpr std::string_view list_path = "/api/v1/documents";

struct DraftBody {
  std::string title;
  std::optional<std::string> body;
  std::vector<std::string> tags;
};
BOOST_DESCRIBE_STRUCT(DraftBody, (), (title, body, tags))

// --- What is said of it

constexpr Bounds of_title{.least = 1, .most = longest_title};
constexpr Bounds of_body{.most = longest_body};
constexpr Bounds of_tags{.most = most_tags};
constexpr Bounds of_tag{.least = 1, .most = longest_tag};
constexpr std::string_view about_title = "Spaces around it are dropped.";
constexpr std::string_view about_body = "Plain text, at most 100,000 bytes of UTF-8.";
constexpr std::string_view about_tags = "Made small; a repeated one is dropped.";

Notes notes_on(const DraftBody*) {
  return {"NewDocument",
          "A document to write.",
          {{"title", about_title, of_title},
           {"body", about_body, of_body},
           {"tags", about_tags, of_tags, of_tag}}};
}

constexpr http::Tag about_documents{"Documents",
                                    "The sample product: texts with a title and tags. Each call "
                                    "counts for the meter `documents.api_calls`."};

Document some_document() {
  return {.id = example_id<DocumentId>(),
          .title = "Minutes of Monday",
          .body = "We chose the blue one.",
          .tags = {"minutes"},
          .created_by = to_string(example_id<UserId>()),
          .created_at = example_time(),
          .updated_at = example_time()};
}

http::Operation listing(Schemas& schemas) {
  return {.id = "list_documents",
          .tag = &about_documents,
          .summary = "List documents",
          .about = "The one changed last comes first. Deleted ones are not among them.",
          .parameters = http::paging_parameters<DocumentId>(
              {http::text_parameter("q", "Words that must all be in title, body or tags.", "blue"),
               http::text_parameter("tag", "A tag that it must have.", "minutes")}),
          .answers = {http::page_like(schemas, "Documents.", list_path, some_document())},
          .refusals = {{"invalid_input"}}};
}

http::Operation reading(Schemas& schemas) {
  return {.id = "get_document",
          .tag = &about_documents,
          .summary = "Read a document",
          .answers = {http::answer_like(schemas, 200, "The document.", some_document())}};
}

http::Operation writing(Schemas& schemas) {
  const DraftBody draft{"Minutes of Monday", "We chose the blue one.", {"minutes"}};
  return {.id = "create_document",
          .tag = &about_documents,
          .summary = "Write a document",
          .about =
              "Refused with 402 `limit_reached` when the workspace has as many documents as its "
              "plan allows.",
          .body = http::body_like(schemas, draft),
          .answers = {http::answer_like(schemas, 201, "The new document.", some_document())}};
}

http::Operation changing(Schemas& schemas) {
  Changes changes;
  changes.title = "Minutes of Tuesday";
  return {
      .id = "update_document",
      .tag = &about_documents,
      .summary = "Change a document",
      .about = "Only members that are sent change. `tags` are replaced as a whole.",
      .body = http::body_like(schemas, changes),
      .answers = {http::answer_like(schemas, 200, "The document as it is now.", some_document())}};
}

http::Operation deleting(Schemas&) {
  return {.id = "delete_document",
          .tag = &about_documents,
          .summary = "Delete a document",
          .about = "It can be brought back for 30 days, then it is gone.",
          .answers = {{.status = 204, .about = "It is deleted."}}};
}

http::Operation restoring(Schemas& schemas) {
  return {.id = "restore_document",
          .tag = &about_documents,
          .summary = "Bring a deleted document back",
          .about = "It counts for the plan's limit again, and is refused like a new one.",
          .answers = {http::answer_like(schemas, 200, "The document.", some_document())}};
}

http::Operation exporting(Schemas& schemas) {
  http::Answer lines = http::answer_like(schemas, 200, "A document a line.", some_document());
  lines.media = "application/x-ndjson";
  return {.id = "export_documents",
          .tag = &about_documents,
          .summary = "Export every document",
          .about = "One export of a workspace is sent at a time: a second one is refused with 429.",
          .answers = {std::move(lines)},
          .refusals = {{"exports_busy"}}};
}

// --- Handlers

Task<http::Response> list(http::Request& req, db::DataRead& db) {
  const auto paging = http::paging<DocumentId>(req);
  Search search{.words = std::string(req.query.get("q")),
                .tag = std::string(req.query.get("tag")),
                .starting_after = paging.starting_after,
                .limit = paging.fetch()};
  auto found = co_await find(db, std::move(search));
  co_return http::list(req, paging, std::move(found));
}

Task<http::Response> show_one(http::Request& req, db::DataRead& db) {
  const DocumentId id = req.id_of<DocumentId>("document_id");
  const Document document = co_await get(db, id);
  co_return http::json(document);
}

Task<http::Response> add(Documents& documents, http::Request& req, db::DataTx& tx) {
  const auto body = read_json_document<DraftBody>(req.body);
  const auto snapshot = co_await documents.gates.snapshot(req.actor());
  const Terms terms{*snapshot, documents.catalog, documents.upgrade_url(req)};
  Draft draft{body.title, body.body.value_or(""), body.tags};
  const Document made = co_await create(tx, terms, std::move(draft));
  co_return http::created(made);
}

Task<http::Response> alter(http::Request& req, db::DataTx& tx) {
  const DocumentId id = req.id_of<DocumentId>("document_id");
  auto changes = read_json_document<Changes>(req.body);
  const Document changed = co_await change(tx, id, std::move(changes));
  co_return http::json(changed);
}

Task<http::Response> erase(http::Request& req, db::DataTx& tx) {
  const DocumentId id = req.id_of<DocumentId>("document_id");
  co_await remove(tx, id);
  co_return http::no_content();
}

Task<http::Response> bring_back(Documents& documents, http::Request& req, db::DataTx& tx) {
  const DocumentId id = req.id_of<DocumentId>("document_id");
  const auto snapshot = co_await documents.gates.snapshot(req.actor());
  const Terms terms{*snapshot, documents.catalog, documents.upgrade_url(req)};
  const Document restored = co_await restore(tx, terms, id);
  co_return http::json(restored);
}

}  // namespace

Notes notes_on(const Document*) {
  return {"Document",
          "A text that a workspace keeps.",
          {{"id", "Its id."},
           {"title", "What it is called.", {.most = longest_title}},
           {"body", "Plain text.", {.most = longest_body}},
           {"tags", "Words that it is found by.", of_tags, of_tag},
           {"created_by", "The person or key that wrote it: `user_…` or `key_…`."},
           {"created_at", "When it was written."},
           {"updated_at", "When it was changed last."}}};
}

Notes notes_on(const Changes*) {
  return {"DocumentChanges",
          "What is to be changed.",
          {{"title", about_title, of_title},
           {"body", about_body, of_body},
           {"tags", about_tags, of_tags, of_tag}}};
}

void api_routes(http::Router& at, Documents& documents) {
  using namespace permissions;
  auto with = at.with(documents);
  http::Words counted = http::count(api_calls);
  counted.body_limit = body_limit;
  http::Words counted_export = counted;
  counted_export.feature = export_documents;
  const std::string one = "/api/v1/documents/{document_id}";
  at.get(list_path, list, documents_read, described(listing, counted));
  with.post(list_path, add, documents_write, described(writing, counted));
  at.get(one, show_one, documents_read, described(reading, counted));
  at.patch(one, alter, documents_write, described(changing, counted));
  at.del(one, erase, documents_write, described(deleting, counted));
  with.post(one + "/restoration", bring_back, documents_write, described(restoring, counted));
  with.get("/api/v1/document_export", send_export, documents_read,
           described(exporting, counted_export));
}

}  // namespace freehold::documents
