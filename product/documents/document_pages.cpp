// One document: reading, writing, deleting and bringing back.
#include "core/async.hpp"
#include "core/json.hpp"
#include "documents/handlers.hpp"

namespace freehold::documents {
namespace {

std::string joined(const std::vector<std::string>& tags) {
  return fmt::format("{}", fmt::join(tags, ", "));
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> tags;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    tags.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return tags;
}

// Browsers send line ends as CR LF.
std::string with_plain_ends(std::string_view text) {
  std::string plain(text);
  std::erase(plain, '\r');
  return plain;
}

Draft draft_of(const http::Fields& fields) {
  return {.title = std::string(fields.get("title")),
          .body = with_plain_ends(fields.get("body")),
          .tags = split(fields.get("tags"))};
}

html::Form form_of(std::string action, const Draft& draft, std::string cancel_url) {
  return {.id = "document",
          .action = std::move(action),
          .submit = "Save document",
          .fields = {{.name = "title", .label = "Title", .value = draft.title, .max_length = 200},
                     {.name = "body",
                      .label = "Text",
                      .kind = "textarea",
                      .value = draft.body,
                      .rows = 12,
                      .optional = true},
                     {.name = "tags",
                      .label = "Tags",
                      .value = joined(draft.tags),
                      .hint = "Up to 20, with commas between them.",
                      .optional = true}},
          .cancel = html::Action{"Cancel", std::move(cancel_url)}};
}

// A page with the form: at first, and again with what was wrong (422) or not allowed (402).
Task<http::Response> form_page(Documents& documents, http::Request& req, html::Form form,
                               std::optional<Problem> refusal) {
  const bool is_new = req.path == place(req, "/new") || req.path == place(req, "");
  html::Frame frame = co_await frame_of(documents, req, is_new ? "New document" : "Edit document");
  frame.width = "narrow";
  frame.has_errors = !form.errors.empty() || refusal.has_value();
  json::object page{{"form", html::form_model(form)}, {"heading", frame.title}};
  page["refusal"] = refusal ? to_json(upgrade_callout(*refusal, "The document is not saved yet"))
                            : json::value(nullptr);
  const int status = frame.has_errors ? 422 : 200;
  http::Response response = show(documents, "documents/edit", frame, std::move(page), status);
  co_return refusal ? refused(*refusal, std::move(response)) : std::move(response);
}

Task<http::Response> ask_for_new(Documents& documents, http::Request& req) {
  html::Form form = form_of(place(req, ""), {}, place(req, ""));
  co_return co_await form_page(documents, req, std::move(form), {});
}

Task<http::Response> add(Documents& documents, http::Request& req, db::DataTx& tx) {
  Draft draft = draft_of(req.form());
  html::Form form = form_of(place(req, ""), draft, place(req, ""));
  form.errors = tidy(draft);
  if (!form.errors.empty()) co_return co_await form_page(documents, req, std::move(form), {});
  const auto snapshot = co_await documents.gates.snapshot(req.actor());
  const Terms terms{*snapshot, documents.catalog, documents.upgrade_url(req)};
  std::optional<Document> made;
  std::optional<Problem> refusal;
  try {
    made = co_await create(tx, terms, std::move(draft));
  } catch (const Problem& problem) {
    if (problem.status != 402) throw;  // over the limit: the page comes back with the text kept
    refusal = problem;
  }
  if (!made) co_return co_await form_page(documents, req, std::move(form), std::move(refusal));
  co_return http::see_other(place(req, "/" + to_string(made->id) + "?saved=1"));
}

Task<http::Response> read(Documents& documents, http::Request& req, db::DataRead& db) {
  const Document document = co_await get(db, req.id_of<DocumentId>("document_id"));
  const auto snapshot = co_await documents.gates.snapshot(req.actor());
  const Writing may = co_await writing(documents, req, *snapshot);
  html::Frame frame = co_await frame_of(documents, req, document.title);
  frame.width = "narrow";
  if (req.query.has("saved")) frame.toast = html::Toast{.text = "The document is saved"};
  if (req.query.has("restored")) frame.toast = html::Toast{.text = "The document is back"};
  json::array tags;
  for (const std::string& tag : document.tags)
    tags.push_back(json::object{{"tag", tag}, {"url", address(place(req, ""), {{"tag", tag}})}});
  const std::string url = place(req, "/" + to_string(document.id));
  json::object page = time_of(document.updated_at);
  page["heading"] = document.title;
  page["body"] = document.body;
  page["tags"] = std::move(tags);
  page["document_id"] = to_string(document.id);
  page["may"] = may.may;
  page["why"] = may.why;
  page["edit_url"] = url + "/edit";
  page["delete_url"] = url + "/deletion";
  co_return show(documents, "documents/show", frame, std::move(page));
}

Task<http::Response> ask_for_change(Documents& documents, http::Request& req, db::DataRead& db) {
  const Document document = co_await get(db, req.id_of<DocumentId>("document_id"));
  const std::string url = place(req, "/" + to_string(document.id));
  html::Form form = form_of(url, {document.title, document.body, document.tags}, url);
  co_return co_await form_page(documents, req, std::move(form), {});
}

Task<http::Response> alter(Documents& documents, http::Request& req, db::DataTx& tx) {
  const auto id = req.id_of<DocumentId>("document_id");
  const std::string url = place(req, "/" + to_string(id));
  Draft draft = draft_of(req.form());
  html::Form form = form_of(url, draft, url);
  form.errors = tidy(draft);
  if (!form.errors.empty()) co_return co_await form_page(documents, req, std::move(form), {});
  co_await change(tx, id, {std::move(draft.title), std::move(draft.body), std::move(draft.tags)});
  co_return http::see_other(url + "?saved=1");
}

Task<http::Response> erase(http::Request& req, db::DataTx& tx) {
  const auto id = req.id_of<DocumentId>("document_id");
  co_await remove(tx, id);
  co_return http::see_other(address(place(req, ""), {{"deleted", to_string(id)}}));
}

Task<http::Response> bring_back(Documents& documents, http::Request& req, db::DataTx& tx) {
  const auto id = req.id_of<DocumentId>("document_id");
  const auto snapshot = co_await documents.gates.snapshot(req.actor());
  const Terms terms{*snapshot, documents.catalog, documents.upgrade_url(req)};
  std::optional<Problem> refusal;
  try {
    co_await restore(tx, terms, id);
  } catch (const Problem& problem) {
    if (problem.status != 402) throw;
    refusal = problem;
  }
  if (!refusal) co_return http::see_other(place(req, "/" + to_string(id) + "?restored=1"));
  html::Frame frame = co_await frame_of(documents, req, "Not restored");
  frame.width = "narrow";
  json::object page{{"heading", "The document stays deleted"},
                    {"back_url", place(req, "")},
                    {"callout", to_json(upgrade_callout(*refusal, "No room for it"))}};
  co_return refused(*refusal, show(documents, "documents/refused", frame, std::move(page)));
}

}  // namespace

void document_routes(http::Router& at, Documents& documents) {
  using namespace permissions;
  const http::Words with_body{.body_limit = body_limit};
  auto with = at.with(documents);
  with.get("/t/{slug}/documents/new", ask_for_new, documents_write);
  with.post("/t/{slug}/documents", add, documents_write, with_body);
  with.get("/t/{slug}/documents/{document_id}", read, documents_read);
  with.get("/t/{slug}/documents/{document_id}/edit", ask_for_change, documents_write);
  with.post("/t/{slug}/documents/{document_id}", alter, documents_write, with_body);
  at.post("/t/{slug}/documents/{document_id}/deletion", erase, documents_write);
  with.post("/t/{slug}/documents/{document_id}/restoration", bring_back, documents_write);
}

}  // namespace freehold::documents
