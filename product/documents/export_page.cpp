// /documents/export: what the export gives, or which plan has it.
#include "core/async.hpp"
#include "core/json.hpp"
#include "documents/handlers.hpp"

namespace freehold::documents {
namespace {

html::Gate gate_of(const Problem& problem) {
  html::Gate gate{.title = "Export is not in this plan",
                  .text = "It gives you every document as one line of JSON in a single file. " +
                          problem.detail};
  if (problem.upgrade && !problem.upgrade->url.empty())
    gate.action = html::Action{"Compare plans", problem.upgrade->url};
  return gate;
}

Task<http::Response> ask_for_export(Documents& documents, http::Request& req, db::DataRead& db) {
  const std::int64_t live = co_await count(db);
  const auto snapshot = co_await documents.gates.snapshot(req.actor());
  html::Frame frame = co_await frame_of(documents, req, "Export");
  frame.width = "narrow";
  const bool enabled = snapshot->is_enabled(export_documents);
  json::object page{{"count", catalog::with_thousands(live)},
                    {"file_url", place(req, "/export/file")},
                    {"gate", nullptr}};
  if (enabled) co_return show(documents, "documents/export", frame, std::move(page));
  const Problem problem = entitlements::not_in_plan(*snapshot, export_documents, documents.catalog,
                                                    documents.upgrade_url(req));
  page["gate"] = to_json(gate_of(problem));
  co_return refused(problem, show(documents, "documents/export", frame, std::move(page)));
}

}  // namespace

void export_routes(http::Router& at, Documents& documents) {
  auto with = at.with(documents);
  with.get("/t/{slug}/documents/export", ask_for_export, permissions::documents_read);
  with.get("/t/{slug}/documents/export/file", send_export, permissions::documents_read,
           http::gate(export_documents));
}

}  // namespace freehold::documents
