// The parts of a node, in the order in which they are made: each may use those above it.
#pragma once

#include "access/access.hpp"
#include "access/console.hpp"
#include "app/guard.hpp"
#include "app/modules.hpp"
#include "app/node.hpp"
#include "assertion/assertion.hpp"
#include "billing/billing.hpp"
#include "billing/stripe.hpp"
#include "brand/brand.hpp"
#include "catalog/catalog.hpp"
#include "db/db.hpp"
#include "documents/documents.hpp"
#include "egress/egress.hpp"
#include "entitlements/entitlements.hpp"
#include "events/events.hpp"
#include "events/feed.hpp"
#include "gateway/gateway.hpp"
#include "html/html.hpp"
#include "http/edge.hpp"
#include "http/form_tokens.hpp"
#include "http/router.hpp"
#include "http/server.hpp"
#include "identity/pages.hpp"
#include "metering/pages.hpp"
#include "moving/leaving.hpp"
#include "notify/notify.hpp"
#include "onboarding/onboarding.hpp"
#include "redis/rate_limit.hpp"
#include "redis/redis.hpp"
#include "reference/reference.hpp"
#include "staff/staff.hpp"

namespace freehold::app {

class Tour;

struct Node::Parts {
  Parts(Runtime& runtime, const Settings& settings, Clocks clocks, const Extras& extras);
  ~Parts();

  Runtime& runtime;
  Settings settings;
  Clocks clocks;

  // the outside
  db::Database database;
  redis::Client redis;
  redis::RateLimiter limiter;
  egress::Client egress;
  html::Views views;
  http::FormTokens tokens;
  brand::Brand brand;

  // domain
  std::vector<Module> modules;
  access::Roles roles;
  catalog::Catalog catalog;
  entitlements::Gates gates;
  identity::Passwords passwords;
  identity::Links links;
  identity::Sessions sessions;
  access::Gatekeeper gatekeeper;
  access::ProductKeys product_keys;
  identity::SigningKeys signing_keys;
  assertion::Issuer issuer;
  Guard guard;
  billing::Stripe stripe;

  // what routes and jobs stand on
  identity::Identity identity;
  assertion::Assertions assertions;
  events::Feed feed;
  onboarding::Onboarding onboarding;
  access::Console console;
  metering::Pages usage;
  billing::Billing billing;
  documents::Documents documents;
  moving::Leaving leaving;
  notify::Notify notify;
  notify::Pages mail_pages;
  notify::Mailbox mailbox;
  staff::Staff staff;
  reference::Reference reference;
  std::unique_ptr<Tour> tour;  // `freehold up` only

  // listeners and workers
  http::Router public_router;
  http::Router staff_router;
  http::Router development_router;            // the mailbox, which the simulator's listener answers
  http::Router operations_router;             // of a worker, which has no staff listener
  std::unique_ptr<gateway::Gateway> gateway;  // made when the public routes are known
  std::unique_ptr<http::Edge> public_edge;
  std::unique_ptr<http::Edge> staff_edge;
  std::unique_ptr<http::Edge> development_edge;
  std::unique_ptr<http::Edge> operations_edge;  // `freehold worker` only
  std::unique_ptr<http::Server> public_server;
  std::unique_ptr<http::Server> staff_server;
  std::unique_ptr<http::Server> operations_server;
  std::unique_ptr<events::Worker> worker;
};

// Frames of pages outside of a workspace, and of the staff panel before its handlers fill them.
html::Frame public_frame(const Node::Parts& parts, const http::Request& req);
html::Frame staff_frame(const Node::Parts& parts, const http::Request& req);
html::Frame mailbox_frame(const Node::Parts& parts, const http::Request& req);
// "14 days of the Pro plan. No card needed.", and what becomes of a wish for another.
identity::Offer offer_of(const catalog::Catalog& catalog, const identity::Wish& wish);
// The step that leads to what the wished plan has and costs; none for a wish that is not sold.
std::optional<onboarding::WishedStep> wished_step(const catalog::Catalog& catalog,
                                                  const identity::Wish& wish);
http::Response error_page(const Node::Parts& parts, const http::Request& req,
                          const Problem& problem);

// The jobs of every module.
events::Work all_work(Node::Parts& parts);
// Routes that belong to the node itself: /healthz, /readyz, /metrics.
void operations_routes(http::Router& at, Node::Parts& parts);
// Redis, and the isolation report of the start: what the staff panel's health page adds.
Task<std::vector<staff::Check>> health_checks(Node::Parts& parts);
// /dev/components: every part of a page in each of its states; `freehold up` only.
void catalogue_routes(http::Router& at, Node::Parts& parts);

}  // namespace freehold::app
