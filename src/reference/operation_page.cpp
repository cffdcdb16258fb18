// The page of one operation.
#include "http/request.hpp"
#include "reference/openapi.hpp"
#include "reference/pages.hpp"

namespace freehold::reference {
namespace {

const json::object& media_of(const json::value& content) {
  return content.as_object().begin()->value().as_object();
}

std::string text_at(const json::object& object, std::string_view name) {
  const json::value* found = object.if_contains(name);
  return found == nullptr ? "" : std::string(found->as_string());
}

// An example as people read it; null when there is none.
json::value example_of(const json::object& media) {
  const json::value* example = media.if_contains("example");
  if (example == nullptr) return nullptr;
  if (example->is_string()) return *example;
  return json::value(pretty(*example));
}

json::value table(std::string_view caption, std::string_view heading, json::array rows) {
  if (rows.empty()) return nullptr;
  return json::object{
      {"caption", caption}, {"heading", heading}, {"intro", nullptr}, {"rows", std::move(rows)}};
}

// --- The call

json::object fact(std::string_view label, std::string_view words) {
  return {{"label", label}, {"words", words_of(words)}};
}

std::string_view words_for(std::string_view scheme) {
  if (scheme == "workspace_key") return "an API key of a workspace, `fh_ak_…`";
  if (scheme == "product_key") return "a product key, `fh_sk_…`";
  return "the cookie of a person who is logged in";
}

json::array facts_of(const json::object& operation) {
  std::string keys;
  for (const json::value& way : operation.at("security").as_array())
    keys.append(keys.empty() ? "" : ", or ").append(words_for(way.as_object().begin()->key()));
  json::array facts{fact("Key", keys.empty() ? "none" : keys)};
  for (const auto& [name, label] :
       {std::pair{"x-permission", "Permission"}, std::pair{"x-feature", "Feature of the plan"},
        std::pair{"x-meter", "Counts for the meter"}})
    if (operation.contains(name))
      facts.push_back(fact(label, fmt::format("`{}`", text_at(operation, name))));
  return facts;
}

// --- Parameters

std::string_view place_of(std::string_view in) {
  if (in == "path") return "in the address";
  return in == "header" ? "header" : "query";
}

json::array parameter_rows(const Book& book, const json::object& operation) {
  json::array rows;
  const json::value* parameters = operation.if_contains("parameters");
  if (parameters == nullptr) return rows;
  for (const json::value& one : parameters->as_array()) {
    const json::object& parameter = resolved(book, one);
    rows.push_back(json::object{{"name", parameter.at("name")},
                                {"type", type_of(book, parameter.at("schema"))},
                                {"note", place_of(parameter.at("in").as_string())},
                                {"words", words_of(text_at(parameter, "description"))}});
  }
  return rows;
}

json::value body_of(const Book& book, const json::object& operation) {
  const json::value* body = operation.if_contains("requestBody");
  if (body == nullptr) return nullptr;
  const json::object& media = media_of(body->at("content"));
  json::value made = table("Body", "Member", rows_of(book, media.at("schema")));
  made.as_object()["example"] = example_of(media);
  return made;
}

// --- Answers

// A table of each thing that the answer may be made of: itself, its lines, the events of a stream.
json::array tables_of(const Book& book, std::string_view status, const json::object& media) {
  json::array tables;
  const auto add = [&](std::string_view name, const json::value& schema, std::string_view intro) {
    json::value made =
        table(fmt::format("Answer {}{}", status, name), "Member", rows_of(book, schema));
    if (made.is_null()) return;
    if (!intro.empty()) made.as_object()["intro"] = json::object{{"words", words_of(intro)}};
    tables.push_back(std::move(made));
  };
  if (const json::value* events = media.if_contains("x-events")) {
    for (const json::value& event : events->as_array()) {
      const std::string name = text_at(event.as_object(), "event");
      const std::string about = text_at(event.as_object(), "description");
      add(", event " + (name.empty() ? "of any type" : name), event.at("data"),
          name.empty() ? about : fmt::format("Event `{}`: {}", name, about));
    }
  } else if (const json::value* line = media.if_contains("x-line")) {
    add(", a line", *line, "Each line is a JSON object.");
  } else {
    add("", media.at("schema"), "");
  }
  return tables;
}

json::array answers_of(const Book& book, const json::object& operation) {
  json::array answers;
  for (const auto& [status, response] : operation.at("responses").as_object()) {
    if (status == "default" || status.front() >= '4') continue;
    const std::string code(status);
    json::object made{{"id", "answer-" + code},
                      {"title", fmt::format("{} {}", code, http::reason_of(std::stoi(code)))},
                      {"words", words_of(text_at(response.as_object(), "description"))},
                      {"tables", json::array()},
                      {"example", nullptr}};
    if (const json::value* content = response.as_object().if_contains("content")) {
      const json::object& media = media_of(*content);
      made["tables"] = tables_of(book, code, media);
      made["example"] = example_of(media);
    }
    answers.push_back(std::move(made));
  }
  return answers;
}

json::value refusals_of(const Book& book, const json::object& operation) {
  json::array rows;
  for (const auto& [status, response] : operation.at("responses").as_object()) {
    if (status == "default" || status.front() < '4') continue;
    for (const json::value& code : codes_in(media_of(response.at("content")))) {
      const Code& known = book.codes.get(code.as_string());
      rows.push_back(json::object{{"name", known.code},
                                  {"url", "/errors/" + known.code},
                                  {"status", status},
                                  {"words", words_of(known.happened)}});
    }
  }
  if (rows.empty()) return nullptr;
  return json::object{{"rows", std::move(rows)}};
}

}  // namespace

std::string curl_of(const Entry& entry, std::string_view base_url) {
  std::string target(entry.path);
  std::string headers;
  const json::object& operation = *entry.operation;
  if (const json::value* parameters = operation.if_contains("parameters")) {
    for (const json::value& one : parameters->as_array()) {
      const json::object& parameter = one.as_object();
      const json::value* example = parameter.if_contains("example");
      if (example == nullptr || parameter.at("in") != "path") continue;
      const std::string mark = "{" + text_at(parameter, "name") + "}";
      target.replace(target.find(mark), mark.size(), example->as_string());
    }
  }
  const json::array& security = operation.at("security").as_array();
  if (!security.empty()) headers += " \\\n  -H \"Authorization: Bearer $FREEHOLD_KEY\"";
  std::string body;
  if (const json::value* taken = operation.if_contains("requestBody")) {
    headers += " \\\n  -H \"Content-Type: application/json\"";
    body = fmt::format(" \\\n  -d '{}'",
                       json::serialize(media_of(taken->at("content")).at("example")));
  }
  const std::string method = entry.method == "GET" ? "" : " -X " + entry.method;
  return fmt::format("curl{} {}{}{}{}\n", method, base_url, target, headers, body);
}

json::object operation_model(const Book& book, const Entry& entry, std::string_view base_url) {
  const json::object& operation = *entry.operation;
  return {{"title", entry.summary()},
          {"summary", entry.summary()},
          {"tag", entry.tag()},
          {"method", entry.method},
          {"path", entry.path},
          {"words", words_of(text_at(operation, "description"))},
          {"facts", facts_of(operation)},
          {"curl", curl_of(entry, base_url)},
          {"parameters", table("Parameters", "Name", parameter_rows(book, operation))},
          {"body", body_of(book, operation)},
          {"answers", answers_of(book, operation)},
          {"refusals", refusals_of(book, operation)}};
}

}  // namespace freehold::reference
