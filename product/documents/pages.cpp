// The product's pages.
#include "core/async.hpp"
#include "core/json.hpp"
#include "documents/handlers.hpp"

namespace freehold::documents {

void page_routes(http::Router&, Documents&) {}

void routes(http::Router& at, Documents& documents) {
  api_routes(at, documents);
  page_routes(at, documents);
}

}  // namespace freehold::documents
