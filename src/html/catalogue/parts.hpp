// What the catalogue's pages show. Private to the module.
#pragma once

#include "core/json_fwd.hpp"
#include "html/form.hpp"

namespace freehold::html {

json::object component_parts();
json::array members();
json::array stats();
json::object pricing_parts();
json::object tenant_parts();
Form plain_form();
Form wrong_form();
Form more_form();
Form signup_form(bool wrong);
Confirm delete_workspace();

}  // namespace freehold::html
