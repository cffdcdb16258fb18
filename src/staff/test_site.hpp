// For the tests of this module: a workspace that pays through the simulator's engine, the staff
// panel on a listener of its own, and the customers' pages on another.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "billing/test_site.hpp"
#include "http/edge.hpp"
#include "identity/links.hpp"
#include "notify/test_browser.hpp"
#include "staff/staff.hpp"

namespace freehold::staff {

struct Site {
  Site();

  billing::Site money;  // with the workspace Acme
  test::World& world;
  identity::Passwords passwords;
  identity::Links links;
  identity::Sessions sessions;
  access::Roles roles;
  std::map<std::string, int> attempts;  // counted by the throttle
  identity::Identity identity;
  brand::Brand brand;
  Staff staff;
  http::Router panel_router;
  http::Router customer_router;
  std::unique_ptr<http::Edge> panel_edge;
  std::unique_ptr<http::Edge> customer_edge;
  test::Browser panel;     // logged in after enter()
  test::Browser customer;  // of Acme's owner, logged in after enter()

  // Acme on its trial with its owner Ada, a member of staff, and both of them logged in.
  void enter();
  std::string create(const std::string& email);  // the password
  http::Response log_in(test::Browser& browser, const std::string& email,
                        const std::string& password);
  test::Browser panel_browser();
  // A workspace without a subscription, made as sign-up makes one.
  TenantId workspace(const std::string& slug, const std::string& name);
  // What happens to webhooks, then the jobs and loops of this module that are due.
  void settle();
  void advance(Duration by);

  std::string path(const std::string& tab = "");  // of Acme's pages
  std::string page(const std::string& path);      // the words of a page of the panel
  // Acme's line in the list: "Acme acme Pro $0.00 1 Trial until 6 Dec 2026 …"
  std::string line();
  std::string head();     // and the head of its page
  std::string gates();    // and what the gates say: "pro full export"
  std::string rollups();  // all lines of the roll-up, as rows
};

// "303 /tenants", "200", or with the words of the error summary: what a person would notice.
std::string seen(const http::Response& response);

}  // namespace freehold::staff
