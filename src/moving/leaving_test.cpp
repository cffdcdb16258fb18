// A workspace that leaves: its data as one file, and the deletion.
#include "moving/leaving.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "billing/retention.hpp"
#include "billing/test_site.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "tenancy/tenancy.hpp"

using namespace freehold;
using namespace freehold::moving;

namespace {

constexpr std::string_view plans = R"(
[[plans]]
key = "ended"
name = "No plan"
default = true
locked = true
[[plans]]
key = "pro"
name = "Pro"
trial_days = 14
prices = [{ amount = 4900, currency = "usd", interval = "month" }]
)";

Task<html::Frame> plain_frame(http::Request&) {
  html::Frame frame;
  frame.brand = {"Freehold", "/"};
  co_return frame;
}

// Ten lines in three reads.
Task<Lines> some_numbers(std::string from) {
  const int first = from.empty() ? 0 : std::stoi(from);
  const int end = std::min(first + 4, 10);
  Lines lines;
  for (int i = first; i < end; ++i) lines.text += fmt::format("{{\"n\": {}}}\n", i);
  if (end < 10) lines.next = std::to_string(end);
  co_return lines;
}

std::vector<ExportPart> parts_of(db::Database& database) {
  auto parts = own_parts(database);
  parts.insert(parts.begin(), {"numbers", "Ten of them.", [](const Actor&, std::string from) {
                                 return some_numbers(std::move(from));
                               }});
  return parts;
}

struct Site {
  billing::Site money{"db",       "http",       "events",       "audit",    "tenancy",
                      "identity", "access",     "entitlements", "metering", "billing",
                      "notify",   "onboarding", "staff",        "documents"};
  Leaving leaving{.database = money.world.database(),
                  .billing = money.billing,
                  .views = money.views,
                  .frame = plain_frame,
                  .parts = parts_of(money.world.database())};
  TenantId other = TenantId::make(money.world.machine().now());

  Site() {
    money.catalog = catalog::Catalog::parse(plans, {});
    routes(money.router, leaving);
  }

  // Acme without a plan since `days_ago`, with something of each kind stored; and a neighbour with
  // the same.
  void end(int days_ago) {
    money.sign_up();
    money.buy("4242424242424242");
    money.world.run([this](db::Database&) { return make_neighbour(*this); });
    for (const TenantId tenant : {money.tenant, other}) fill(tenant);
    for (int i = 0; i < 20; ++i) money.advance(days(1));  // the trial is over
    const json::value list = json::parse(money.ask("GET", "/v1/subscriptions"));
    money.ask("DELETE",
              "/v1/subscriptions/" + std::string(list.at("data").at(0).at("id").as_string()));
    money.settle();
    for (int i = 0; i < days_ago; ++i) money.advance(days(1));
  }

  bool purge() {
    bool done = false;
    money.world.run([&](db::Database&) { return purge_one(*this, done); });
    return done;
  }

  std::string planned() {
    std::string text;
    money.world.run([&](db::Database&) { return say_planned(*this, text); });
    return text;
  }

  // Rows of a tenant by table.
  std::string rows_of(TenantId tenant) {
    std::string found;
    const std::string tables = money.world.rows(
        "select table_name from fh.table_class where class in ('tenant', 'queue', 'directory', "
        "'rollup') order by 1");
    for (std::string_view rest = tables; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1)) {
      const std::string table(rest.substr(0, rest.find('\n')));
      std::string count = money.world.rows(fmt::format(
          "select count(*) from {} where tenant_id = '{}'", table, to_string(tenant.uuid)));
      count.pop_back();
      if (count != "0") found += table + " " + count + "\n";
    }
    return found;
  }

  std::string file();  // the bytes of the export

 private:
  static Task<> make_neighbour(Site& site) {
    const Actor actor = ActorMint::user(site.other, UserId::make(site.money.world.machine().now()),
                                        "owner", {}, {});
    db::ControlTx tx = site.money.world.database().control_of_new_tenant(actor);
    const tenancy::NewTenant draft{site.other, "globex", "Globex", *actor.user()};
    co_await tenancy::create_tenant(tx, draft);
    co_await billing::start(tx, site.money.catalog);
    co_await tx.commit();
  }
  static Task<> purge_one(Site& site, bool& done) { done = co_await purge_step(site.leaving); }
  static Task<> say_planned(Site& site, std::string& text) {
    text = co_await planned_in_words(site.leaving);
  }

  void fill(TenantId tenant) {
    const std::string id = to_string(tenant.uuid);
    money.world.rows(fmt::format(
        "with a as (insert into tenancy.membership (tenant_id, id, user_id, role, joined_at) "
        "values ('{0}', gen_random_uuid(), gen_random_uuid(), 'member', now()) returning 1), "
        "b as (insert into onboarding.checklist (tenant_id) values ('{0}') returning 1), "
        "c as (insert into metering.counter values ('{0}', 'documents.api_calls', now(), 5) "
        "returning 1) select 1",
        id));
    money.world.rows(fmt::format(
        "insert into documents.document (tenant_id, id, title, body, tags, created_by, "
        "created_at, updated_at) select '{0}', gen_random_uuid(), 'A title', 'text', '{{}}', "
        "'user_1', now(), now() "
        "from generate_series(1, 2500) returning 'x'",
        id));
  }
};

Task<> collect(Site& site, std::string& bytes) {
  http::Request request;
  request.method = http::Method::get;
  request.set_target("/t/acme/settings/export/file");
  request.tenant_slug = "acme";
  request.actor_ = site.money.owner;
  const auto match = site.money.router.match(request);
  http::Response response = co_await match.route->run(request, &site.money.world.database());
  CHECK(response.content_type == "application/zip");
  for (;;) {
    const std::string piece = co_await response.pieces();
    if (piece.empty()) co_return;
    bytes += piece;
  }
}

std::string Site::file() {
  std::string bytes;
  money.world.run([&](db::Database&) { return collect(*this, bytes); });
  return bytes;
}

std::string read_by_python(const std::string& bytes, const std::string& program) {
  const auto path = std::filesystem::temp_directory_path() / ("export_" + to_hex(random_bytes(8)));
  std::ofstream(path, std::ios::binary) << bytes;
  const std::string command =
      "python3 -c 'import sys, zipfile, json, hashlib\n"
      "z = zipfile.ZipFile(sys.argv[1])\n" +
      program + "' " + path.string() + " 2>&1";
  std::string found;
  std::FILE* pipe = popen(command.c_str(), "r");
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) found += static_cast<char>(c);
  pclose(pipe);
  std::filesystem::remove(path);
  return found;
}

}  // namespace

TEST_CASE("a workspace without a plan is emptied when its time is over, and its neighbour is not") {
  Site site;
  site.end(29);
  const std::string neighbour = site.rows_of(site.other);
  CHECK_FALSE(site.purge());
  CHECK(site.rows_of(site.money.tenant).find("documents.document 2500") != std::string::npos);
  CHECK(site.planned().find("  2500 documents.document\n") != std::string::npos);

  site.money.advance(days(1));
  CHECK(site.purge());
  CHECK_FALSE(site.purge());
  const std::string left = site.rows_of(site.money.tenant);
  CAPTURE(left);
  for (const char* gone : {"documents.", "onboarding.", "access.", "notify.", "metering.event"})
    CHECK(left.find(gone) == std::string::npos);
  for (const char* kept : {"audit.event", "billing.mirror 1", "billing.invoice", "tenancy.tenant 1",
                           "tenancy.membership 1", "metering.counter 1", "events.outbox"})
    CHECK(left.find(kept) != std::string::npos);
  CHECK(site.money.world.rows(fmt::format(
            "select count(*) from audit.person where tenant_id = '{}' and (target_name is not null "
            "or actor_user_id is not null or ip is not null)",
            to_string(site.money.tenant.uuid))) == "0\n");
  CHECK(site.rows_of(site.other) == neighbour);
  CHECK(site.planned() == "");
  CHECK(site.money.world.rows("select state, rows_purged >= 2502 from billing.purge") ==
        "done t\n");
  CHECK(site.money.world.rows("select count(*) from events.outbox where type = 'tenant.purged'") ==
        "1\n");
}

TEST_CASE("each table that keeps rows says why, and is there") {
  Site site;
  for (const Kept& each : kept()) {
    CAPTURE(std::string(each.table));
    CHECK(each.why.size() > 10);
    if (each.table.ends_with("*")) continue;
    CHECK(site.money.world.rows(fmt::format("select to_regclass('{}') is not null", each.table)) ==
          "t\n");
  }
}

TEST_CASE("the export is one file of open formats that says what it holds, while access is none") {
  Site site;
  site.end(5);
  CHECK(read_by_python(site.file(),
                       "m = json.loads(z.read(\"manifest.json\"))\n"
                       "print(m[\"format\"], m[\"version\"])\n"
                       "for f in m[\"files\"]:\n"
                       "  raw = z.read(f[\"file\"])\n"
                       "  rows = [json.loads(line) for line in raw.splitlines()]\n"
                       "  whole = hashlib.sha256(raw).hexdigest() == f[\"sha256\"]\n"
                       "  some = f[\"file\"] == \"audit.jsonl\" or len(rows)\n"
                       "  print(f[\"file\"], some, len(rows) == f[\"rows\"], whole)\n") ==
        "freehold-workspace 1\n"
        "numbers.jsonl 10 True True\n"
        "tenant.jsonl 1 True True\n"
        "people.jsonl 2 True True\n"
        "api_keys.jsonl 0 True True\n"
        "subscriptions.jsonl 1 True True\n"
        "invoices.jsonl 2 True True\n"
        "audit.jsonl True True True\n");
  CHECK(site.money.world.rows(
            "select count(*) from audit.event where action = 'tenant.exported'") == "1\n");
}
