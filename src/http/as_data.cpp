#include "http/as_data.hpp"

#include "core/json.hpp"
#include "http/syntax.hpp"

namespace freehold::http {
namespace {

constexpr std::size_t most_fields = 200;

std::string text_of(const json::value& value, const std::string& name) {
  if (value.is_string() && value.get_string().find('\0') == json::string::npos)
    return std::string(value.get_string());
  if (value.is_bool()) return value.get_bool() ? "true" : "false";
  if (value.is_int64()) return std::to_string(value.get_int64());
  throw Problem::invalid(
      {{name, "Send a text without control characters, a whole number, true or false."}});
}

void add_field(Fields& fields, const std::string& name, const json::value& value) {
  if (fields.items().size() == most_fields)
    throw Problem::bad_request("invalid_form", "The form has more than 200 fields.");
  fields.add(name, text_of(value, name));
}

}  // namespace

bool wants_json(const Request& request) {
  const std::string_view accept = request.header("accept");
  return accept.find("application/json") != accept.npos && accept.find("text/html") == accept.npos;
}

Fields parse_json_form(std::string_view body) {
  const json::value whole = parse_json(body);
  if (!whole.is_object()) throw Problem::invalid({{"", "Send a JSON object."}});
  Fields fields;
  for (const auto& [name, value] : whole.get_object()) {
    if (value.is_null()) continue;
    if (const json::array* list = value.if_array()) {
      for (const json::value& item : *list) add_field(fields, std::string(name), item);
    } else {
      add_field(fields, std::string(name), value);
    }
  }
  return fields;
}

void redirect_as_data(Response& response) {
  if (response.status != 303) return;
  const std::string location(response.header("Location"));
  std::erase_if(response.headers,
                [](const auto& header) { return equal_ignoring_case(header.first, "Location"); });
  response.status = 200;
  response.content_type = "application/json";
  response.body = json::serialize(json::object{{"object", "redirect"}, {"location", location}});
}

}  // namespace freehold::http
