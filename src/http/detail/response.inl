// The templates of http/request.hpp.
#pragma once

namespace freehold {
template <class T>
boost::json::value to_json(const T& value);  // core/json.hpp
}

namespace freehold::http {

template <Resource T>
Response json(const T& resource) {
  return json_response(200, to_json(resource));
}

template <Resource T>
Response created(const T& resource) {
  return json_response(201, to_json(resource));
}

template <Resource T>
Response accepted(const T& resource) {
  return json_response(202, to_json(resource));
}

}  // namespace freehold::http
