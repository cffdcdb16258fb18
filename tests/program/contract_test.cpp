// The document of the API and the program are one: the same routes, every example is answered as it
// says, and every status that it promises comes. That each answer to any test is what the document
// says is held by Program::ask.
#include <doctest/doctest.h>

#include "app/parts.hpp"
#include "core/schema.hpp"
#include "db/blocking_connection.hpp"
#include "tests/program/contract_calls.hpp"

using namespace freehold;
using namespace freehold::program;

namespace {

using http::Method;

http::Response ask(http::Request request) {
  return neighbours().program.ask(std::move(request));
}

http::Request at_good_path(const Documented& one, const std::string& query = "") {
  return knock(one.door, good_path(one.door) + query);
}

http::Request with_body(http::Request request, std::string_view type, std::string body) {
  request.add_header("Content-Type", type);
  request.body = std::move(body);
  return request;
}

bool is_products(const Documented& one) {
  return one.door.route.access.kind == http::Access::Kind::product;
}

// The product's, and with a permission also a workspace's.
bool is_for_both(const Documented& one) {
  return is_products(one) && one.door.route.access.permission;
}

// As a workspace's key sends it, where what is asked of the product is no answer.
http::Request by_workspace(const Documented& one, const std::string& query = "") {
  return neighbours().ours.call(one.door.route.method, good_path(one.door) + query);
}

// A key whose role may do next to nothing.
std::string weak_key() {
  Workspace& ours = neighbours().ours;
  ours.owner.get(ours.path("/developers/keys"));
  const auto page = ours.owner.post(ours.path("/developers/keys"),
                                    {{"name", "Weak"}, {"role", "viewer"}, {"expiry", "90"}});
  const std::string rest = between(page.body, "fh_ak_live_", "\"");
  return "fh_ak_live_" + rest.substr(0, rest.find_first_of("<& \n"));
}

// --- How a status is brought about that any call can have

void bring_304(const Documented& one) {
  const auto first = ask(at_good_path(one));
  http::Request again = at_good_path(one);
  again.add_header("If-None-Match", first.header("ETag"));
  ask(std::move(again));
}

void bring_400(const Documented& one) {
  ask(at_good_path(one, "?api_key=x"));
}

void bring_401(const Documented& one) {
  Visitor nobody(neighbours().program);
  ask(nobody.request(one.door.route.method, good_path(one.door)));
}

void bring_403(const Documented& one) {
  Neighbours& all = neighbours();
  const std::string path = good_path(one.door);
  if (one.door.route.words.cookies) {
    ask(at_good_path(one, "?permission=no:such"));
  } else if (is_for_both(one)) {
    Workspace weak = all.ours;
    weak.api_key = weak_key();
    ask(weak.call(one.door.route.method, path));
  } else if (is_products(one)) {
    ask(all.ours.call(one.door.route.method, path));
  } else {
    ask(all.product.request(one.door.route.method, path));
  }
}

void bring_404(const Documented& one) {
  if (is_for_both(one)) {
    ask(by_workspace(one, "?tenant_id=" + to_string(example_id<TenantId>())));
    return;
  }
  std::string path = one.door.route.path;
  for (const std::string& name : parameters_of(path)) {
    const std::string prefix = name.substr(0, name.rfind("_id"));
    path = filled(path, name, to_typeid(prefix, example_id<TenantId>().uuid));
  }
  http::Request request = knock(one.door, path);
  const std::string body = example_request(one).body;
  if (!body.empty()) request = with_body(std::move(request), "application/json", body);
  ask(std::move(request));
}

// A reservation that has ended another way before.
void bring_ended(const Documented& one) {
  Product& product = neighbours().product;
  const std::string path = good_path(one.door);
  const std::string reservation = path.substr(0, path.find("/commitment"));
  const bool commits = path != reservation;
  const Method other = commits ? Method::del : Method::post;
  ask(product.request(other, commits ? reservation : reservation + "/commitment"));
  ask(product.request(one.door.route.method, path));
}

// The same key for two calls that differ by a space.
void bring_409(const Documented& one) {
  if (one.door.route.path.contains("{reservation_id}")) return bring_ended(one);
  for (const char* space : {" ", "  "}) {
    const http::Request example = example_request(one);
    http::Request request =
        with_body(knock(one.door, example.target), "application/json", example.body + space);
    request.add_header("Idempotency-Key", "contract-" + one.id());
    ask(std::move(request));
  }
}

void bring_413(const Documented& one) {
  const std::size_t size = one.door.route.words.body_limit + 1;
  ask(with_body(at_good_path(one), "application/json", std::string(size, ' ')));
}

void bring_415(const Documented& one) {
  ask(with_body(at_good_path(one), "text/plain", "title=a"));
}

void bring_422(const Documented& one) {
  if (http::is_safe(one.door.route.method)) {
    ask(at_good_path(one, "?limit=0&types=DROP"));
  } else {
    ask(with_body(at_good_path(one), "application/json", R"({"no_such_member": 1})"));
  }
}

constexpr std::pair<std::string_view, void (*)(const Documented&)> bringers[] = {
    {"304", bring_304}, {"400", bring_400}, {"401", bring_401},
    {"403", bring_403}, {"404", bring_404}, {"409", bring_409},
    {"413", bring_413}, {"415", bring_415}, {"422", bring_422}};

// --- Statuses that need the program to be in a certain state. The requests are made before.

std::vector<http::Request> requests_for(std::string_view status) {
  std::vector<http::Request> requests;
  for (const Documented& one : documented()) {
    if (!one.says(status)) continue;
    requests.push_back(is_for_both(one) ? by_workspace(one) : example_request(one));
  }
  return requests;
}

void ask_all(std::vector<http::Request> requests) {
  for (http::Request& request : requests) ask(std::move(request));
}

void run_sql(const std::string& sql) {
  db::BlockingConnection(neighbours().database).run(sql);
}

// What the workspace may do at all, as billing would say it.
void set_access(const std::string& access) {
  const std::string where = " where tenant_id = '" + neighbours().ours.tenant + "'";
  run_sql("update entitlements.standing set access = '" + access + "'" + where);
  run_sql("update entitlements.version set version = version + 1" + where);
  neighbours().program.machine().advance(seconds(10));  // no snapshot is older
}

void bring_402() {
  Neighbours& all = neighbours();
  auto while_full = requests_for("402");
  auto while_locked = requests_for("402");
  override_limit(all.ours, all.staff, "documents.api_calls", "0");
  ask_all(std::move(while_full));
  override_limit(all.ours, all.staff, "documents.api_calls", "unlimited");
  set_access("none");
  ask_all(std::move(while_locked));
  set_access("full");
}

void bring_410() {
  run_sql("delete from events.outbox where position < 4");
  for (const Documented& one : documented())
    if (one.says("410")) ask(at_good_path(one, "?after=2"));
}

// All that the plan allows in a minute at once; anew before each, since time gives some of it back,
// on a slow machine even before the call that is to be refused.
void bring_429() {
  Neighbours& all = neighbours();
  auto requests = requests_for("429");
  all.program.set_pace(Duration{0});
  for (const http::Request& request : requests) {
    int calls = 0;
    do {
      do REQUIRE(++calls < 2'000);
      while (all.ours.api(Method::get, "/api/v1/plans").status == 200);
    } while (ask(request).status != 429);
  }
  all.program.set_pace(seconds(5));
}

// Nobody gets into the database, and whoever is in it is thrown out.
void bring_503() {
  const std::string name = neighbours().scratch.name();
  auto requests = requests_for("503");
  db::BlockingConnection outside(test::test_server());
  outside.run("alter database " + name + " allow_connections false");
  outside.run("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + name +
              "'");
  neighbours().program.machine().advance(minutes(10));  // nothing is remembered
  ask_all(std::move(requests));
  outside.run("alter database " + name + " allow_connections true");
}

// The newest subscription is no longer on a trial: it can be paused and changed for money.
void end_trial(Stripe& stripe) {
  const json::value list = json::parse(stripe.ask("GET", "/v1/subscriptions?limit=1"));
  const std::string id(list.at("data").at(0).at("id").as_string());
  stripe.ask("POST", "/v1/subscriptions/" + id, "trial_end=now");
}

Workspace buyer(Program& program, const std::string& database, Stripe& stripe,
                const std::string& name) {
  Workspace workspace = sign_up(program, database, name + "@example.com", name);
  program.machine().advance(minutes(30));
  program.settle();
  sync_prices(program);
  buy(workspace, stripe);
  end_trial(stripe);
  program.settle();
  return workspace;
}

// What is ordered of Stripe: carried out, and stored while it is away.
void bring_202() {
  const auto scratch = new_database();
  app::Settings settings = settings_for(scratch.admin());
  settings.stripe_url = fmt::format("http://127.0.0.1:{}", free_port());
  Program program(settings);
  std::vector<Workspace> made;
  {
    Stripe stripe(settings);
    for (const char* name : {"acme", "paused", "leaving"})
      made.push_back(buyer(program, scratch.admin(), stripe, name));
    for (Workspace& workspace : made) workspace.api(Method::post, "/api/v1/subscription/pause");
    made.front().api(Method::del, "/api/v1/subscription/pause");
    program.settle();
    for (const char* plan : {"business", "pro"})
      made.front().api(Method::patch, "/api/v1/subscription",
                       fmt::format(R"({{"plan": "{}"}})", plan));
    program.settle();
  }
  Workspace& workspace = made.front();
  workspace.api(Method::del, "/api/v1/subscription/pending_change");
  workspace.api(Method::patch, "/api/v1/subscription",
                R"({"plan": "business", "interval": "year"})");
  workspace.api(Method::post, "/api/v1/subscription/pause");
  workspace.api(Method::post, "/api/v1/subscription/cancellation");
  made[1].api(Method::del, "/api/v1/subscription/pause");
  made[2].api(Method::del, "/api/v1/subscription/cancellation");
  workspace.api(Method::patch, "/api/v1/billing_details", R"({"po_number": "4713"})");
}

std::string never_seen() {
  const auto seen = answers_seen();
  std::string missing;
  for (const Documented& one : documented())
    for (const auto& response : one.operation.at("responses").as_object()) {
      const std::string answer = one.id() + " " + std::string(response.key());
      if (response.key() != "default" && !seen.contains(answer)) missing += answer + "\n";
    }
  return missing;
}

}  // namespace

TEST_CASE("the document has every route of the API, and no other") {
  const Contract& contract = neighbours().program.contract();
  std::string wrong;
  std::size_t known = 0;
  for (const http::Route& route : neighbours().program.parts().public_router.routes()) {
    const bool is_there = contract.operation(route) != nullptr;
    if (route.is_api() && !is_there) wrong += route.path + " is not in it\n";
    known += is_there ? 1 : 0;
  }
  CHECK(wrong == "");
  std::size_t in_document = 0;
  for (const auto& path : contract.document().at("paths").as_object())
    in_document += path.value().as_object().size();
  CHECK(in_document == known);
  CHECK(known > 25);
}

TEST_CASE("each example is answered as the document says, and nothing is refused") {
  std::string refused;
  for (const Documented& one : documented()) {
    const auto response = ask(example_request(one));
    const bool is_said = one.says(std::to_string(response.status));
    // The example's workspace is on a trial, of which nothing can be paused or resumed.
    const bool needs_more = one.id() == "pause_subscription" || one.id() == "resume_subscription";
    if (!is_said || (!response.ok() && !(needs_more && response.status == 409)))
      refused += fmt::format("{}: {} {}\n", one.id(), response.status, response.content());
  }
  CHECK(refused == "");
}

TEST_CASE("every status that the document promises comes") {
  for (const Documented& one : documented())
    for (const auto& [status, bring] : bringers)
      if (one.says(status)) bring(one);
  bring_202();
  bring_402();
  bring_429();
  bring_410();
  bring_503();
  CHECK(never_seen() == "");
}
