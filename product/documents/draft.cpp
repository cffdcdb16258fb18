// What a document may hold, and what the module declares.
#include <unordered_set>

#include "core/text.hpp"

#include "documents/documents.hpp"

namespace freehold::documents {
namespace {

// Characters of UTF-8 text: every byte but the continuations.
std::size_t length_of(std::string_view text) {
  return std::size_t(std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

// A request has room for some 100,000 tags, so each is looked up, not compared with all before it.
std::vector<std::string> tidy_tags(const std::vector<std::string>& tags) {
  std::vector<std::string> kept;
  std::unordered_set<std::string> seen;
  for (const std::string& tag : tags) {
    std::string word(trimmed(tag));
    for (char& c : word) c = c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
    if (!word.empty() && seen.insert(word).second) kept.push_back(std::move(word));
  }
  return kept;
}

}  // namespace

FieldErrors tidy(Draft& draft) {
  draft.title = std::string(trimmed(draft.title));
  draft.tags = tidy_tags(draft.tags);
  FieldErrors errors;
  if (draft.title.empty()) errors.push_back({"title", "Enter a title."});
  if (length_of(draft.title) > longest_title)
    errors.push_back({"title", "Use at most 200 characters."});
  if (draft.body.size() > longest_body) errors.push_back({"body", "Use at most 100,000 bytes."});
  if (draft.tags.size() > most_tags) errors.push_back({"tags", "Use at most 20 tags."});
  const auto is_long = [](const std::string& tag) { return length_of(tag) > longest_tag; };
  if (std::ranges::any_of(draft.tags, is_long))
    errors.push_back({"tags", "A tag has at most 40 characters."});
  return errors;
}

Draft checked(Draft draft) {
  FieldErrors errors = tidy(draft);
  if (!errors.empty()) throw Problem::invalid(std::move(errors));
  return draft;
}

Module module() {
  using namespace permissions;
  return {
      .name = "documents",
      .permissions = {{.permission = documents_read, .admin = true, .member = true, .viewer = true},
                      {.permission = documents_write, .admin = true, .member = true}},
      .features = {{std::string(export_documents.key), "Export"}},
      .limits = {{std::string(document_limit.key), "Documents"}},
      .meters = {{std::string(api_calls.key), "API calls"}},
      .events = {{document_created, "document", "A document was written."},
                 {document_deleted, "document", "A document was deleted."},
                 {document_restored, "document", "A deleted document was brought back."}}};
}

}  // namespace freehold::documents
