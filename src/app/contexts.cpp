// What each module of a node stands on: where modules are handed to each other.
#include "app/contexts.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "billing/retention.hpp"
#include "billing/seats.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::app {
namespace {

std::vector<onboarding::Step> first_steps(const catalog::Catalog& catalog) {
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
       .permission = billing::permissions::billing_manage,
       .for_wish = [&catalog](const identity::Wish& wish) { return wished_step(catalog, wish); }},
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

Task<std::string> cost_of_member(billing::Billing& billing, const Actor& actor) {
  const auto cost = co_await billing::seat_cost(billing, actor, 1);
  co_return cost ? billing::describe(*cost) : std::string();
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

Task<std::optional<Instant>> purge_at(db::ControlRead& db) {
  const auto planned = co_await billing::find_planned_purge(db);
  if (!planned || planned->state == billing::PurgeState::held) co_return std::nullopt;
  co_return planned->purge_at;
}

Task<moving::Lines> some_documents(db::Database& database, Actor actor, std::string from) {
  db::DataRead db = database.data_read(actor);
  const auto after = documents::DocumentId::parse(from);
  const auto some = co_await documents::all_after(db, after);
  moving::Lines lines;
  for (const documents::Document& each : some) lines.text += json::serialize(to_json(each)) + "\n";
  if (!some.empty()) lines.next = to_string(some.back().id);
  co_return lines;
}

identity::Throttle throttle_of(Node::Parts& p) {
  return [&p](std::string key, const identity::RateClass& rate) {
    return p.guard.throttle(std::move(key), rate);
  };
}

std::function<Task<html::Frame>(http::Request&)> console_frame_of(Node::Parts& p) {
  return [&p](http::Request& req) { return onboarding::console_frame(p.onboarding, req); };
}

// Who in a workspace may do something that somebody else may not.
std::function<Task<std::string>(const Actor&, const Permission&)> names_of(Node::Parts& p) {
  return [&p](const Actor& actor, const Permission& permission) {
    return access::who_can(p.console, actor, permission);
  };
}

// Whether a key that a stream was begun with still opens it. Answers are at most a second old.
Task<bool> still_admits(Node::Parts& p, std::string secret, Origin origin) {
  if (access::ProductKeys::looks_like_one(secret)) {
    const auto key = co_await p.product_keys.find(secret);
    co_return key.has_value();
  }
  const auto actor = co_await p.gatekeeper.key(secret, std::move(origin));
  co_return actor && actor->can(events::permissions::events_read);
}

}  // namespace

Guard::Parts guard_parts(Node::Parts& p) {
  return {.database = p.database,
          .clocks = p.clocks,
          .sessions = p.sessions,
          .gatekeeper = p.gatekeeper,
          .product_keys = p.product_keys,
          .roles = p.roles,
          .gates = p.gates,
          .catalog = p.catalog,
          .limiter = p.limiter,
          .base_url = p.settings.base_url,
          .who_can = names_of(p)};
}

assertion::Assertions assertions_of(Node::Parts& p) {
  return {.database = p.database,
          .clocks = p.clocks,
          .sessions = p.sessions,
          .gatekeeper = p.gatekeeper,
          .roles = p.roles,
          .gates = p.gates,
          .catalog = p.catalog,
          .keys = p.signing_keys,
          .issuer = p.issuer,
          .base_url = p.settings.base_url};
}

identity::Identity identity_of(Node::Parts& p) {
  return {.database = p.database,
          .clocks = p.clocks,
          .config = p.settings.identity,
          .passwords = p.passwords,
          .links = p.links,
          .sessions = p.sessions,
          .views = p.views,
          .throttle = throttle_of(p),
          .frame = [&p](const http::Request& req) { return public_frame(p, req); },
          .offer = [&p](const identity::Wish& wish) { return offer_of(p.catalog, wish); },
          .return_urls = p.settings.return_urls};
}

events::Feed feed_of(Node::Parts& p) {
  return {p.runtime, p.database, [&p](std::string secret, Origin origin) {
            return still_admits(p, std::move(secret), std::move(origin));
          }};
}

onboarding::Onboarding onboarding_of(Node::Parts& p) {
  return {.database = p.database,
          .clocks = p.clocks,
          .identity = p.identity,
          .roles = p.roles,
          .gates = p.gates,
          .catalog = p.catalog,
          .views = p.views,
          .steps = first_steps(p.catalog),
          .places = {{.label = "Documents",
                      .path = "/documents",
                      .icon = "file_text",
                      .permission = documents::permissions::documents_read}},
          .start_billing = [&p](db::ControlTx& tx) { return billing::start(tx, p.catalog); },
          .csrf_token = [&p](const http::Request& req) { return p.tokens.token_for(req); },
          .brand = p.brand,
          .purge_at = purge_at};
}

access::Console console_of(Node::Parts& p) {
  return {.database = p.database,
          .roles = p.roles,
          .views = p.views,
          .frame = console_frame_of(p),
          .base_url = p.settings.base_url,
          .throttle = throttle_of(p),
          .cost_of_member = [&p](const Actor& actor) { return cost_of_member(p.billing, actor); }};
}

std::vector<metering::Gauge> gauges_of(Node::Parts& p) {
  return {{.limit = documents::document_limit,
           .count = [&p](const Actor& actor) { return documents::count_live(p.database, actor); },
           .path = "/documents"}};
}

metering::Pages usage_of(Node::Parts& p) {
  return {.database = p.database,
          .gates = p.gates,
          .catalog = p.catalog,
          .views = p.views,
          .frame = console_frame_of(p),
          .gauges = gauges_of(p),
          .base_url = p.settings.base_url,
          .admits = [&p](std::string secret, Origin origin) {
            return still_admits(p, std::move(secret), std::move(origin));
          }};
}

// Whose invoices they are, as the brand is at this moment.
billing::Letterhead letterhead_of(const Node::Parts& p) {
  const auto face = p.brand.current();
  billing::Letterhead head{.name = face->look.name, .accent = to_string(face->light.accent)};
  if (face->logo) {
    head.logo = face->logo->bytes;
    head.logo_type = face->logo->type;
  }
  std::string_view rest = p.settings.seller;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    if (end > 0) head.seller.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return head;
}

Task<std::string> print_invoice(Node::Parts& p, billing::FullInvoice invoice) {
  const billing::Letterhead head = letterhead_of(p);
  std::string pdf;
  co_await p.runtime.on_cpu([&] { pdf = billing::draw_invoice(invoice, head); });
  co_return pdf;
}

billing::Billing billing_of(Node::Parts& p) {
  return {
      .database = p.database,
      .clocks = p.clocks,
      .stripe = p.stripe,
      .catalog = p.catalog,
      .gates = p.gates,
      .policy = p.settings.billing_policy,
      .webhook_secrets = p.settings.stripe_webhook_secrets,
      .base_url = p.settings.base_url,
      .views = p.views,
      .frame = console_frame_of(p),
      .public_frame = [&p](const http::Request& req) { return public_frame(p, req); },
      .owner_email = owner_email,
      .count_seats = tenancy::count_members,
      .person =
          [&p](std::string slug, UserId user, Origin origin) {
            return p.gatekeeper.person(std::move(slug), user, std::move(origin));
          },
      .gauges = gauges_of(p),
      .export_path = "/settings/export",
      .who_can = names_of(p),
      .signature_tolerance = p.settings.signature_tolerance,
      .sweep_every = p.settings.sweep_every,
      .print = [&p](billing::FullInvoice invoice) { return print_invoice(p, std::move(invoice)); }};
}

moving::Leaving leaving_of(Node::Parts& p) {
  auto parts = moving::own_parts(p.database);
  parts.insert(parts.begin(), {"documents", "Every document with its text and tags.",
                               [&p](const Actor& actor, std::string from) {
                                 return some_documents(p.database, actor, std::move(from));
                               }});
  return {.database = p.database,
          .billing = p.billing,
          .views = p.views,
          .frame = console_frame_of(p),
          .parts = std::move(parts)};
}

documents::Documents documents_of(Node::Parts& p) {
  return {.database = p.database,
          .catalog = p.catalog,
          .gates = p.gates,
          .views = p.views,
          .frame = console_frame_of(p),
          .upgrade_url =
              [&p](const http::Request& req) { return upgrade_url(req, p.settings.base_url); },
          .who_can = names_of(p)};
}

notify::Notify notify_of(Node::Parts& p) {
  return {.database = p.database,
          .clocks = p.clocks,
          .identity = p.identity,
          .catalog = p.catalog,
          .views = p.views,
          .egress = p.egress,
          .brand = p.brand,
          .base_url = p.settings.base_url,
          .smtp = smtp_of(p.settings),
          .link_key = Secret{derive_key(p.settings.master_key.reveal(), "invitation links")},
          .task_mail = p.settings.task_mail,
          .staff_url = p.settings.staff_base_url,
          .invoice_pdf = [&p](const Actor& actor, std::string invoice_id) {
            return billing::invoice_pdf(p.billing, actor, std::move(invoice_id));
          }};
}

notify::Pages mail_pages_of(Node::Parts& p) {
  return {.notify = p.notify,
          .frame = [&p](const http::Request& req) { return public_frame(p, req); }};
}

notify::Mailbox mailbox_of(Node::Parts& p) {
  return {.notify = p.notify,
          .frame = [&p](const http::Request& req) { return mailbox_frame(p, req); }};
}

namespace {

Task<billing::Replayed> replay_for(Node::Parts& p, billing::DeadFilter filter,
                                   billing::ActorOf actor_of) {
  co_return co_await billing::replay_events(p.billing, filter, actor_of);
}

}  // namespace

staff::Staff staff_of(Node::Parts& p) {
  return {.database = p.database,
          .clocks = p.clocks,
          .passwords = p.passwords,
          .views = p.views,
          .catalog = p.catalog,
          .gates = p.gates,
          .roles = p.roles,
          .brand = p.brand,
          .billing = p.billing,
          .throttle = throttle_of(p),
          .frame = [&p](const http::Request& req) { return staff_frame(p, req); },
          .checks = [&p]() { return health_checks(p); },
          .replay =
              [&p](billing::DeadFilter filter, billing::ActorOf actor_of) {
                return replay_for(p, std::move(filter), std::move(actor_of));
              }};
}

reference::Reference reference_of(Node::Parts& p) {
  return {.views = p.views,
          .frame = [&p](const http::Request& req) { return public_frame(p, req); },
          .base_url = p.settings.base_url};
}

}  // namespace freehold::app
