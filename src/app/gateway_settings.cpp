// The settings of the gateway: a section, and a list of routes.
#include "app/settings.hpp"

namespace freehold::app {
namespace {

using Millis = std::chrono::milliseconds;

gateway::RouteConfig read_route(ConfigReader& config, const std::string& at) {
  const auto text = [&](std::string_view name, std::string_view usual, std::string_view about) {
    return config.text(at + "." + std::string(name), usual, about);
  };
  gateway::RouteConfig route;
  route.host = text("host", "", "Only requests to this host. Empty: to every one.");
  route.path = text("path", "/",
                    "This path and everything below it; the longest one wins. Freehold's own "
                    "addresses are not passed on.");
  route.to = text("to", "", "The product: http://host:port, or unix:/path of its socket.");
  route.who = text("who", "",
                   "`anyone`, `signed_in` (a session or an API key; so when left out), or `member` "
                   "of the workspace in the address, or of the only one they have.");
  route.permission =
      text("permission", "", "A member whose role has it, or a key with it: documents:write.");
  route.feature = text("feature", "", "The plan must include it, else 402: documents.export.");
  route.meter = text("meter", "",
                     "Each request takes one unit, and a 5xx gives it back: documents.api_calls.");
  route.rate = text("rate", "", "A class of `rates` in plans.toml; beyond it 429.");
  route.max_body = config.size(at + ".max_body", "100MB",
                               "The longest body of a request that is passed on; beyond it 413.");
  return route;
}

Millis read_timeout(ConfigReader& config, std::string_view key, std::string_view usual,
                    std::string_view about) {
  return std::chrono::duration_cast<Millis>(config.duration(key, usual, about));
}

}  // namespace

gateway::Config read_gateway(ConfigReader& config) {
  gateway::Config read;
  read.connect_timeout = read_timeout(config, "gateway.connect_timeout", "2s",
                                      "A product that takes no connection for so long: 504.");
  read.first_byte_timeout =
      read_timeout(config, "gateway.first_byte_timeout", "60s",
                   "A product that has the whole request and answers nothing for so long: 504.");
  read.idle_timeout = read_timeout(config, "gateway.idle_timeout", "60s",
                                   "An answer that stands still for so long is broken off.");
  read.stream_timeout =
      read_timeout(config, "gateway.stream_timeout", "10m",
                   "A WebSocket or event stream on which nobody says anything for so long is "
                   "ended.");
  read_route(config, "gateway.route");  // documents them
  for (const std::string& at : config.tables("gateway.route"))
    read.routes.push_back(read_route(config, at));
  for (const std::string& mistake : gateway::mistakes_of(read)) config.mistake("gateway", mistake);
  return read;
}

}  // namespace freehold::app
