#include "app/node.hpp"

#include <boost/asio/post.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fstream>

#include "app/parts.hpp"
#include "core/async.hpp"
#include "core/embedded.hpp"
#include "core/json.hpp"
#include "core/log.hpp"
#include "html/assets.hpp"
#include "http/assets.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::app {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(fmt::format("{} cannot be read", path));
  return {std::istreambuf_iterator<char>(file), {}};
}

html::Source source_of(const Settings& settings) {
  return {.templates = embedded::templates(),
          .assets = embedded::assets(),
          .directory = settings.assets_folder};
}

std::vector<onboarding::Step> first_steps() {
  namespace can = access::permissions;
  return {
      {.key = "document",
       .done_by = documents::document_created,
       .title = "Write your first document",
       .text = "A title and a few words are enough; it is found again by any of them.",
       .action = "Write a document",
       .path = "/documents/new",
       .permission = documents::permissions::documents_write},
      {.key = "invite",
       .done_by = access::invitation_sent,
       .title = "Invite a colleague",
       .text = "They get a mail with a link and the role that you choose.",
       .action = "Invite somebody",
       .path = "/team",
       .permission = can::members_manage},
      {.key = "key",
       .done_by = access::key_created,
       .title = "Make an API key",
       .text = "Everything here can be done by programs as well.",
       .action = "Make a key",
       .path = "/developers/keys",
       .permission = can::keys_manage},
      {.key = "plan",
       .done_by = billing::subscription_started,
       .title = "Choose a plan",
       .text = "The trial ends by itself; with a plan nothing changes when it does.",
       .action = "Compare plans",
       .path = "/billing/plans",
       .permission = billing::permissions::billing_manage},
  };
}

Task<std::string> owner_email(db::ControlRead& db) {
  const auto members = co_await tenancy::members(db);
  std::vector<UserId> owners;
  for (const tenancy::Membership& member : members) {
    if (member.role == tenancy::Role::owner) owners.push_back(member.user_id);
  }
  const auto people = co_await identity::people(db, std::move(owners));
  co_return people.empty() ? std::string() : people.front().email;
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

// smtp://user@host:587 (STARTTLS) or smtps://user@host:465.
std::optional<egress::SmtpServer> smtp_of(const Settings& settings) {
  if (settings.smtp_url.empty()) return {};
  const auto url = boost::urls::parse_uri(settings.smtp_url);
  if (!url || (url->scheme() != "smtp" && url->scheme() != "smtps"))
    throw std::runtime_error("mail.smtp_url must be smtp://user@host:587 or smtps://user@host:465");
  const bool implicit = url->scheme() == "smtps";
  egress::SmtpServer server{.host = url->host()};
  server.port = url->port_number() != 0 ? url->port_number() : implicit ? 465 : 587;
  server.security =
      implicit ? egress::SmtpServer::Security::implicit : egress::SmtpServer::Security::required;
  server.user = url->user();
  server.password = settings.smtp_password;
  return server;
}

void add(events::Work& all, events::Work more) {
  std::ranges::move(more.subscriptions, std::back_inserter(all.subscriptions));
  std::ranges::move(more.crons, std::back_inserter(all.crons));
  std::ranges::move(more.loops, std::back_inserter(all.loops));
}

events::Work all_work(Node::Parts& parts) {
  events::Work all;
  add(all, identity::work(parts.identity));
  add(all, billing::work(parts.billing));
  add(all, onboarding::work(parts.onboarding));
  add(all, documents::work(parts.documents));
  add(all, notify::work(parts.notify));
  return all;
}

void public_routes(http::Router& at, Node::Parts& parts) {
  common_routes(at, parts);
  identity::routes(at, parts.identity);
  onboarding::routes(at, parts.onboarding);
  billing::routes(at, parts.billing);
  access::routes(at, parts.console);
  metering::routes(at, parts.usage);
  documents::routes(at, parts.documents);
}

http::Hooks public_hooks(Node::Parts& parts) {
  http::Hooks hooks;
  hooks.guard = [&parts](http::Request& req, const http::Route& route) {
    return parts.guard.admit(req, route);
  };
  hooks.settle = [&parts](http::Request& req, const http::Route& route, int status) {
    return parts.guard.settle(req, route, status);
  };
  hooks.error_page = [&parts](const http::Request& req, const Problem& problem) {
    return error_page(parts, req, problem);
  };
  hooks.problem_of = problem_of_constraint;
  return hooks;
}

// --- what each module stands on ------------------------------------------------------------------

Guard::Parts guard_parts(Node::Parts& p) {
  return {.database = p.database,
          .clocks = p.clocks,
          .sessions = p.sessions,
          .gatekeeper = p.gatekeeper,
          .roles = p.roles,
          .gates = p.gates,
          .catalog = p.catalog,
          .limiter = p.limiter};
}

identity::Identity identity_of(Node::Parts& p) {
  return {.database = p.database,
          .clocks = p.clocks,
          .config = p.settings.identity,
          .passwords = p.passwords,
          .links = p.links,
          .sessions = p.sessions,
          .views = p.views,
          .throttle =
              [&p](std::string key, const identity::RateClass& rate) {
                return p.guard.throttle(std::move(key), rate);
              },
          .frame = [&p](const http::Request& req) { return public_frame(p, req); },
          .offer = [&p](std::string) { return offer_of(p.catalog); }};
}

std::function<Task<html::Frame>(http::Request&)> console_frame_of(Node::Parts& p) {
  return [&p](http::Request& req) { return onboarding::console_frame(p.onboarding, req); };
}

onboarding::Onboarding onboarding_of(Node::Parts& p) {
  return {.database = p.database,
          .clocks = p.clocks,
          .identity = p.identity,
          .roles = p.roles,
          .gates = p.gates,
          .catalog = p.catalog,
          .views = p.views,
          .steps = first_steps(),
          .places = {{.label = "Documents",
                      .path = "/documents",
                      .icon = "file_text",
                      .permission = documents::permissions::documents_read}},
          .start_billing = [&p](db::ControlTx& tx) { return billing::start(tx, p.catalog); },
          .csrf_token = [&p](const http::Request& req) { return p.tokens.token_for(req); },
          .product_name = p.settings.product_name};
}

access::Console console_of(Node::Parts& p) {
  return {.database = p.database,
          .roles = p.roles,
          .views = p.views,
          .frame = console_frame_of(p),
          .base_url = p.settings.base_url};
}

Task<std::int64_t> live_documents(db::Database& database, const Actor& actor) {
  db::DataRead db = database.data_read(actor);
  co_return co_await documents::count(db);
}

metering::Pages usage_of(Node::Parts& p) {
  return {.database = p.database,
          .gates = p.gates,
          .catalog = p.catalog,
          .views = p.views,
          .frame = console_frame_of(p),
          .gauges = {{.limit = documents::document_limit, .count = [&p](const Actor& actor) {
                        return live_documents(p.database, actor);
                      }}}};
}

billing::Billing billing_of(Node::Parts& p) {
  return {
      .database = p.database,
      .clocks = p.clocks,
      .stripe = p.stripe,
      .catalog = p.catalog,
      .gates = p.gates,
      .policy = {},
      .webhook_secrets = p.settings.stripe_webhook_secrets,
      .base_url = p.settings.base_url,
      .views = p.views,
      .frame = console_frame_of(p),
      .public_frame = [&p](const http::Request& req) { return public_frame(p, req); },
      .owner_email = owner_email,
      .person = [&p](std::string slug, UserId user,
                     Origin origin) { return p.gatekeeper.person(slug, user, std::move(origin)); }};
}

documents::Documents documents_of(Node::Parts& p) {
  return {.database = p.database,
          .catalog = p.catalog,
          .gates = p.gates,
          .views = p.views,
          .frame = console_frame_of(p),
          .upgrade_url = upgrade_url,
          .who_can = [&p](const Actor& actor, const Permission& permission) {
            return access::who_can(p.console, actor, permission);
          }};
}

notify::Notify notify_of(Node::Parts& p) {
  return {.database = p.database,
          .clocks = p.clocks,
          .identity = p.identity,
          .catalog = p.catalog,
          .views = p.views,
          .egress = p.egress,
          .product_name = p.settings.product_name,
          .base_url = p.settings.base_url,
          .from = p.settings.mail_from,
          .smtp = smtp_of(p.settings),
          .link_key = Secret{derive_key(p.settings.master_key.reveal(), "invitation links")}};
}

}  // namespace

Node::Parts::Parts(Runtime& runtime, const Settings& given, Clocks clocks, const Extras& extras)
    : runtime(runtime),
      settings(given),
      clocks(clocks),
      database(runtime, settings.database, clocks),
      redis(runtime, {.url = settings.redis_url}),
      limiter(redis, clocks.machine, {}),
      egress(runtime, {}),
      views(source_of(settings),
            settings.assets_folder.empty() ? html::Missing::empty : html::Missing::error),
      tokens(settings.base_url, settings.master_key),
      roles(all_grants()),
      catalog(catalog::Catalog::parse(read_file(settings.plans_file), all_declared())),
      gates(runtime, database, &redis, clocks, catalog),
      passwords(runtime, {settings.master_key}),
      links({settings.master_key}),
      sessions(runtime, database, clocks, settings.identity),
      gatekeeper(runtime, database, clocks, roles),
      guard(guard_parts(*this)),
      stripe(egress, settings.stripe_url, settings.stripe_key),
      identity(identity_of(*this)),
      onboarding(onboarding_of(*this)),
      console(console_of(*this)),
      usage(usage_of(*this)),
      billing(billing_of(*this)),
      documents(documents_of(*this)),
      notify(notify_of(*this)),
      mailbox{.notify = notify,
              .frame = [this](const http::Request& req) { return public_frame(*this, req); }} {
  public_routes(public_router, *this);
  common_routes(staff_router, *this);
  operations_routes(staff_router, *this);
  common_routes(development_router, *this);
  notify::mailbox_routes(development_router, mailbox);
  const auto site = [&](const std::string& base_url, const http::Config& listener) {
    return http::Site{.base_url = base_url,
                      .trusted_proxies = listener.trusted_proxies,
                      .form_action = extras.form_action,
                      .key = settings.master_key};
  };
  const auto edge = [&](const http::Router& router, http::Site where) {
    return std::make_unique<http::Edge>(http::EdgeParts{runtime, router, &database, clocks},
                                        std::move(where), public_hooks(*this));
  };
  public_edge = edge(public_router, site(settings.base_url, settings.public_listener));
  staff_edge = edge(staff_router, site(settings.staff_base_url, settings.staff_listener));
  development_edge = edge(development_router, site(settings.base_url, settings.public_listener));
}

Node::Node(Runtime& runtime, const Settings& settings, Clocks clocks, Extras extras)
    : parts_(std::make_unique<Parts>(runtime, settings, clocks, extras)) {}

Node::~Node() = default;

Task<> Node::check() {
  co_await parts_->database.start();
}

void Node::serve() {
  Parts& parts = *parts_;
  parts.public_server = std::make_unique<http::Server>(
      parts.runtime, parts.settings.public_listener, parts.public_edge->handle());
  parts.staff_server = std::make_unique<http::Server>(parts.runtime, parts.settings.staff_listener,
                                                      parts.staff_edge->handle());
  parts.public_server->start();
  parts.staff_server->start();
  parts.gates.start();
  if (parts.settings.development_listen.empty()) return;
  http::Config listener;
  listener.listen = parts.settings.development_listen;
  parts.development_server =
      std::make_unique<http::Server>(parts.runtime, listener, parts.development_edge->handle());
  parts.development_server->start();
}

void Node::work() {
  Parts& parts = *parts_;
  const unsigned last = parts.runtime.size() - 1;
  parts.worker = std::make_unique<events::Worker>(parts.runtime, last, parts.database, parts.clocks,
                                                  all_work(parts), parts.settings.worker);
  parts.worker->start();
}

Task<> Node::drain() {
  Parts& parts = *parts_;
  if (parts.public_server) co_await parts.public_server->drain();
  if (parts.staff_server) co_await parts.staff_server->drain();
  if (parts.development_server) co_await parts.development_server->drain();
  if (parts.worker) co_await parts.worker->drain();
  co_await parts.gates.drain();
  parts.redis.close();
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
