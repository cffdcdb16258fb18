#include "simulator/webhook_endpoints.hpp"

#include <fmt/format.h>

#include "simulator/deliveries.hpp"
#include "simulator/lists.hpp"
#include "simulator/render.hpp"
#include "simulator/shapes.hpp"

namespace freehold::simulator {

namespace {

void check_url(const std::string& url) {
  if (!url.starts_with("http://") && !url.starts_with("https://"))
    throw StripeError::parameter("url_invalid", "url",
                                 "Invalid URL: An explicit scheme (such as "
                                 "https) must be provided.");
}

json::array read_events(const Params& params) {
  json::array types;
  for (const std::string& type : params.texts("enabled_events")) types.push_back(json::value(type));
  return types;
}

std::string add_endpoint(State& state, const std::string& url, json::array types,
                         std::string secret) {
  const std::string id = state.new_id("we_1");
  json::object shown{{"id", id},
                     {"object", "webhook_endpoint"},
                     {"api_version", api_version},
                     {"application", nullptr},
                     {"created", state.now},
                     {"description", nullptr},
                     {"enabled_events", std::move(types)},
                     {"livemode", false},
                     {"metadata", json::object{}},
                     {"status", "enabled"},
                     {"url", url}};
  state.store.add(kind::endpoint, id, std::move(shown), {{"secret", std::move(secret)}});
  return id;
}

}  // namespace

json::value create_endpoint(State& state, Params& params) {
  const std::string url = params.need_text("url");
  check_url(url);
  json::array types = read_events(params);
  if (types.empty()) params.need_text("enabled_events");
  const auto version = params.text("api_version");
  if (version && *version != api_version && *version != older_version)
    throw StripeError::invalid(
        fmt::format("The simulator renders events of API versions {} and {}.", api_version,
                    older_version),
        "api_version");

  const std::string id = add_endpoint(state, url, std::move(types), state.new_id("whsec_", 32));
  Record& endpoint = state.store.edit(kind::endpoint, id);
  endpoint.shown["api_version"] = version.value_or(std::string(api_version));
  endpoint.shown["description"] = text_or_null(params.text("description").value_or(""));
  apply_metadata(params, endpoint.shown["metadata"].as_object());
  json::object answer = render(state, endpoint);
  answer["secret"] = endpoint.hidden.at("secret");
  return answer;
}

json::value retrieve_endpoint(State& state, Params& params) {
  return render(state, state.get(kind::endpoint, params.path("id"), "id"));
}

json::value update_endpoint(State& state, Params& params) {
  const std::string id = params.path("id");
  state.get(kind::endpoint, id, "id");
  json::object& endpoint = state.store.edit(kind::endpoint, id).shown;
  if (const auto url = params.text("url")) {
    check_url(*url);
    endpoint["url"] = *url;
  }
  if (params.has("enabled_events")) endpoint["enabled_events"] = read_events(params);
  if (const auto text = params.text("description")) endpoint["description"] = text_or_null(*text);
  if (const auto disabled = params.boolean("disabled"))
    endpoint["status"] = *disabled ? "disabled" : "enabled";
  apply_metadata(params, endpoint["metadata"].as_object());
  return render(state, kind::endpoint, id);
}

json::value delete_endpoint(State& state, Params& params) {
  const std::string id = params.path("id");
  state.get(kind::endpoint, id, "id");
  cancel_deliveries(state, id);
  state.store.erase(kind::endpoint, id);
  return json::object{{"id", id}, {"object", "webhook_endpoint"}, {"deleted", true}};
}

json::value list_endpoints(State& state, Params& params) {
  return list_records(state, params, kind::endpoint, "/v1/webhook_endpoints",
                      [](const Record&) { return true; });
}

json::value roll_secret(State& state, Params& params) {
  const std::string id = params.path("id");
  state.get(kind::endpoint, id, "id");
  const std::int64_t hours = params.integer("expires_in_hours").value_or(0);
  if (hours < 0 || hours > 24)
    throw StripeError::invalid("The old secret can stay valid for 0 to 24 hours.",
                               "expires_in_hours");
  json::object& hidden = state.store.edit(kind::endpoint, id).hidden;
  hidden["old_secret"] = text_of(hidden, "secret");
  hidden["old_secret_until"] = state.now + hours * 3600;
  hidden["secret"] = state.new_id("whsec_", 32);
  json::object answer = render(state, kind::endpoint, id);
  answer["secret"] = hidden.at("secret");
  return answer;
}

std::vector<std::string> signing_secrets(const State& state, const Record& endpoint) {
  std::vector<std::string> secrets{text_of(endpoint.hidden, "secret")};
  if (number_of(endpoint.hidden, "old_secret_until") > state.now)
    secrets.push_back(text_of(endpoint.hidden, "old_secret"));
  return secrets;
}

void ensure_endpoint(State& state, const KnownEndpoint& known) {
  for (const auto& [order, endpoint] : state.store.all(kind::endpoint)) {
    if (text_of(endpoint.shown, "url") != known.url) continue;
    if (text_of(endpoint.hidden, "secret") != known.secret)
      state.store.edit(kind::endpoint, endpoint.id).hidden["secret"] = known.secret;
    return;
  }
  add_endpoint(state, known.url, {"*"}, known.secret);
}

}  // namespace freehold::simulator
