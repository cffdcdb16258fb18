// Screens that span modules: from a confirmed address to a workspace, the way in by invitation, the
// first steps, the home page, and what stands around every console page.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "access/access.hpp"
#include "brand/brand.hpp"
#include "catalog/catalog.hpp"
#include "core/keys.hpp"
#include "core/task.hpp"
#include "db/db.hpp"
#include "entitlements/entitlements.hpp"
#include "events/events.hpp"
#include "html/frame.hpp"
#include "html/html.hpp"
#include "http/router.hpp"
#include "identity/pages.hpp"

namespace freehold::onboarding {

// Where a step leads instead, for a workspace whose owner wished for a plan at sign-up.
struct WishedStep {
  std::string text;
  std::string action;
  std::string path;  // below /t/{slug}
};

// One of the first steps. It is done when its event has happened in the tenant, by whomever.
struct Step {
  std::string key;  // stable: it is stored
  EventType done_by;
  std::string title;
  std::string text;
  std::string action;                    // "Write a document"
  std::string path;                      // below /t/{slug}
  std::optional<Permission> permission;  // shown to those who have it
  std::function<std::optional<WishedStep>(const identity::Wish&)> for_wish = {};
};

// A place of the product in the navigation, below /t/{slug}.
struct Place {
  std::string label;
  std::string path;
  std::string icon;
  Permission permission;
};

struct Onboarding {
  db::Database& database;
  Clocks clocks;
  identity::Identity& identity;
  const access::Roles& roles;
  entitlements::Gates& gates;
  const catalog::Catalog& catalog;
  const html::Views& views;
  std::vector<Step> steps;    // of platform and product, in order
  std::vector<Place> places;  // of the product
  // What gives a new tenant its trial and standing, in the transaction that makes it.
  std::function<Task<>(db::ControlTx&)> start_billing;
  std::function<std::string(const http::Request&)> csrf_token;
  const brand::Brand& brand;
  // When what is stored will be deleted, since there is no plan any more; without it nobody knows.
  std::function<Task<std::optional<Instant>>(db::ControlRead&)> purge_at = {};
  std::deque<std::string> kinds = {};  // of the jobs that tick steps; filled by work()
};

void routes(http::Router& at, Onboarding& onboarding);
// Light or dark, alone: for a listener that has none of the other pages.
void theme_routes(http::Router& at, std::string_view path);
events::Work work(Onboarding& onboarding);

// A workspace for somebody who has an account already, with all that a sign-up gives it. Its slug.
struct NewWorkspace {
  std::string name;
  UserId owner;
  Origin origin;
  identity::Wish wish = {};
};
Task<std::string> open_workspace(Onboarding& onboarding, NewWorkspace draft);

// Navigation, workspace, person, banner and tokens around a page of the tenant of this request; the
// handler adds layout, title and breadcrumbs.
Task<html::Frame> console_frame(Onboarding& onboarding, http::Request& req);

}  // namespace freehold::onboarding
