// The document and the codes as pages. Private to the module.
#pragma once

#include "http/router.hpp"
#include "reference/book.hpp"
#include "reference/reference.hpp"

namespace freehold::reference {

void page_routes(http::Router& at, Reference& reference);

// The models of the pages, without what stands around them.
json::object index_model(const Book& book);
json::object operation_model(const Book& book, const Entry& entry, std::string_view base_url);
json::object codes_model(const Book& book);
json::object code_model(const Book& book, const CodeGroup& group, const Code& code);

// The codes of a refusal's content.
const json::array& codes_in(const json::value& media);

// A call of the operation as its examples have it, for a shell.
std::string curl_of(const Entry& entry, std::string_view base_url);

}  // namespace freehold::reference
