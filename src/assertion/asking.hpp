// From a request to who is asking. Private to the module.
#pragma once

#include "assertion/assertion.hpp"
#include "http/request.hpp"

namespace freehold::assertion {

// Who asks forward authentication or a call of a product: the workspace is in the query, or in the
// address that a proxy was asked for.
Task<Asking> identify(Assertions& assertions, const http::Request& req);

}  // namespace freehold::assertion
