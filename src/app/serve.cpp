// The commands that run against servers that somebody else looks after.
#include <fmt/core.h>

#include <boost/asio/post.hpp>
#include <cstdio>

#include "app/clock_file.hpp"
#include "app/commands.hpp"
#include "app/parts.hpp"
#include "app/prepare.hpp"
#include "app/run_once.hpp"
#include "app/running.hpp"
#include "app/templates.hpp"
#include "billing/plan_moves.hpp"
#include "core/async.hpp"
#include "core/log.hpp"
#include "core/scope.hpp"
#include "entitlements/plan_versions.hpp"

namespace freehold::app {
namespace {

const SystemClock system_clock;

// The database's operator sees which command a connection belongs to.
Settings named(Settings settings, std::string_view command) {
  settings.database.application_name = fmt::format("freehold {}", command);
  return settings;
}

// The machine's, but for a node beside a `freehold up`: its trials and periods are those of the
// other.
class ServedClocks {
 public:
  explicit ServedClocks(const Settings& settings) {
    if (!settings.clock_file.empty()) followed_.emplace(system_clock, settings.clock_file);
  }
  Clocks clocks() const {
    if (followed_) return {*followed_, system_clock};
    return {system_clock, system_clock};
  }

 private:
  std::optional<FollowedClock> followed_;
};

// Nobody is served by a database that does not keep tenants apart.
bool safe_to_serve(const Settings& settings) {
  const Examined examined = examine_database(settings);
  if (!examined.safe)
    fmt::print(stderr, "The isolation report does not allow serving:\n\n{}\n", examined.report);
  return examined.safe;
}

Extras extras_of(const Settings& settings) {
  Extras extras;
  // Where forms may lead: Stripe's own pages, or those of what stands in for it.
  extras.form_action =
      settings.stripe_url == "https://api.stripe.com"
          ? std::vector<std::string>{"https://checkout.stripe.com", "https://billing.stripe.com"}
          : std::vector<std::string>{settings.stripe_url};
  return extras;
}

Task<> begin_serving(Node& node) {
  co_await node.check();
  node.serve();
  log::info("ready", {{"port", node.public_port()}, {"staff_port", node.staff_port()}});
}

Task<> begin_working(Node& node) {
  co_await node.check();
  node.serve_operations();
  node.work();
  log::info("ready", {{"command", "worker"}});
}

Task<> sync_and_print(Node& node, bool dry_run) {
  Node::Parts& parts = node.parts();
  const std::string difference =
      co_await billing::sync_plans(parts.database, parts.stripe, parts.catalog, dry_run);
  fmt::print("{}", difference.empty() ? std::string("Stripe has every plan and price already.\n")
                                      : difference);
}

Task<> move_and_print(Node& node, std::string plan, bool dry_run) {
  const auto moves = co_await billing::move_plan(node.parts().billing, std::move(plan), dry_run);
  std::size_t skipped = 0;
  for (const billing::PlanMove& move : moves) {
    fmt::print("{}\n", billing::describe(move));
    if (!move.skipped.empty()) ++skipped;
  }
  fmt::print("{} {}, {} skipped.\n", moves.size() - skipped, dry_run ? "would be moved" : "moved",
             skipped);
}

Task<> compare_and_print(Node& node, bool repair, int& status) {
  const auto found = co_await billing::find_drift(node.parts().billing, repair);
  status = found.empty() ? 0 : 1;
  if (found.empty()) fmt::print("Our copies are what Stripe says.\n");
  for (const billing::Drift& drift : found)
    fmt::print("{} {} {}: Stripe says {}, we say {}, since {}\n",
               drift.tenant_id ? to_string(*drift.tenant_id) : drift.customer_id,
               drift.subscription_id, drift.field, drift.stripe_says, drift.we_say,
               to_rfc3339(drift.since));
  if (repair && !found.empty()) fmt::print("They are fetched again by the worker.\n");
}

std::optional<std::string> given(const std::string& text) {
  if (text.empty()) return {};
  return text;
}

std::optional<Instant> moment_in(const std::string& text) {
  if (text.empty()) return {};
  const auto at = parse_rfc3339(text.contains('T') ? text : text + "T00:00:00Z");
  if (!at) throw std::runtime_error(text + " is no date and no RFC 3339 time");
  return at;
}

billing::DeadFilter filter_of(const WebhookRequest& request, std::string_view verb) {
  const billing::DeadFilter filter{.id = given(request.event),
                                   .customer = given(request.customer),
                                   .type = given(request.type),
                                   .reason = given(request.reason),
                                   .since = moment_in(request.since),
                                   .until = moment_in(request.until)};
  const bool narrowed =
      filter.id || filter.customer || filter.type || filter.reason || filter.since || filter.until;
  if (!narrowed && !request.all && !request.dry_run)
    throw std::runtime_error(fmt::format("say which webhooks to {}, or --all", verb));
  return filter;
}

Task<> print_dead(Node& node, billing::DeadFilter filter) {
  db::SystemRead db = node.parts().database.system_read();
  for (const billing::DeadEvent& event : co_await billing::dead_events(db, filter))
    fmt::print("{} {} {} {}, received {}\n", event.id, event.type,
               event.customer_id.value_or("no customer"), event.reason,
               to_rfc3339(event.received_at));
}

Actor replayer_in(TenantId tenant) {
  return ActorMint::job(tenant, "billing.replay");
}

Task<> replay_and_print(Node& node, billing::DeadFilter filter) {
  const billing::Replayed done =
      co_await billing::replay_events(node.parts().billing, filter, replayer_in);
  fmt::print("{} are fetched by the worker, {} wait for their customer, {} stay as they were.\n",
             done.followed, done.waiting, done.dead);
}

Actor discarder_in(TenantId tenant) {
  return ActorMint::job(tenant, "billing.discard");
}

Task<> discard_and_print(Node& node, billing::DeadFilter filter, std::string because) {
  const int done = co_await billing::discard_events(node.parts().billing, filter,
                                                    std::move(because), discarder_in);
  fmt::print("{} are discarded.\n", done);
}

Task<> purge_and_print(Node& node, bool dry_run) {
  moving::Leaving& leaving = node.parts().leaving;
  const std::string planned = co_await moving::planned_in_words(leaving);
  fmt::print("{}", planned.empty() ? std::string("Nothing is planned to be deleted.\n") : planned);
  if (dry_run) co_return;
  int done = 0;
  while (co_await moving::purge_step(leaving)) ++done;
  fmt::print("{} of them were due and are deleted.\n", done);
}

Task<> create_and_print(Node& node, std::string email) {
  const std::string password = co_await staff::create(node.parts().staff, email);
  fmt::print("{} may log in to the staff panel. The password is shown once:\n\n  {}\n\n", email,
             password);
}

Task<> once(Runtime& runtime, Task<> task, std::exception_ptr& failure) {
  try {
    co_await std::move(task);
  } catch (...) {
    failure = std::current_exception();
  }
  runtime.stop();
}

Task<> prepared(Node& node, const std::function<Task<>(Node&)>& act) {
  Node::Parts& parts = node.parts();
  co_await entitlements::keep_plan_versions(parts.database, parts.catalog);
  co_await act(node);
}

// What a node says of itself before it has spoken with any server.
std::string printed(const std::function<std::string(const Node&)>& what) {
  Settings settings = read_settings("", {}, false).settings;
  settings.master_key = Secret("signs nothing: no request is answered");
  Runtime runtime(1, 1);
  const ServedClocks served(settings);
  const Node node(runtime, settings, served.clocks(), extras_of(settings));
  return what(node);
}

}  // namespace

int serve(const Settings& settings) {
  if (!templates_can_be_used(settings) || !safe_to_serve(settings)) return 1;
  const ServedClocks served(settings);
  Runtime runtime(unsigned(settings.threads), 2);
  Node node(runtime, named(settings, "serve"), served.clocks(), extras_of(settings));
  run_until_signal(
      runtime, [&node] { return begin_serving(node); }, [&node] { return node.drain(); });
  return 0;
}

int work(const Settings& settings) {
  if (!templates_can_be_used(settings) || !safe_to_serve(settings)) return 1;
  const ServedClocks served(settings);
  Runtime runtime(1, 1);
  Node node(runtime, named(settings, "worker"), served.clocks(), extras_of(settings));
  run_until_signal(
      runtime, [&node] { return begin_working(node); }, [&node] { return node.drain(); });
  return 0;
}

int migrate(const Settings& settings) {
  const auto applied = prepare_database(settings);
  for (const std::string& name : applied) fmt::print("applied {}\n", name);
  if (applied.empty()) fmt::print("The database is up to date.\n");
  return 0;
}

int doctor(const Settings& settings) {
  const Examined examined = examine_database(settings);
  fmt::print("{}\n", examined.report);
  return examined.safe ? 0 : 1;
}

// No page is shown, so an owner's templates are not looked at.
int run_once(const Settings& given, const std::function<Task<>(Node&)>& act) {
  Settings settings = given;
  settings.templates_folder.clear();
  const ServedClocks served(settings);
  Runtime runtime(1, 1);
  Node node(runtime, settings, served.clocks(), extras_of(settings));
  Scope scope(runtime.executor(0));
  std::exception_ptr failure;
  asio::post(runtime.executor(0),
             [&] { scope.spawn("command", once(runtime, prepared(node, act), failure)); });
  runtime.run();
  if (failure) std::rethrow_exception(failure);
  return 0;
}

int sync_plans(const Settings& settings, bool dry_run) {
  return run_once(settings, [dry_run](Node& node) { return sync_and_print(node, dry_run); });
}

int move_plan(const Settings& settings, const std::string& plan, bool dry_run) {
  return run_once(settings,
                  [&plan, dry_run](Node& node) { return move_and_print(node, plan, dry_run); });
}

int print_drift(const Settings& settings, bool repair) {
  int status = 0;
  run_once(settings,
           [repair, &status](Node& node) { return compare_and_print(node, repair, status); });
  return status;
}

int replay_webhooks(const Settings& settings, const WebhookRequest& request) {
  const billing::DeadFilter filter = filter_of(request, "replay");
  return run_once(settings, [&filter, &request](Node& node) {
    return request.dry_run ? print_dead(node, filter) : replay_and_print(node, filter);
  });
}

int discard_webhooks(const Settings& settings, const WebhookRequest& request) {
  const billing::DeadFilter filter = filter_of(request, "discard");
  if (request.because.empty() && !request.dry_run)
    throw std::runtime_error("say why, with --because");
  return run_once(settings, [&filter, &request](Node& node) {
    return request.dry_run ? print_dead(node, filter)
                           : discard_and_print(node, filter, request.because);
  });
}

int purge(const Settings& settings, bool dry_run) {
  return run_once(settings, [dry_run](Node& node) { return purge_and_print(node, dry_run); });
}

int create_staff(const Settings& settings, const std::string& email) {
  return run_once(settings, [&email](Node& node) { return create_and_print(node, email); });
}

std::string routes_table() {
  return printed([](const Node& node) { return node.routes(); });
}

std::string openapi_document() {
  return printed([](const Node& node) { return node.openapi(); });
}

}  // namespace freehold::app
