#include "http/operation.hpp"

#include "http/problem_body.hpp"

namespace freehold::http {

Notes notes_on(const ProblemBody*) {
  return {"Problem",
          "Why a call was refused (RFC 9457).",
          {{"type", "The page about the `code`, for people.", {.format = "uri"}},
           {"title", "What the status is called."},
           {"status", "The status of the answer."},
           {"code", "What to branch on. It never changes its meaning."},
           {"detail", "A sentence for people: what happened and what to do."},
           {"request_id", "Finds the call in the log."},
           {"errors", "Which fields are wrong, with `invalid_input`."},
           {"upgrade", "What would allow the call, where a plan would."}}};
}

Parameter text_parameter(std::string_view name, std::string_view about, std::string_view example,
                         const Bounds& bounds) {
  Parameter made{.name = name, .about = about, .schema = {{"type", "string"}}};
  if (bounds.most) made.schema["maxLength"] = *bounds.most;
  if (!bounds.pattern.empty()) made.schema["pattern"] = bounds.pattern;
  if (!example.empty()) made.example = example;
  return made;
}

Parameter number_parameter(std::string_view name, std::string_view about, const Bounds& bounds) {
  Parameter made{.name = name, .about = about, .schema = {{"type", "integer"}}};
  if (bounds.least) made.schema["minimum"] = *bounds.least;
  if (bounds.most) made.schema["maximum"] = *bounds.most;
  if (bounds.usual) made.schema["default"] = *bounds.usual;
  return made;
}

namespace detail {

json::value without_null(json::value value) {
  if (json::object* object = value.if_object()) {
    json::object kept;
    for (auto& [name, member] : *object)
      if (!member.is_null()) kept[name] = without_null(std::move(member));
    return kept;
  }
  if (json::array* array = value.if_array())
    for (json::value& item : *array) item = without_null(std::move(item));
  return value;
}

std::vector<Parameter> paging_parameters(std::string_view prefix, std::vector<Parameter> more) {
  std::vector<Parameter> all{number_parameter(
      "limit", "How many items at most.", {.least = 1, .most = most_items, .usual = usual_items})};
  Parameter after{.name = "starting_after",
                  .about = "The `id` of the last item of the page before.",
                  .schema = {{"type", "string"}}};
  if (!prefix.empty()) after.schema["pattern"] = fmt::format("^{}_", prefix);
  all.push_back(std::move(after));
  std::ranges::move(more, std::back_inserter(all));
  return all;
}

}  // namespace detail
}  // namespace freehold::http
