#include "tests/program/contract.hpp"

#include <doctest/doctest.h>

#include <mutex>

#include "core/async.hpp"
#include "tests/support/json_schema.hpp"

namespace freehold::program {
namespace {

struct Seen {
  std::mutex guard;  // several programs may answer at once
  std::set<std::string> answers;
};

Seen& seen() {
  static Seen all;
  return all;
}

std::string lower(std::string_view text) {
  std::string made(text);
  for (char& c : made) c = char(std::tolower(static_cast<unsigned char>(c)));
  return made;
}

const json::object* member(const json::object& object, std::string_view name) {
  const json::value* found = object.if_contains(name);
  return found == nullptr ? nullptr : found->if_object();
}

// Those that belong to an operation, not to HTTP in general.
bool is_of_the_api(std::string_view header) {
  return header.starts_with("Freehold-") || header.starts_with("RateLimit") ||
         header == "Retry-After" || header == "ETag" || header == "Idempotency-Replayed" ||
         header == "WWW-Authenticate";
}

// Whether the header is always there where the document names it. What a workspace is told of its
// plan is not in the way of refusals; of a person without a workspace nothing is said.
bool is_due(const json::object& operation, std::string_view header, int status) {
  if (header == "WWW-Authenticate" || header == "ETag") return true;
  const json::array& keys = operation.at("security").as_array();
  return status < 400 && keys.size() == 1 && keys[0].as_object().contains("workspace_key");
}

constexpr std::string_view always[] = {"RateLimit", "RateLimit-Policy",
                                       "Freehold-Entitlement-Version", "WWW-Authenticate", "ETag"};

std::vector<std::string> names_of(const http::Response& response) {
  std::vector<std::string> names;
  for (const auto& [name, value] : response.headers) names.push_back(name);
  std::string_view rest = response.static_headers;
  while (!rest.empty()) {
    names.emplace_back(rest.substr(0, rest.find(':')));
    rest.remove_prefix(std::min(rest.find('\n'), rest.size() - 1) + 1);
  }
  return names;
}

std::string about_headers(const json::object& operation, const json::object& documented,
                          const http::Response& response) {
  std::string wrong;
  for (const std::string& name : names_of(response))
    if (is_of_the_api(name) && !documented.contains(name))
      wrong += fmt::format("the header {} is not in the document\n", name);
  for (const std::string_view name : always)
    if (documented.contains(name) && is_due(operation, name, response.status) &&
        response.header(name).empty())
      wrong += fmt::format("the header {} is missing\n", name);
  if (response.status == 429 && response.header("Retry-After").empty())
    wrong += "the header Retry-After is missing\n";
  return wrong;
}

std::string about_body(const json::object& document, const json::object& media,
                       const http::Response& response) {
  const std::string_view text = response.content();
  if (const json::object* line = member(media, "x-line")) {
    std::string wrong;
    std::string_view rest = text;
    while (!rest.empty()) {
      const auto end = std::min(rest.find('\n'), rest.size());
      wrong += test::violations(document, *line, json::parse(rest.substr(0, end)));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return wrong;
  }
  if (media.contains("x-events")) return response.pieces ? "" : "it is no stream\n";
  boost::system::error_code error;
  const json::value body = json::parse(text, error);
  if (error) return "the body is not JSON\n";
  return test::violations(document, media.at("schema"), body);
}

// A stream that somebody listens to.
struct Heard {
  json::object document;
  json::array events;
  std::function<Task<std::string>()> pieces;
};

std::string field_of(std::string_view event, std::string_view name) {
  const std::string mark = fmt::format("{}: ", name);
  const auto at = event.starts_with(mark) ? 0 : event.find("\n" + mark);
  if (at == std::string_view::npos) return {};
  const auto from = event.find(mark, at) + mark.size();
  return std::string(event.substr(from, event.find('\n', from) - from));
}

std::string about_event(const Heard& heard, std::string_view event) {
  const std::string data = field_of(event, "data");
  if (data.empty()) return {};
  const std::string type = field_of(event, "event");
  for (const json::value& documented : heard.events) {
    const json::value* name = documented.as_object().if_contains("event");
    if (name == nullptr || name->as_string() == type)
      return test::violations(heard.document, documented.at("data"), json::parse(data));
  }
  return fmt::format("the event {} is not in the document\n", type);
}

Task<std::string> next_of(std::shared_ptr<Heard> heard) {
  std::string piece = co_await heard->pieces();
  std::string_view rest = piece;
  while (!rest.empty()) {
    const auto end = std::min(rest.find("\n\n"), rest.size());
    const std::string wrong = about_event(*heard, rest.substr(0, end));
    if (!wrong.empty()) FAIL_CHECK(wrong << piece);
    rest.remove_prefix(std::min(end + 2, rest.size()));
  }
  co_return piece;
}

json::value value_of(const json::object& schema, const std::string& text) {
  if (schema.at("type") != "integer") return json::value(std::string_view(text));
  return json::parse(text);
}

}  // namespace

std::set<std::string> answers_seen() {
  const std::scoped_lock lock(seen().guard);
  return seen().answers;
}

Contract::Contract(std::string_view document) : document_(json::parse(document).as_object()) {}

const json::object* Contract::operation(const http::Route& route) const {
  const json::object* path = member(document_.at("paths").as_object(), route.path);
  return path == nullptr ? nullptr : member(*path, lower(http::name_of(route.method)));
}

std::string Contract::complaint(const http::Router& router, const http::Request& request,
                                http::Response& response) const {
  http::Request asked = request;
  const http::Route* route = router.match(asked).route;
  if (route == nullptr) return {};
  const json::object* known = operation(*route);
  if (known == nullptr) return route->is_api() ? "it is not in the document" : "";
  if (!route->is_api() && !response.ok()) return {};  // a page says why
  std::string wrong = about_answer(*known, response);
  if (response.ok()) wrong += about_request(*known, request);
  if (response.pieces) listen(*known, response);
  const std::string_view id = known->at("operationId").as_string();
  const std::scoped_lock lock(seen().guard);
  seen().answers.insert(fmt::format("{} {}", id, response.status));
  if (wrong.empty()) return {};
  return fmt::format("{} answered {} against the document:\n{}{}", id, response.status, wrong,
                     response.content().substr(0, 1'000));
}

std::string Contract::about_answer(const json::object& operation,
                                   const http::Response& response) const {
  const json::object& responses = operation.at("responses").as_object();
  const json::object* documented = member(responses, std::to_string(response.status));
  const bool is_usual = documented == nullptr;
  if (is_usual)
    documented = member(document_.at("components").at("responses").as_object(), "Other");
  const json::object* headers = member(*documented, "headers");
  std::string wrong = is_usual ? "" : about_headers(operation, *headers, response);
  const json::object* content = member(*documented, "content");
  if (content == nullptr) return response.content().empty() ? wrong : wrong + "it has a body\n";
  std::string type = response.content_type;
  type = type.substr(0, type.find(';'));
  const json::object* media = member(*content, type);
  if (media == nullptr) return wrong + fmt::format("{} is not in the document\n", type);
  if (type == "application/pdf")
    return wrong + (response.content().starts_with("%PDF-") ? "" : "it is no PDF\n");
  return wrong + about_body(document_, *media, response);
}

// What was taken is what the document says can be sent.
std::string Contract::about_request(const json::object& operation,
                                    const http::Request& request) const {
  std::string wrong;
  if (const json::value* parameters = operation.if_contains("parameters")) {
    for (const json::value& one : parameters->as_array()) {
      const json::object& parameter = one.as_object();
      if (!parameter.contains("in") || parameter.at("in") != "query") continue;
      const std::string name(parameter.at("name").as_string());
      const std::string text(request.query.get(name));
      if (text.empty()) continue;
      const json::object& schema = parameter.at("schema").as_object();
      wrong += test::violations(document_, schema, value_of(schema, text));
    }
  }
  const json::object* body = member(operation, "requestBody");
  // Of a batch each event is judged by itself: one that is wrong is told so in a good answer.
  const bool is_batch = operation.at("operationId") == "create_usage_events";
  if (body == nullptr || request.body.empty() || is_batch) return wrong;
  const json::value& schema = body->at("content").at("application/json").at("schema");
  return wrong + test::violations(document_, schema, json::parse(request.body));
}

void Contract::listen(const json::object& operation, http::Response& response) const {
  const json::value& media =
      operation.at("responses").at("200").at("content").at("text/event-stream");
  auto heard = std::make_shared<Heard>(document_, media.at("x-events").as_array(),
                                       std::move(response.pieces));
  response.pieces = [heard] { return next_of(heard); };
}

}  // namespace freehold::program
