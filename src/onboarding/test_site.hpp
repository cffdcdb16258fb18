// For the tests of this module: its pages and those of identity on a database of their own, and
// browsers that use them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/async.hpp"
#include "core/json.hpp"
#include "http/edge.hpp"
#include "identity/links.hpp"
#include "identity/mails.hpp"
#include "onboarding/pages.hpp"
#include "tests/support/world.hpp"

namespace freehold::onboarding {

inline const std::string pale_password = "tractor-violet-42-lamp";

using FormFields = std::vector<std::pair<std::string, std::string>>;

struct Site {
  Site();

  test::World world;
  identity::Passwords passwords;
  identity::Links links;
  identity::Sessions sessions;
  html::Views views;
  access::Roles roles;
  catalog::Catalog catalog;
  entitlements::Gates gates;
  access::Gatekeeper gatekeeper;
  bool billing_fails = false;
  identity::Identity identity;
  brand::Brand brand;
  Onboarding onboarding;
  http::Router router;
  std::unique_ptr<http::Edge> edge;

  // The path in the mail of the sign-up of this address.
  std::string signup_link(const std::string& email);
  // Signs up and confirms; the workspace's slug.
  std::string workspace(const std::string& email, const std::string& name);
  UserId user(const std::string& email);
  Actor actor(const std::string& slug, const std::string& email, tenancy::Role role);
  // An invitation by the owner of the workspace, which `token` opens.
  access::InvitationId invite(const Actor& owner, const std::string& email, tenancy::Role role,
                              const std::string& token);
  // Uses the only meter, which has 100 units in a period.
  void use(const Actor& by, std::int64_t units);
  void settle();  // runs the jobs that are due
};

class Browser {
 public:
  explicit Browser(Site& site) : site_(site) {}

  std::map<std::string, std::string> cookies;

  http::Response get(const std::string& path);
  // A form of the page that was loaded last; its token goes along.
  http::Response post(const std::string& path, const FormFields& fields = {});
  // The same as a coroutine, for many at once.
  Task<> send(http::Request req, http::Response& into);
  http::Request posting(const std::string& path, const FormFields& fields) const;

  void log_in(const std::string& email);

 private:
  Site& site_;
  std::string csrf_token_;
};

// "303 /t/acme", "200 <h1>": what a person would notice.
std::string seen(const http::Response& response);

}  // namespace freehold::onboarding
