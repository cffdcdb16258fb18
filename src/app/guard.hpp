// Who may: the way from a request to an actor, and every reason to turn one away before its handler
// runs. In order: credential, tenant, rate limit, permission, standing, feature, meter.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "access/access.hpp"
#include "access/product_keys.hpp"
#include "catalog/catalog.hpp"
#include "core/task.hpp"
#include "db/db.hpp"
#include "entitlements/entitlements.hpp"
#include "http/router.hpp"
#include "identity/identity.hpp"
#include "identity/pages.hpp"
#include "redis/rate_limit.hpp"

namespace freehold::app {

class Guard {
 public:
  struct Parts {
    db::Database& database;
    Clocks clocks;
    identity::Sessions& sessions;
    access::Gatekeeper& gatekeeper;
    access::ProductKeys& product_keys;
    const access::Roles& roles;
    entitlements::Gates& gates;
    const catalog::Catalog& catalog;
    redis::RateLimiter& limiter;
    const std::string& base_url;
    // Names of people in the actor's workspace who have the permission.
    std::function<Task<std::string>(const Actor&, const Permission&)> who_can;
  };
  explicit Guard(Parts parts) : parts_(std::move(parts)) {}

  // Fills the session and the actor, and refuses who may not: by a Problem, or by a redirect to the
  // log-in page.
  Task<std::optional<http::Response>> admit(http::Request& req, const http::Route& route);

  // The same for a request of a member that the gateway passes on: the actor is known, and only
  // what the route names is limited.
  Task<> admit_passed(http::Request& req, const http::Route& route);

  // A request of no workspace that the gateway passes on, on a route that names a rate: what the
  // default plan says of it, for each person or program, or each network that nobody is known of.
  Task<> limit_visitor(http::Request& req, const http::Route& route);

  // After the answer: a call that the plan refused (402), or that failed through no fault of the
  // caller, gives its unit back.
  Task<> settle(http::Request& req, const http::Route& route, int status);

  // One attempt at something that people do by hand; how long to wait when there were too many.
  Task<std::optional<std::chrono::seconds>> throttle(std::string key, identity::RateClass rate);

 private:
  Task<> identify_program(http::Request& req, const http::Route& route);
  Task<> identify_product(http::Request& req, const http::Route& route, std::string_view secret);
  Task<std::optional<http::Response>> identify_person(http::Request& req, const http::Route& route);
  Task<> enter_tenant(http::Request& req);
  struct Rate {
    std::string name;
    bool of_program;  // of all keys of the workspace together, else of one person
    bool told;        // the answer says how much is left
  };
  Task<> limit_rate(http::Request& req, Rate rate);
  void settle_rate(http::Request& req, const redis::Verdict& verdict, bool told);
  Task<> require_permission(const http::Request& req, const http::Route& route);
  Task<> require_plan(http::Request& req, const http::Route& route);

  Parts parts_;
};

// Where the plan of this request's workspace can be changed: "/t/acme/billing/plans" on a page; for
// programs, which show it to a person somewhere else, an address that finds the workspace by its
// id.
std::string upgrade_url(const http::Request& req, std::string_view base_url);

}  // namespace freehold::app
