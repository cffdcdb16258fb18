// The search index of a document: its words and tags as rows. Private to this module.
#pragma once

#include <string>
#include <vector>

#include "documents/documents.hpp"

namespace freehold::documents {

Task<> store_words(db::DataTx& tx, DocumentId id, std::string text, std::vector<std::string> tags);
Task<> forget_words(db::DataTx& tx, DocumentId id);

}  // namespace freehold::documents
