#include "reference/parts.hpp"

#include "core/schema.hpp"
#include "reference/refusals.hpp"

namespace freehold::reference {
namespace {

// "workspace" of "tenant_id", "reservation" of "reservation_id".
std::string noun_of(std::string_view parameter) {
  std::string noun(parameter.substr(0, parameter.rfind("_id")));
  if (noun == "tenant") return "workspace";
  std::ranges::replace(noun, '_', ' ');
  return noun;
}

json::object path_parameter(std::string_view name) {
  json::object made{{"name", name}, {"in", "path"}, {"required", true}};
  if (!name.ends_with("_id")) {
    made["schema"] = {{"type", "string"}};
    return made;
  }
  const std::string_view prefix = name.substr(0, name.size() - 3);
  made["description"] = fmt::format("The id of the {}.", noun_of(name));
  made["schema"] = detail::id_schema(prefix);
  made["example"] = to_typeid(prefix, example_id<TenantId>().uuid);
  return made;
}

json::object header(std::string_view about, std::string_view type = "string") {
  return {{"description", about}, {"schema", {{"type", type}}}};
}

}  // namespace

json::array path_parameters(std::string_view path) {
  json::array all;
  for (auto at = path.find('{'); at != std::string_view::npos; at = path.find('{', at + 1))
    all.push_back(path_parameter(path.substr(at + 1, path.find('}', at) - at - 1)));
  return all;
}

json::object headers_of(const http::Route& route, int status) {
  json::object all;
  const auto refer = [&](std::string_view name) {
    all[name] = {{"$ref", fmt::format("#/components/headers/{}", name)}};
  };
  refer("Request-Id");
  const bool may_be_let_in = status != 401 && status != 413 && status != 415;
  if (takes_workspace_key(route) && may_be_let_in)
    for (const char* name : {"RateLimit", "RateLimit-Policy", "Freehold-Entitlement-Version"})
      refer(name);
  if (status < 400 && route.is_api() && takes_idempotency_key(route)) refer("Idempotency-Replayed");
  if (status == 401) refer("WWW-Authenticate");
  if (status == 409 || status == 429 || status == 503) refer("Retry-After");
  return all;
}

json::object shared_parameters() {
  json::object schema = detail::typed("string");
  schema["maxLength"] = 255;
  schema["pattern"] = "^[ -~]*$";
  return {{"Idempotency-Key",
           {{"name", "Idempotency-Key"},
            {"in", "header"},
            {"description",
             "Of your choice. The first answer below 400 is kept for 24 hours and "
             "given again to the same call with the same key."},
            {"schema", std::move(schema)},
            {"example", "5f1d7f0e-report-17"}}}};
}

json::object shared_headers() {
  return {{"Request-Id", header("Finds the call in the log.")},
          {"RateLimit", header("How many calls are left, and for how long: `\"api\";r=14;t=1`.")},
          {"RateLimit-Policy", header("How many calls the plan allows: `\"api\";q=60;w=60`.")},
          {"Freehold-Entitlement-Version",
           header("Rises with every change of what the workspace may use.")},
          {"Idempotency-Replayed", header("`true`: the answer of the first call, given again.")},
          {"WWW-Authenticate", header("How to say who is calling: `Bearer`.")},
          {"Retry-After", header("After how many seconds it is worth trying again.", "integer")}};
}

}  // namespace freehold::reference
