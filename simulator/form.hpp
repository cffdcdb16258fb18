// The body of a request to Stripe: a form with nested names, "items[0][price]=price_1",
// "metadata[plan]=pro", "expand[]=customer".
#pragma once

#include <string_view>

#include "simulator/json_access.hpp"

namespace freehold::simulator {

// The fields as a tree of objects whose leaves are text. A list is an object whose keys are
// numbers: "a[]=x&a[]=y" and "a[0]=x&a[1]=y" are both {"a":{"0":"x","1":"y"}}; "items[][price]=1"
// adds an element when the last one already has that field, as Rack does. A repeated name keeps its
// last value. Throws StripeError 400 for what is not a form: a broken escape, text that is not
// UTF-8, a name that is both a value and a group, more than 1,000 fields, more than 8 levels.
json::object parse_nested_form(std::string_view text);

}  // namespace freehold::simulator
