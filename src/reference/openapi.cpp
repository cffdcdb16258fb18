#include "reference/openapi.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

#include "core/text.hpp"
#include "http/operation.hpp"
#include "http/problem_body.hpp"
#include "reference/parts.hpp"
#include "reference/refusals.hpp"

namespace freehold::reference {
namespace {

constexpr std::string_view about_the_api =
    "What a program can ask of Freehold and tell it. `v1` only adds: ignore members of an answer "
    "that "
    "you do not know, and treat a `code` that you do not know by its status.\n\n"
    "A key goes into `Authorization: Bearer …`: one of a workspace (`fh_ak_…`) opens what its role "
    "allows there, a product key (`fh_sk_…`) what is made for the product's own backend. Times are "
    "in "
    "UTC, amounts of money in the smallest unit of their currency. A refusal is a problem (RFC "
    "9457) "
    "with a `code` to branch on; `Request-Id` finds any call in the log.";

struct Described {
  const http::Route* route;
  http::Operation operation;
};

[[noreturn]] void refuse(const http::Route& route, const std::string& why) {
  throw std::logic_error(fmt::format("route {} {}: {}", name_of(route.method), route.path, why));
}

std::vector<Described> described_routes(const http::Router& router, Schemas& schemas) {
  std::vector<Described> all;
  std::set<std::string_view> ids;
  for (const http::Route& route : router.routes()) {
    if (route.words.about == nullptr && route.is_api())
      refuse(route, "say what it is for (http/operation.hpp)");
    if (route.words.about == nullptr) continue;
    all.push_back({&route, route.words.about(schemas)});
    const http::Operation& operation = all.back().operation;
    if (operation.id.empty() || operation.summary.empty() || operation.tag == nullptr)
      refuse(route, "its description needs an id, a tag and a summary");
    if (operation.answers.empty()) refuse(route, "its description says no answer");
    if (!ids.insert(operation.id).second) refuse(route, "another operation has its id");
  }
  std::ranges::sort(
      all, {}, [](const Described& one) { return std::pair(one.route->path, one.route->method); });
  return all;
}

json::array tags_of(const std::vector<Described>& all) {
  std::map<std::string_view, std::string_view> tags;
  for (const Described& one : all) tags[one.operation.tag->name] = one.operation.tag->about;
  json::array made;
  for (const auto& [name, about] : tags)
    made.push_back(json::object{{"name", name}, {"description", about}});
  return made;
}

// --- Who may call

json::array security_of(const http::Route& route) {
  const auto scheme = [](std::string_view name) { return json::object{{name, json::array()}}; };
  if (route.words.cookies) return {scheme("session"), scheme("workspace_key")};
  json::array ways;
  if (takes_product_key(route)) ways.push_back(scheme("product_key"));
  if (takes_workspace_key(route)) ways.push_back(scheme("workspace_key"));
  return ways;
}

json::object security_schemes() {
  return {{"workspace_key",
           {{"type", "http"},
            {"scheme", "bearer"},
            {"description", "An API key of a workspace, `fh_ak_…`, made in its console."}}},
          {"product_key",
           {{"type", "http"},
            {"scheme", "bearer"},
            {"description", "A key of the product, `fh_sk_…`, made by `freehold keys create`."}}},
          {"session",
           {{"type", "apiKey"},
            {"in", "cookie"},
            {"name", "fh_sid"},
            {"description", "The log-in of a person; over https its name is `__Host-fh_sid`."}}}};
}

// --- What is sent

json::object parameter_of(const http::Parameter& parameter) {
  json::object made{{"name", parameter.name},
                    {"in", parameter.in_header ? "header" : "query"},
                    {"description", parameter.about},
                    {"schema", parameter.schema}};
  if (!parameter.example.is_null()) made["example"] = parameter.example;
  return made;
}

json::array parameters_of(const Described& one) {
  json::array all = path_parameters(one.route->path);
  for (const http::Parameter& parameter : one.operation.parameters)
    all.push_back(parameter_of(parameter));
  if (one.route->is_api() && takes_idempotency_key(*one.route))
    all.push_back(json::object{{"$ref", "#/components/parameters/Idempotency-Key"}});
  return all;
}

json::object body_of(const http::Body& body) {
  json::object media{{"schema", body.schema}, {"example", body.example}};
  return {{"required", body.is_required}, {"content", {{"application/json", std::move(media)}}}};
}

// --- What is answered

json::object media_of(const http::Answer& answer) {
  if (!answer.events.empty()) {
    json::array events;
    for (const http::StreamEvent& event : answer.events) {
      json::object made;
      if (!event.type.empty()) made["event"] = event.type;
      made["description"] = event.about;
      made["data"] = event.schema;
      events.push_back(std::move(made));
    }
    return {{"schema", {{"type", "string"}}}, {"x-events", std::move(events)}};
  }
  if (answer.media == "application/x-ndjson")
    return {{"schema", {{"type", "string"}}},
            {"x-line", answer.schema},
            {"example", json::serialize(answer.example) + "\n"}};
  json::object media{{"schema", answer.schema}};
  if (!answer.example.is_null()) media["example"] = answer.example;
  return media;
}

// Those of every answer of this status, and those of the operation's own.
json::object all_headers(const Described& one, int status) {
  json::object headers = headers_of(*one.route, status);
  for (const http::Answer& answer : one.operation.answers)
    for (const http::AnswerHeader& header : answer.headers)
      if (answer.status == status)
        headers[header.name] = {{"description", header.about}, {"schema", {{"type", "string"}}}};
  return headers;
}

json::object answer_of(const Described& one, const http::Answer& answer) {
  json::object made{{"description", answer.about}, {"headers", all_headers(one, answer.status)}};
  const bool has_body = answer.status != 204 && answer.status != 304;
  if (has_body) made["content"] = {{answer.media, media_of(answer)}};
  return made;
}

json::object problem_of(const json::object& problem, const std::vector<std::string_view>& codes,
                        int status) {
  json::object narrowed;
  if (status != 0) narrowed["status"] = {{"const", status}};
  json::array& words = narrowed["code"].emplace_object()["enum"].emplace_array();
  for (const std::string_view code : codes) words.emplace_back(code);
  json::object schema{{"allOf", {problem, json::object{{"properties", std::move(narrowed)}}}}};
  return {{"application/problem+json", {{"schema", std::move(schema)}}}};
}

// By status, each code once.
std::map<int, std::vector<std::string_view>> refusals_of(const Described& one, const Codes& known) {
  std::vector<http::Refusal> all = usual_refusals(*one.route, one.operation);
  std::ranges::copy(one.operation.refusals, std::back_inserter(all));
  std::map<int, std::vector<std::string_view>> by_status;
  for (const http::Refusal& refusal : all) {
    const Code& code = known.get(refusal.code);
    auto& codes = by_status[refusal.status == 0 ? code.status : refusal.status];
    if (std::ranges::find(codes, refusal.code) == codes.end()) codes.push_back(refusal.code);
  }
  return by_status;
}

json::object responses_of(const Described& one, const Codes& known, const json::object& problem) {
  json::object all;
  for (const http::Answer& answer : one.operation.answers)
    if (answer.status < 400) all[std::to_string(answer.status)] = answer_of(one, answer);
  if (!one.route->is_api()) return all;
  for (const auto& [status, codes] : refusals_of(one, known)) {
    json::object made{{"description",
                       fmt::format("{}: `{}`.", http::reason_of(status), fmt::join(codes, "`, `"))},
                      {"headers", all_headers(one, status)},
                      {"content", problem_of(problem, codes, status)}};
    all[std::to_string(status)] = std::move(made);
  }
  all["default"] = {{"$ref", "#/components/responses/Other"}};
  return all;
}

json::object operation_of(const Described& one, const Codes& codes, const json::object& problem) {
  const http::Operation& operation = one.operation;
  const http::Words& words = one.route->words;
  json::object made{{"operationId", operation.id},
                    {"tags", json::array{operation.tag->name}},
                    {"summary", operation.summary}};
  if (!operation.about.empty()) made["description"] = operation.about;
  made["security"] = security_of(*one.route);
  if (one.route->access.permission) made["x-permission"] = one.route->access.permission->key;
  if (words.feature) made["x-feature"] = words.feature->key;
  if (words.meter) made["x-meter"] = words.meter->key;
  json::array parameters = parameters_of(one);
  if (!parameters.empty()) made["parameters"] = std::move(parameters);
  if (operation.body) made["requestBody"] = body_of(*operation.body);
  made["responses"] = responses_of(one, codes, problem);
  return made;
}

json::object sorted(const json::object& object) {
  std::map<std::string, json::value> members;
  for (const auto& [name, value] : object) members.emplace(name, value);
  json::object made;
  for (auto& [name, value] : members) made[name] = std::move(value);
  return made;
}

}  // namespace

json::object openapi(const http::Router& router, const Codes& codes) {
  Schemas schemas;
  const json::object problem = schemas.of<http::ProblemBody>(Use::answer);
  const std::vector<Described> all = described_routes(router, schemas);
  json::object paths;
  for (const Described& one : all) {
    json::value& path = paths[one.route->path];
    if (path.is_null()) path.emplace_object();
    path.as_object()[lower(name_of(one.route->method))] = operation_of(one, codes, problem);
  }
  json::object other{{"description", "What may come to any request."},
                     {"headers", {{"Request-Id", {{"$ref", "#/components/headers/Request-Id"}}}}},
                     {"content", problem_of(problem, refusals_of_any(), 0)}};
  return {{"openapi", "3.1.0"},
          {"info", {{"title", "Freehold API"}, {"version", "1"}, {"description", about_the_api}}},
          {"servers", json::array{json::object{{"url", "/"}}}},
          {"tags", tags_of(all)},
          {"paths", std::move(paths)},
          {"components",
           {{"schemas", sorted(schemas.components())},
            {"parameters", shared_parameters()},
            {"headers", shared_headers()},
            {"responses", {{"Other", std::move(other)}}},
            {"securitySchemes", security_schemes()}}}};
}

}  // namespace freehold::reference
