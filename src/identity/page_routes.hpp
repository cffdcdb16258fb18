// The route tables of the module's files of pages. Private to the module.
#pragma once

#include "identity/pages.hpp"

namespace freehold::identity {

void signup_routes(http::Router& at, Identity& identity);
void verify_routes(http::Router& at, Identity& identity);
void login_routes(http::Router& at, Identity& identity);
void reset_routes(http::Router& at, Identity& identity);
void account_routes(http::Router& at, Identity& identity);

}  // namespace freehold::identity
