// Shared between the API and the pages of this module.
#pragma once

#include "documents/documents.hpp"
#include "http/request.hpp"
#include "http/router.hpp"

namespace freehold::documents {

void api_routes(http::Router& at, Documents& documents);
void page_routes(http::Router& at, Documents& documents);
Task<http::Response> send_export(http::Request& req, db::DataRead& db);

}  // namespace freehold::documents
