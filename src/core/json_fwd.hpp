// Names of Boost.JSON for faces that only pass values on.
#pragma once

namespace boost::json {
class value;
class object;
class array;
}  // namespace boost::json

namespace freehold {
namespace json = boost::json;
}
