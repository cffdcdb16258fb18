// The templates of http/request.hpp.
#pragma once

namespace freehold {
template <class T>
boost::json::value to_json(const T& value);  // core/json.hpp
}

namespace freehold::http {

template <class Resource>
Response json(const Resource& resource) {
  return json_response(200, to_json(resource));
}

template <class Resource>
Response created(const Resource& resource) {
  return json_response(201, to_json(resource));
}

template <class Resource>
Response accepted(const Resource& resource) {
  return json_response(202, to_json(resource));
}

}  // namespace freehold::http
