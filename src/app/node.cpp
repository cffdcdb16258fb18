#include "app/node.hpp"

#include <fstream>

#include "app/contexts.hpp"
#include "app/templates.hpp"
#include "app/tour.hpp"
#include "core/async.hpp"
#include "core/embedded.hpp"
#include "entitlements/plan_versions.hpp"
#include "html/assets.hpp"
#include "http/assets.hpp"
#include "http/form_tokens.hpp"

namespace freehold::app {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(fmt::format("{} cannot be read", path));
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string catalog_text(const Settings& settings) {
  if (!settings.plans_file.empty()) return read_file(settings.plans_file);
  if (!settings.assets_folder.empty()) return read_file(settings.assets_folder + "/plans.toml");
  return std::string(embedded::defaults().front().body);
}

http::Asset asset_of(html::Asset found) {
  return {.body = found.body,
          .br = found.br,
          .gz = found.gz,
          .type = found.type,
          .hash = found.hash,
          .owner = std::move(found.owner)};
}

void common_routes(http::Router& at, Node::Parts& parts) {
  http::serve_assets(at,
                     [&views = parts.views](std::string_view path) -> std::optional<http::Asset> {
                       auto found = views.assets().find(path);
                       if (!found) return std::nullopt;
                       return asset_of(std::move(*found));
                     });
}

void add(events::Work& all, events::Work more) {
  std::ranges::move(more.subscriptions, std::back_inserter(all.subscriptions));
  std::ranges::move(more.crons, std::back_inserter(all.crons));
  std::ranges::move(more.loops, std::back_inserter(all.loops));
}

void public_routes(http::Router& at, Node::Parts& parts) {
  common_routes(at, parts);
  brand::routes(at, parts.brand);
  identity::routes(at, parts.identity);
  assertion::routes(at, parts.assertions);
  onboarding::routes(at, parts.onboarding);
  billing::routes(at, parts.billing);
  access::routes(at, parts.console);
  events::routes(at, parts.feed);
  metering::routes(at, parts.usage);
  documents::routes(at, parts.documents);
  moving::routes(at, parts.leaving);
  notify::routes(at, parts.mail_pages);
  reference::routes(at, parts.reference);
  reference::describe(parts.reference, at, embedded::documents().front().body);
}

void staff_routes(http::Router& at, Node::Parts& parts) {
  common_routes(at, parts);
  brand::routes(at, parts.brand);
  operations_routes(at, parts);
  onboarding::theme_routes(at, "/theme");
  staff::routes(at, parts.staff);
}

// What only developers reach: the mailbox beside the simulator, the catalogue of components and the
// start page beside the product.
void development_routes(Node::Parts& parts) {
  common_routes(parts.development_router, parts);
  notify::mailbox_routes(parts.development_router, parts.mailbox);
  onboarding::theme_routes(parts.development_router, "/mailbox/theme");
  catalogue_routes(parts.public_router, parts);
  tour_routes(parts.public_router, *parts.tour);
}

// --- the edges of the listeners ------------------------------------------------------------------

http::Hooks hooks_of(Node::Parts& parts) {
  http::Hooks hooks;
  hooks.problem_of = [&parts](std::string_view constraint) {
    return problem_of_constraint(parts.modules, constraint);
  };
  hooks.error_page = [&parts](const http::Request& req, const Problem& problem) {
    return error_page(parts, req, problem);
  };
  return hooks;
}

Task<std::optional<http::Response>> admit(Node::Parts& parts, http::Request& req,
                                          const http::Route& route) {
  auto refusal = co_await parts.guard.admit(req, route);
  if (!refusal && req.actor_) co_await staff::note_activity(parts.staff, *req.actor_);
  co_return refusal;
}

http::Hooks public_hooks(Node::Parts& parts) {
  http::Hooks hooks = hooks_of(parts);
  hooks.guard = [&parts](http::Request& req, const http::Route& route) {
    return admit(parts, req, route);
  };
  hooks.settle = [&parts](http::Request& req, const http::Route& route, int status) {
    return parts.guard.settle(req, route, status);
  };
  hooks.gateway = parts.gateway->hooks();
  if (parts.tour) {
    hooks.answered = [&parts](const http::Request& req, const http::Route& route,
                              const http::Response& response) {
      parts.tour->note_answer(req, route, response);
    };
  }
  return hooks;
}

http::Hooks staff_hooks(Node::Parts& parts) {
  http::Hooks hooks = hooks_of(parts);
  hooks.guard = [&parts](http::Request& req, const http::Route& route) {
    return staff::guard(parts.staff, req, route);
  };
  return hooks;
}

// The mailbox and a worker's listener show no one's session and need no log-in.
Task<std::optional<http::Response>> let_in(http::Request&, const http::Route&) {
  co_return std::nullopt;
}

http::Hooks open_hooks(Node::Parts& parts) {
  http::Hooks hooks = hooks_of(parts);
  hooks.guard = let_in;
  return hooks;
}

struct Listener {
  const http::Router& router;
  const std::string& base_url;
  const http::Config& config;
};

// A log-in may lead to the product, which has another address.
Extras with_products(Extras extras, const Settings& settings) {
  for (const std::string& url : settings.return_urls)
    extras.form_action.emplace_back(http::origin_of(url));
  return extras;
}

// What the type of each problem begins with, on whatever listener it comes.
std::string errors_url(const Settings& settings) {
  return settings.base_url + "/errors/";
}

http::Config with_errors(http::Config config, const Settings& settings) {
  config.errors_url = errors_url(settings);
  return config;
}

std::unique_ptr<http::Edge> edge_of(Node::Parts& parts, const Listener& listener,
                                    const Extras& extras, http::Hooks hooks) {
  http::Site site{.base_url = listener.base_url,
                  .trusted_proxies = listener.config.trusted_proxies,
                  .errors_url = errors_url(parts.settings),
                  .form_action = extras.form_action,
                  .key = parts.settings.master_key};
  return std::make_unique<http::Edge>(
      http::EdgeParts{parts.runtime, listener.router, &parts.database, parts.clocks},
      std::move(site), std::move(hooks));
}

// Of those who have a log-in: customers and staff.
void make_edges(Node::Parts& parts, const Extras& extras) {
  const Settings& settings = parts.settings;
  parts.public_edge =
      edge_of(parts, {parts.public_router, settings.base_url, settings.public_listener},
              with_products(extras, settings), public_hooks(parts));
  parts.staff_edge =
      edge_of(parts, {parts.staff_router, settings.staff_base_url, settings.staff_listener}, {},
              staff_hooks(parts));
}

}  // namespace

events::Work all_work(Node::Parts& parts) {
  events::Work all;
  add(all, identity::work(parts.identity));
  add(all, billing::work(parts.billing));
  add(all, onboarding::work(parts.onboarding));
  add(all, documents::work(parts.documents));
  add(all, moving::work(parts.leaving));
  add(all, notify::work(parts.notify));
  add(all, staff::work(parts.staff));
  return all;
}

Node::Parts::Parts(Runtime& runtime, const Settings& given, Clocks clocks, const Extras& extras)
    : runtime(runtime),
      settings(given),
      clocks(clocks),
      database(runtime, settings.database, clocks),
      redis(runtime, {.url = settings.redis_url}),
      limiter(redis, clocks.machine, {}),
      egress(runtime, {}),
      views(views_source(settings),
            settings.assets_folder.empty() ? html::Missing::empty : html::Missing::error),
      tokens(settings.base_url, settings.master_key),
      brand(runtime, database, settings.look),
      modules(all_modules()),
      roles(grants_of(modules)),
      catalog(catalog::Catalog::parse(catalog_text(settings), catalog::declared_by(modules))),
      gates(runtime, database, settings.redis_url.empty() ? nullptr : &redis, clocks, catalog),
      passwords(runtime, {settings.master_key}),
      links({settings.master_key}),
      sessions(runtime, database, clocks, settings.identity),
      gatekeeper(runtime, database, clocks, roles),
      product_keys(runtime, database, clocks),
      signing_keys(runtime, database, clocks, settings.master_key),
      issuer(runtime, clocks, signing_keys, settings.base_url, settings.product_audience),
      guard(guard_parts(*this)),
      stripe(egress, settings.stripe_url, settings.stripe_key),
      identity(identity_of(*this)),
      assertions(assertions_of(*this)),
      feed(feed_of(*this)),
      onboarding(onboarding_of(*this)),
      console(console_of(*this)),
      usage(usage_of(*this)),
      billing(billing_of(*this)),
      documents(documents_of(*this)),
      leaving(leaving_of(*this)),
      notify(notify_of(*this)),
      mail_pages(mail_pages_of(*this)),
      mailbox(mailbox_of(*this)),
      staff(staff_of(*this)),
      reference(reference_of(*this)) {
  public_routes(public_router, *this);
  staff_routes(staff_router, *this);
  if (extras.tour) {
    tour = std::make_unique<Tour>(*this, *extras.tour);
    development_routes(*this);
    development_edge =
        edge_of(*this, {development_router, extras.tour->simulator_url, settings.public_listener},
                extras, open_hooks(*this));
  }
  gateway = std::make_unique<gateway::Gateway>(gateway_parts(*this), settings.gateway);
  make_edges(*this, extras);
}

Node::Parts::~Parts() = default;

Node::Node(Runtime& runtime, const Settings& settings, Clocks clocks, const Extras& extras)
    : parts_(std::make_unique<Parts>(runtime, settings, clocks, extras)) {}

Node::~Node() = default;

Task<> Node::check() {
  co_await parts_->database.start();
  co_await entitlements::keep_plan_versions(parts_->database, parts_->catalog);
  co_await parts_->brand.look();
}

void Node::serve() {
  Parts& parts = *parts_;
  const Settings& settings = parts.settings;
  parts.public_server =
      std::make_unique<http::Server>(parts.runtime, with_errors(settings.public_listener, settings),
                                     parts.public_edge->handle(), parts.public_edge->passing());
  parts.staff_server = std::make_unique<http::Server>(
      parts.runtime, with_errors(settings.staff_listener, settings), parts.staff_edge->handle());
  parts.public_server->start();
  parts.staff_server->start();
  parts.gates.start();
  parts.brand.start();
}

void Node::serve_operations() {
  Parts& parts = *parts_;
  if (parts.settings.worker_listener.listen.empty()) return;
  operations_routes(parts.operations_router, parts);
  parts.operations_edge = edge_of(
      parts,
      {parts.operations_router, parts.settings.staff_base_url, parts.settings.worker_listener}, {},
      open_hooks(parts));
  parts.operations_server = std::make_unique<http::Server>(
      parts.runtime, parts.settings.worker_listener, parts.operations_edge->handle());
  parts.operations_server->start();
}

events::Worker& Node::worker() {
  Parts& parts = *parts_;
  if (!parts.worker) {
    const unsigned last = parts.runtime.size() - 1;
    parts.worker = std::make_unique<events::Worker>(
        parts.runtime, last, parts.database, parts.clocks, all_work(parts), parts.settings.worker);
  }
  return *parts.worker;
}

void Node::work() {
  worker().start();
  parts_->brand.start();
}

Task<> Node::settle() {
  return worker().settle();
}

Task<> Node::drain() {
  Parts& parts = *parts_;
  if (parts.public_server) co_await parts.public_server->drain();
  co_await parts.gateway->drain();
  if (parts.staff_server) co_await parts.staff_server->drain();
  if (parts.worker) co_await parts.worker->drain();
  if (parts.operations_server) co_await parts.operations_server->drain();
  co_await parts.gates.drain();
  co_await parts.brand.drain();
  parts.redis.close();
}

std::string Node::openapi() const {
  return parts_->reference.openapi;
}

int Node::public_port() const {
  return parts_->public_server->port();
}
int Node::staff_port() const {
  return parts_->staff_server->port();
}

std::string Node::routes() const {
  return "# The public listener\n" + parts_->public_router.table() + "\n# The staff listener\n" +
         parts_->staff_router.table();
}

}  // namespace freehold::app
