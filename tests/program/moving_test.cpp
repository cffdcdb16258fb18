// Everything is written out, and put into another installation: the same people log in with the
// same passwords, and whatever was there is there.
#include <doctest/doctest.h>
#include <sodium.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "app/parts.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "db/blocking_connection.hpp"
#include "db/doctor.hpp"
#include "identity/arrivals.hpp"
#include "moving/moving.hpp"
#include "own_tables/test_product.hpp"
#include "tests/program/neighbours.hpp"

using namespace freehold;
using namespace freehold::program;

namespace {

namespace fs = std::filesystem;

// A folder below /tmp that goes away with its test.
class Folder {
 public:
  Folder() {
    std::string name = "/tmp/freehold-moving.XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  fs::path operator/(std::string_view name) const { return path_ / name; }

 private:
  fs::path path_;
};

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// What moving::left_out() names, as the manifest says it.
json::object manifest_of(const fs::path& folder) {
  return json::parse(text_of(folder / "manifest.json")).as_object();
}

// "access.api_key 2 9f8a…", a line for each table.
std::string tables_of(const fs::path& folder, const char* which = "tables") {
  std::string lines;
  for (const json::value& table : manifest_of(folder).at(which).as_array())
    lines += fmt::format("{} {} {}\n", std::string(table.at("table").as_string()),
                         table.at("rows").as_int64(), std::string(table.at("sha256").as_string()));
  return lines;
}

Task<> bring_bob(app::Node::Parts& parts) {
  auto tx = parts.database.identity();
  identity::Arrival bob{"legacy", "bob", "bob@elsewhere.example", "Bob",
                        "$2b$04$abcdefghijklmnopqrstuu2RLwJYmqf4gRLPQWHqXO0DyEXNJPJdq"};
  co_await identity::take_in(tx, bob, parts.clocks);
  co_await tx.commit();
}

// The two furnished workspaces, and a person who came from elsewhere and has not logged in yet.
Neighbours& installation() {
  static Neighbours& all = [] -> Neighbours& {
    Neighbours& made = neighbours();
    made.program.run([&] { return bring_bob(made.program.parts()); });
    rows(made.database,
         fmt::format("insert into tenancy.external_id values ('{}', 'legacy', 'org_1')",
                     made.ours.tenant));
    return made;
  }();
  return all;
}

void export_to(const fs::path& folder, const std::string& database, std::string product = {}) {
  const Neighbours& all = installation();
  moving::export_all({.admin = test::as_host_admin(database),
                      .passwords = {},
                      .master_key = all.settings.master_key,
                      .folder = folder,
                      .product = std::move(product),
                      .now = *parse_rfc3339("2026-11-28T12:00:00Z")});
}

moving::ImportOrder import_from(const fs::path& folder, const std::string& database) {
  return {.admin = test::as_host_admin(database),
          .master_key = installation().settings.master_key,
          .folder = folder};
}

std::string failure_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "nothing";
}

// Where somebody who logs in with that password is led.
std::string log_in(Program& program, const std::string& email) {
  Visitor visitor(program);
  visitor.get("/login");
  const auto response = visitor.post("/login", {{"email", email}, {"password", password}});
  return fmt::format("{} {}", response.status, response.header("Location"));
}

std::string owner_of(const own_tables::TestProduct& product) {
  return product.database().as(product.owner());
}

std::string rows_in_all(const std::string& database) {
  std::string found;
  for (const std::string& table : tables(database)) {
    const std::string count = value(database, "select count(*) from " + table);
    if (count != "0" && !table.starts_with("fh.")) found += table + " " + count + "\n";
  }
  return found;
}

}  // namespace

TEST_CASE(
    "an imported installation is the exported one: the same people log in, the same keys work") {
  Neighbours& all = installation();
  const Folder folder;
  export_to(folder / "first", all.database);
  const auto scratch = new_database();
  rows(scratch.admin(), "insert into billing.price values ('freehold_gone', 'price_gone', now())");
  moving::import_all(import_from(folder / "first", scratch.admin()));

  CHECK(db::is_safe_to_serve(db::examine(scratch.admin(), {})));
  export_to(folder / "second", scratch.admin());
  CHECK(tables_of(folder / "second") == tables_of(folder / "first"));

  app::Settings settings = settings_for(scratch.admin());
  Program there(settings);
  for (Program* program : {&all.program, &there}) {
    CHECK(log_in(*program, all.ours.email) == "303 /select");
    CHECK(log_in(*program, all.theirs.email) == "303 /select");
    CHECK(log_in(*program, "bob@elsewhere.example") == "303 /select");
    CHECK(log_in(*program, "nobody@elsewhere.example") == "422 ");
  }
  Workspace ours{there,           scratch.admin(), all.ours.email,  all.ours.slug,
                 all.ours.tenant, Visitor(there),  all.ours.api_key};
  CHECK(standing(ours) == standing(all.ours));
  const auto documents = ours.api(http::Method::get, "/api/v1/documents");
  CHECK(documents.status == 200);
  CHECK(documents.body.contains("tabby"));
  const auto usage = ours.api(http::Method::get, "/api/v1/usage");
  CHECK(usage.status == 200);
}

namespace {

Task<> bring_acme(app::Node::Parts& parts) {
  const moving::PeopleImport import{
      .database = parts.database,
      .clocks = parts.clocks,
      .start_billing = [&parts](db::ControlTx& tx) { return billing::start(tx, parts.catalog); },
      .source = "legacy",
      .say = [](std::string_view line) { FAIL(std::string(line)); }};
  const moving::PeopleFile file = moving::read_people(
      "type,external_id,name,email,email_verified,password_hash,organisation,person,role\n"
      "organisation,o1,Acme,,,,,,\n"
      "person,u1,Ada,ada@example.com,true,"
      "$2b$04$abcdefghijklmnopqrstuu2RLwJYmqf4gRLPQWHqXO0DyEXNJPJdq,,,\n"
      "membership,,,,,,o1,u1,owner\n");
  const auto outcome = co_await moving::import_people(import, file);
  CHECK(outcome.people == 1);
  CHECK(outcome.workspaces == 1);
}

}  // namespace

TEST_CASE("people of another system work as before, and neither they nor Stripe are written to") {
  const auto scratch = new_database();
  const std::string database = scratch.admin();
  Program program(settings_for(database));
  program.run([&] { return bring_acme(program.parts()); });
  program.settle();
  CHECK(value(database, "select count(*) from notify.mail") == "0");
  CHECK(value(database, "select count(*) from billing.command") == "0");
  CHECK(rows(database, "select plan, access, source from entitlements.standing") ==
        "pro full trial\n");

  Visitor ada(program);
  ada.get("/login");
  ada.post("/login", {{"email", "ada@example.com"}, {"password", password}});
  CHECK(ada.get("/t/acme/team").status == 200);
  CHECK(value(database, "select pepper_id <> '' from identity.password") == "t");
}

TEST_CASE("every table is exported, or is on the list of those that are not, with a reason") {
  Neighbours& all = installation();
  const Folder folder;
  export_to(folder / "all", all.database);
  const json::object manifest = manifest_of(folder / "all");
  std::set<std::string> known;
  for (const json::value& table : manifest.at("tables").as_array())
    known.insert(std::string(table.at("table").as_string()));
  const auto exported = known;
  for (const json::value& each : manifest.at("left_out").as_array()) {
    CHECK(each.at("why").as_string().size() > 20);
    if (each.at("column").as_string().empty())
      known.insert(std::string(each.at("table").as_string()));
  }
  const auto there = tables(all.database);
  CHECK(known == std::set<std::string>(there.begin(), there.end()));

  // What is sealed under a key of one installation, or lets somebody in by itself, stays there.
  for (const std::string& table : exported) {
    const std::string sealed =
        value(all.database,
              fmt::format("select count(*) from pg_attribute where attrelid = '{}'::regclass and "
                          "attname like 'sealed%'",
                          table));
    CHECK_MESSAGE(sealed == "0", table);
    CHECK_MESSAGE(!table.ends_with(".session"), table);
  }
}

TEST_CASE("an export has every row that there is, and is for nobody else's eyes") {
  Neighbours& all = installation();
  const Folder folder;
  export_to(folder / "all", all.database);
  std::string lacking;
  for (const json::value& table : manifest_of(folder / "all").at("tables").as_array()) {
    const std::string name(table.at("table").as_string());
    const std::string count = value(all.database, "select count(*) from " + name);
    if (count != std::to_string(table.at("rows").as_int64()))
      lacking += fmt::format("{} has {} rows\n", name, count);
  }
  CHECK(lacking == "");
  CHECK(fs::status(folder / "all").permissions() == fs::perms::owner_all);
  CHECK(fs::status(folder / "all" / "identity.password.jsonl").permissions() ==
        (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(failure_of([&] {
          export_to(folder / "all", all.database);
        }).ends_with("is not empty; export into a new folder"));
}

TEST_CASE("the recipe in the manifest is all that it takes to check a password elsewhere") {
  Neighbours& all = installation();
  const Folder folder;
  export_to(folder / "all", all.database);
  const json::object recipe = manifest_of(folder / "all").at("password_recipe").as_object();
  CHECK(recipe.at("memory_kib").as_int64() == 19456);
  const Bytes pepper = derive_key(all.settings.master_key.reveal(), "identity.password.pepper", 32);
  const Digest input = hmac_sha256(pepper, password);
  int opened = 0;
  std::ifstream file(folder / "all" / "identity.password.jsonl");
  for (std::string line; std::getline(file, line);) {
    const json::value row = json::parse(line);
    if (row.at("pepper_id") != recipe.at("pepper_id")) continue;
    const std::string phc(row.at("phc").as_string());
    CHECK(crypto_pwhash_str_verify(phc.c_str(), view(input).data(), input.size()) == 0);
    ++opened;
  }
  CHECK(opened >= 4);
}

TEST_CASE("an import that is stopped in the middle, or that does not fit, leaves nothing") {
  const Folder folder;
  export_to(folder / "all", installation().database);
  const auto scratch = new_database();
  const std::string before = rows_in_all(scratch.admin());

  moving::ImportOrder stopped = import_from(folder / "all", scratch.admin());
  stopped.progress = [](int done, int all) {
    if (done == all - 1) throw std::runtime_error("stopped");
  };
  CHECK(failure_of([&] { moving::import_all(stopped); }) == "stopped");
  CHECK(rows_in_all(scratch.admin()) == before);
  CHECK(db::is_safe_to_serve(db::examine(scratch.admin(), {})));

  moving::ImportOrder other = import_from(folder / "all", scratch.admin());
  other.master_key = Secret("another key");
  CHECK(failure_of([&] {
          moving::import_all(other);
        }).starts_with("security.master_key is another one than that of the export"));

  moving::import_all(import_from(folder / "all", scratch.admin()));
  CHECK(failure_of([&] {
          moving::import_all(import_from(folder / "all", scratch.admin()));
        }).contains("has rows already; an export goes into an empty Freehold"));

  std::ofstream(folder / "all" / "tenancy.tenant.jsonl", std::ios::app) << "{}\n";
  CHECK(failure_of([&] {
          moving::import_all(import_from(folder / "all", scratch.admin()));
        }).starts_with("tenancy.tenant.jsonl is not what the manifest says"));
  fs::remove(folder / "all" / "manifest.json");
  CHECK(failure_of([&] {
          moving::import_all(import_from(folder / "all", scratch.admin()));
        }).ends_with("the folder holds no export, or one that was stopped"));
}

TEST_CASE("a product's protected tables go along and come back, numbers and trees too") {
  Neighbours& all = installation();
  const std::string ours = all.ours.tenant;
  const std::string theirs = all.theirs.tenant;
  const std::string shape =
      "create table shop.project (id serial primary key, name text not null, parent_id integer "
      "references shop.project, size integer generated always as (length(name)) stored)";
  const Folder folder;
  std::string there;
  {
    own_tables::TestProduct product;
    product.as_owner(shape);
    product.protect(product.request({"project"}));
    product.as_admin(fmt::format(
        "insert into shop.project (tenant_id, id, name, parent_id) values ('{0}', 1, 'Roof', 3), "
        "('{0}', 3, 'House', null), ('{1}', 2, 'Boat', null); select setval('shop.project_id_seq', "
        "3)",
        ours, theirs));
    export_to(folder / "all", all.database, owner_of(product));
    there = tables_of(folder / "all", "product_tables");
    CHECK(there.starts_with("shop.project 3 "));
  }
  own_tables::TestProduct product;
  product.as_owner(shape);
  product.protect(product.request({"project"}));
  moving::ImportOrder order = import_from(folder / "all", all.database);
  order.product = owner_of(product);
  moving::import_product(order);
  CHECK(rows(product.database().admin(),
             "select tenant_id, id, name, parent_id, size from shop.project "
             "order by id") ==
        fmt::format("{0} 1 Roof 3 4\n{1} 2 Boat  4\n{0} 3 House  5\n", ours, theirs));
  CHECK(value(product.database().admin(), "select nextval('shop.project_id_seq')") == "4");
  export_to(folder / "again", all.database, owner_of(product));
  CHECK(tables_of(folder / "again", "product_tables") == there);
}
