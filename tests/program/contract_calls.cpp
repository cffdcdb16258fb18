#include "tests/program/contract_calls.hpp"

#include "core/schema.hpp"

namespace freehold::program {
namespace {

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

// Examples speak of a workspace that is nobody's; ours takes its place. A key is
// used once.
std::string of_ours(const std::string& text) {
  const Workspace& ours = neighbours().ours;
  static int count = 0;
  const std::string once = fmt::format("report-{}", ++count);
  return replaced(replaced(replaced(text, to_string(example_id<TenantId>()), to_string(ours.id())),
                           "northwind-labs", ours.slug),
                  "report-17", once);
}

std::string example_of(const json::object& parameter) {
  const json::value* example = parameter.if_contains("example");
  if (example == nullptr) return {};
  return example->is_string() ? std::string(example->get_string()) : json::serialize(*example);
}

// What the request carries beside its path and body.
void add_parameters(const json::object& operation, std::string& target,
                    std::vector<std::pair<std::string, std::string>>& headers) {
  FormFields query;
  const json::value* parameters = operation.if_contains("parameters");
  if (parameters == nullptr) return;
  for (const json::value& each : parameters->as_array()) {
    const json::object& parameter = each.as_object();
    if (!parameter.contains("in")) continue;  // the one that many share
    const std::string example = of_ours(example_of(parameter));
    const std::string name(parameter.at("name").as_string());
    if (!example.empty() && parameter.at("in") == "query") query.emplace_back(name, example);
    if (!example.empty() && parameter.at("in") == "header") headers.emplace_back(name, example);
  }
  if (!query.empty()) target += "?" + encoded(query);
}

}  // namespace

std::vector<Documented> documented() {
  std::vector<Documented> all;
  for (const auto changes : {Changes::no, Changes::yes})
    for (const Door& door : doors(changes))
      if (const json::object* operation = neighbours().program.contract().operation(door.route))
        if (door.listener == Listener::product) all.push_back({door, *operation});
  return all;
}

// What is deleted is brought back, what is there is deleted.
std::string good_path(const Door& door) {
  std::string path = door.route.path;
  const bool is_restoration = path.ends_with("/restoration");
  for (const std::string& name : parameters_of(path)) {
    const auto made = victims(neighbours().ours, name);
    path = filled(path, name, is_restoration ? made.back() : made.front());
  }
  return path;
}

http::Request example_request(const Documented& one) {
  std::string target = good_path(one.door);
  std::vector<std::pair<std::string, std::string>> headers;
  add_parameters(one.operation, target, headers);
  http::Request request = knock(one.door, target);
  for (const auto& [name, value] : headers) request.add_header(name, value);
  const json::value* body = one.operation.if_contains("requestBody");
  if (body == nullptr) return request;
  const json::value& example = body->at("content").at("application/json").at("example");
  request.add_header("Content-Type", "application/json");
  request.body = of_ours(json::serialize(example));
  return request;
}

}  // namespace freehold::program
