// /documents: the list, its search and its tags.
#include "core/async.hpp"
#include "core/json.hpp"
#include "documents/handlers.hpp"

namespace freehold::documents {
namespace {

constexpr int page_size = 20;
constexpr std::size_t excerpt_size = 160;  // bytes

// The beginning of the text, cut between two characters.
std::string excerpt(std::string_view body) {
  if (body.size() <= excerpt_size) return std::string(body);
  std::size_t end = excerpt_size;
  while (end > 0 && (static_cast<unsigned char>(body[end]) & 0xc0) == 0x80) --end;
  return std::string(body.substr(0, end)) + "…";
}

json::array tag_links(const http::Request& req, const std::vector<std::string>& tags) {
  json::array links;
  for (const std::string& tag : tags)
    links.push_back(json::object{{"tag", tag}, {"url", address(place(req, ""), {{"tag", tag}})}});
  return links;
}

json::object row_of(const http::Request& req, const Document& document) {
  json::object row = time_of(document.updated_at);
  row["title"] = document.title;
  row["url"] = place(req, "/" + to_string(document.id));
  row["excerpt"] = excerpt(document.body);
  row["tags"] = tag_links(req, document.tags);
  return row;
}

// The tags to choose from; null when there are none.
json::value filter_links(const http::Request& req, const std::vector<TagCount>& tags) {
  json::array links;
  const std::string_view chosen = req.query.get("tag");
  for (const TagCount& tag : tags) {
    if (tag.tag == chosen) continue;
    const std::string url = address(place(req, ""), {{"q", req.query.get("q")}, {"tag", tag.tag}});
    links.push_back(json::object{{"tag", tag.tag}, {"documents", tag.documents}, {"url", url}});
  }
  if (links.empty()) return nullptr;
  return json::object{{"items", std::move(links)}};
}

json::value chosen_tag(const http::Request& req) {
  const std::string_view tag = req.query.get("tag");
  if (tag.empty()) return nullptr;
  return json::object{{"tag", tag}, {"url", address(place(req, ""), {{"q", req.query.get("q")}})}};
}

html::Empty nothing(const http::Request& req, bool may_write) {
  if (req.query.get("q").empty() && req.query.get("tag").empty()) {
    html::Empty empty{.icon = "file_text",
                      .title = "No documents yet",
                      .text =
                          "A document has a title, a text and tags, and is found again by any "
                          "of its words."};
    if (may_write) empty.action = html::Action{"Write a document", place(req, "/new")};
    return empty;
  }
  return {.icon = "search",
          .title = "No documents match",
          .text = "A document is found when it has all of the words and the tag.",
          .action = html::Action{"Clear filters", place(req, "")}};
}

// "12 documents", "12 of 1,000 documents"
std::string count_text(std::int64_t live, const catalog::Allowance& allowance) {
  if (!allowance)
    return fmt::format("{} document{}", catalog::with_thousands(live), live == 1 ? "" : "s");
  return fmt::format("{} of {} documents", catalog::with_thousands(live),
                     catalog::describe(allowance));
}

// What was just deleted, with the way back; null when there is nothing to bring back.
Task<json::value> undo_of(http::Request& req, db::DataRead& db) {
  const auto id = DocumentId::parse(req.query.get("deleted"));
  if (!id) co_return json::value(nullptr);
  const auto deleted = co_await find_deleted(db, *id);
  if (!deleted) co_return json::value(nullptr);
  co_return json::object{{"title", deleted->title},
                         {"days", std::int64_t(purged_after / days(1))},
                         {"url", place(req, "/" + to_string(*id) + "/restoration")}};
}

// Before the button is pressed: the same words as after it.
json::value full_callout(const Documents& documents, const http::Request& req,
                         const entitlements::Snapshot& snapshot, std::int64_t live) {
  try {
    entitlements::require_below_limit(snapshot, document_limit, live, documents.catalog,
                                      documents.upgrade_url(req));
  } catch (const Problem& problem) {
    return to_json(upgrade_callout(problem, "No room for another document"));
  }
  return nullptr;
}

Search search_of(const http::Request& req) {
  return {.words = std::string(req.query.get("q")),
          .tag = std::string(req.query.get("tag")),
          .starting_after = DocumentId::parse(req.query.get("starting_after")),
          .limit = page_size + 1};
}

// The part of the model that is about the page itself: filters, paging, what may be done.
json::object surroundings(const http::Request& req, const std::optional<DocumentId>& last) {
  const std::string_view words = req.query.get("q");
  const std::string_view tag = req.query.get("tag");
  const auto link = [&](const std::string& after) {
    return json::value(
        address(place(req, ""), {{"q", words}, {"tag", tag}, {"starting_after", after}}));
  };
  return {{"path", place(req, "")},
          {"q", words},
          {"tag", chosen_tag(req)},
          {"filtered", !words.empty() || !tag.empty()},
          {"new_url", place(req, "/new")},
          {"export_url", place(req, "/export")},
          {"newest_url", req.query.has("starting_after") ? link("") : json::value(nullptr)},
          {"paged", last || req.query.has("starting_after")},
          {"older_url", last ? link(to_string(*last)) : json::value(nullptr)}};
}

Task<http::Response> list(Documents& documents, http::Request& req, db::DataRead& db) {
  auto found = co_await find(db, search_of(req));
  const auto tags = co_await tags_in_use(db);
  const std::int64_t live = co_await count(db);
  const auto snapshot = co_await documents.gates.snapshot(req.actor());
  const Writing may = co_await writing(documents, req, *snapshot);
  std::optional<DocumentId> last;
  if (found.size() > std::size_t(page_size)) {
    found.resize(std::size_t(page_size));
    last = found.back().id;
  }
  json::array rows;
  for (const Document& document : found) rows.push_back(row_of(req, document));
  html::Frame frame = co_await frame_of(documents, req, "Documents");
  frame.breadcrumbs = {{.label = "Documents"}};
  json::object page = surroundings(req, last);
  const json::value full = full_callout(documents, req, *snapshot, live);
  page["may"] = may.may && full.is_null();
  page["why"] = may.may ? "" : may.why;
  page["full"] = full;
  page["count"] = count_text(live, snapshot->allowance(document_limit.key));
  page["tag_filter"] = filter_links(req, tags);
  page["documents"] = std::move(rows);
  page["undo"] = may.may ? co_await undo_of(req, db) : json::value(nullptr);
  page["none"] = to_json(nothing(req, may.may && full.is_null()));
  co_return show(documents, "documents/list", frame, std::move(page));
}

}  // namespace

void list_routes(http::Router& at, Documents& documents) {
  auto with = at.with(documents);
  with.get("/t/{slug}/documents", list, permissions::documents_read);
}

}  // namespace freehold::documents
