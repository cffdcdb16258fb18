#include "gateway/gateway.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <stdexcept>

#include "core/async.hpp"
#include "core/scope.hpp"
#include "gateway/admission.hpp"
#include "gateway/exchange.hpp"
#include "gateway/routes.hpp"

namespace freehold::gateway {
namespace {

constexpr std::chrono::seconds between_prunes{1};

// "app.example.com/app/*", as log and metrics know it.
std::string label_of(const RouteConfig& config) {
  return config.host + (config.path == "/" ? "" : config.path) + "/*";
}

std::string authority_of(const RouteConfig& config) {
  constexpr std::string_view scheme = "http://";
  const std::string_view to = config.to;
  return to.starts_with(scheme) ? std::string(to.substr(scheme.size())) : "localhost";
}

// What a route names and nobody declared; the words are looked up, because routes keep views.
class Words {
 public:
  explicit Words(const Known& known) : known_(known) {}

  http::Access access_of(const RouteConfig& config) {
    if (!config.permission.empty()) {
      for (const Permission& permission : known_.permissions)
        if (permission.key == config.permission)
          return {http::Access::Kind::permission, permission};
      miss(config, "permission", config.permission);
    }
    if (config.who == "anyone") return http::anyone;
    return config.who == "member" ? http::member : http::signed_in;
  }

  http::Words words_of(const RouteConfig& config) {
    http::Words words;
    if (const auto* key = find(config, "feature", config.feature, known_.features))
      words.feature = Feature{*key};
    if (const auto* key = find(config, "meter", config.meter, known_.meters))
      words.meter = Meter{*key};
    if (const auto* key = find(config, "rate", config.rate, known_.rates)) words.rate = *key;
    return words;
  }

  std::vector<std::string> mistakes;

 private:
  using Keys = std::set<std::string, std::less<>>;

  const std::string* find(const RouteConfig& config, std::string_view kind,
                          const std::string& wanted, const Keys& keys) {
    if (wanted.empty()) return nullptr;
    const auto at = keys.find(wanted);
    if (at != keys.end()) return &*at;
    miss(config, kind, wanted);
    return nullptr;
  }

  void miss(const RouteConfig& config, std::string_view kind, std::string_view name) {
    mistakes.push_back(fmt::format("the route of {}{}: there is no {} \"{}\"", config.host,
                                   config.path, kind, name));
  }

  const Known& known_;
};

// One io thread's connections, by product.
struct Lot {
  explicit Lot(const Executor& executor) : executor(executor), chores(executor) {}

  Executor executor;
  std::map<std::string, Pool> pools = {};
  Scope chores;
  bool pruning = false;
  bool ended = false;
};

Task<> prune(std::shared_ptr<Lot> lot) {
  const auto is_empty = [](const auto& pool) { return pool.second.empty(); };
  while (!lot->ended && !std::ranges::all_of(lot->pools, is_empty)) {
    co_await sleep_for(between_prunes);
    for (auto& [to, pool] : lot->pools) pool.prune();
  }
  lot->pruning = false;
}

Task<> end(std::shared_ptr<Lot> lot) {
  lot->ended = true;
  for (auto& [to, pool] : lot->pools) pool.clear();
  co_await lot->chores.stop();
}

}  // namespace

struct Gateway::State {
  State(Parts given, Config from) : parts(std::move(given)), config(std::move(from)) {
    base_host =
        plain_host(parts.assertions.base_url.substr(parts.assertions.base_url.find("://") + 3));
    for (unsigned i = 0; i < parts.runtime.size(); ++i)
      lots.push_back(std::make_shared<Lot>(parts.runtime.executor(i)));
  }

  void add_routes();
  const http::Route* find(const http::Request& req) const;
  Pool& pool_of(const RouteConfig& route);
  Task<std::optional<http::Response>> pass(http::Request& req, const http::Route& route,
                                           http::Passage& passage);

  bool is_elsewhere(const RouteConfig& route) const {
    return !route.host.empty() && route.host != base_host;
  }

  const Parts parts;
  const Config config;
  std::string base_host;
  std::vector<http::Route> routes;  // in the order of the configuration's
  std::vector<std::shared_ptr<Lot>> lots;
};

void Gateway::State::add_routes() {
  Words words(parts.known);
  for (const RouteConfig& route : config.routes) {
    routes.push_back({.method = http::Method::get,
                      .path = label_of(route),
                      .access = words.access_of(route),
                      .words = words.words_of(route),
                      .run = {},
                      .transaction = "none"});
    if (!is_elsewhere(route) && route.path != "/" && parts.is_ours(route.path))
      words.mistakes.push_back(
          fmt::format("the route of {}: Freehold answers this address itself", route.path));
  }
  if (words.mistakes.empty()) return;
  throw std::runtime_error(fmt::format("gateway: {}", fmt::join(words.mistakes, "\ngateway: ")));
}

// Our own addresses come first, but on a host that only a route names.
const http::Route* Gateway::State::find(const http::Request& req) const {
  const int at = find_route(config.routes, req.host, req.path);
  if (at < 0) return nullptr;
  const bool ours = !is_elsewhere(config.routes[std::size_t(at)]) && parts.is_ours(req.path);
  return ours ? nullptr : &routes[std::size_t(at)];
}

Pool& Gateway::State::pool_of(const RouteConfig& route) {
  Lot& lot = *lots[Runtime::current()];
  const auto at = lot.pools.find(route.to);
  if (at != lot.pools.end()) return at->second;
  auto address = std::get<UpstreamAddress>(parse_upstream(route.to));
  return lot.pools.emplace(route.to, Pool(lot.executor, std::move(address))).first->second;
}

Task<std::optional<http::Response>> Gateway::State::pass(http::Request& req,
                                                         const http::Route& route,
                                                         http::Passage& passage) {
  const RouteConfig& settings = config.routes[std::size_t(&route - routes.data())];
  if (!is_plain(req.path))
    throw Problem::bad_request("invalid_target", "The address could not be read.");
  passage.limit_body(settings.max_body);
  Admission admission = co_await admit({parts, settings, route, is_elsewhere(settings)}, req);
  if (admission.answer) co_return std::move(admission.answer);
  Pool& pool = pool_of(settings);
  Exchange exchange(config, pool, req, passage);
  const std::string_view identity =
      admission.identity ? std::string_view(admission.identity->fields) : std::string_view();
  co_await exchange.run(identity, authority_of(settings));
  const auto& lot = lots[Runtime::current()];
  if (!lot->pruning && !lot->ended && !pool.empty()) {
    lot->pruning = true;
    lot->chores.spawn("gateway.prune", prune(lot));
  }
  co_return std::nullopt;
}

Gateway::Gateway(Parts parts, Config config)
    : state_(std::make_shared<State>(std::move(parts), std::move(config))) {
  state_->add_routes();
}

Gateway::~Gateway() = default;

http::Gateway Gateway::hooks() {
  if (state_->routes.empty()) return {};
  return {
      .find = [state = state_](const http::Request& req) { return state->find(req); },
      .pass = [state = state_](http::Request& req, const http::Route& route,
                               http::Passage& passage) { return state->pass(req, route, passage); },
      .routes = &state_->routes};
}

Task<> Gateway::drain() {
  for (const auto& lot : state_->lots) co_await run_on(lot->executor, end(lot));
}

}  // namespace freehold::gateway
