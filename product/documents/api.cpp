// The product's JSON API.
#include "core/async.hpp"
#include "core/json.hpp"
#include "documents/handlers.hpp"
#include "http/list.hpp"

namespace freehold::documents {
namespace {

struct DraftBody {
  std::string title;
  std::optional<std::string> body;
  std::vector<std::string> tags;
};
BOOST_DESCRIBE_STRUCT(DraftBody, (), (title, body, tags))

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

void api_routes(http::Router& at, Documents& documents) {
  using namespace permissions;
  auto with = at.with(documents);
  http::Words counted = http::count(api_calls);
  counted.body_limit = body_limit;
  http::Words counted_export = counted;
  counted_export.feature = export_documents;
  at.get("/api/v1/documents", list, documents_read, counted);
  with.post("/api/v1/documents", add, documents_write, counted);
  at.get("/api/v1/documents/{document_id}", show_one, documents_read, counted);
  at.patch("/api/v1/documents/{document_id}", alter, documents_write, counted);
  at.del("/api/v1/documents/{document_id}", erase, documents_write, counted);
  with.post("/api/v1/documents/{document_id}/restoration", bring_back, documents_write, counted);
  with.get("/api/v1/document_export", send_export, documents_read, counted_export);
}

}  // namespace freehold::documents
