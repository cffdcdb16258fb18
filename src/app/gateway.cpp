// What the gateway stands on: who may come in by which route, and what routes may name.
#include "app/contexts.hpp"
#include "core/async.hpp"

namespace freehold::app {
namespace {

gateway::Known known_to(const Node::Parts& p) {
  gateway::Known known;
  for (const Grant& grant : p.roles.grants()) known.permissions.push_back(grant.permission);
  const catalog::Declared& declared = p.catalog.declared();
  for (const DeclaredKey& feature : declared.features) known.features.insert(feature.key);
  for (const DeclaredKey& meter : declared.meters) known.meters.insert(meter.key);
  known.rates.insert("api");
  known.rates.insert("page");
  for (const catalog::Plan& plan : p.catalog.plans())
    for (const auto& [name, limit] : plan.rates) known.rates.insert(name);
  return known;
}

// A page of the program has this path, or did so and was moved; whatever the method.
bool is_ours(const http::Router& router, std::string_view path) {
  http::Request asked;
  asked.path = path;
  const auto match = router.match(asked);
  return match.route != nullptr || !match.allowed.empty();
}

Task<> require(Node::Parts& p, http::Request& req, const http::Route& route) {
  co_await p.guard.admit_passed(req, route);
  co_await staff::note_activity(p.staff, req.actor());
}

}  // namespace

gateway::Parts gateway_parts(Node::Parts& p) {
  return {.runtime = p.runtime,
          .assertions = p.assertions,
          .known = known_to(p),
          .is_ours = [&p](std::string_view path) { return is_ours(p.public_router, path); },
          .require = [&p](http::Request& req,
                          const http::Route& route) { return require(p, req, route); },
          .limit = [&p](http::Request& req,
                        const http::Route& route) { return p.guard.limit_visitor(req, route); }};
}

}  // namespace freehold::app
