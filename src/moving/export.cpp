// Everything, written out as it was at one instant. Each role reads what its class of tables
// allows, all of them in the snapshot of the first one; a tenant's rows are read inside the tenant,
// so that row level security vouches for whose they are.
#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "identity/passwords.hpp"
#include "moving/manifest.hpp"
#include "moving/moving.hpp"

namespace freehold::moving {
namespace {

// A row on a line of its own. JSON has no raw control characters, so that nothing is ever quoted.
std::string copy_of(const Table& table, std::string_view condition) {
  return fmt::format(
      "copy (select row_to_json(t) from (select {} from {} where {} order by {}) t) to stdout "
      "(format csv, delimiter e'\\x02', quote e'\\x01')",
      joined(table.columns), table.name, condition, table.order);
}

// A reading transaction of one role.
class Reading {
 public:
  explicit Reading(const std::string& conninfo) : connection_(conninfo) {
    connection_.run("set search_path = ''; set timezone = 'UTC'");
  }

  // The first of several: the others see what it sees.
  std::string begin_and_share() {
    begin();
    return connection_.run("select pg_catalog.pg_export_snapshot()").at(0).at(0);
  }
  void begin_with(const std::string& snapshot) {
    begin();
    connection_.run("set transaction snapshot " + connection_.quoted_text(snapshot));
  }
  void end() { connection_.run("commit"); }
  db::BlockingConnection& operator*() { return connection_; }
  db::BlockingConnection* operator->() { return &connection_; }

 private:
  void begin() { connection_.run("begin isolation level repeatable read read only"); }
  db::BlockingConnection connection_;
};

using Files = std::map<std::string, LineWriter>;

class Export {
 public:
  explicit Export(const ExportOrder& order) : order_(order), admin_(order.admin) {
    admin_.run("set role fh_owner");
    namespace fs = std::filesystem;
    if (fs::exists(order.folder) && !fs::is_empty(order.folder))
      throw std::runtime_error(order.folder.string() + " is not empty; export into a new folder");
    fs::create_directories(order.folder);
    fs::permissions(order.folder, fs::perms::owner_all);
  }

  ExportOutcome run() {
    const auto tables = exported_tables(admin_);
    Files files = open_files(tables);
    Reading worker(db::conninfo_as(order_.admin, "fh_worker", order_.passwords));
    snapshot_ = worker.begin_and_share();
    const Instant at = order_.now;
    tenants_ = tenants(*worker);
    write_whole(tables, files);
    write_by_tenant(tables, files);
    Manifest manifest = manifest_of(at);
    manifest.tables = finish(tables, files);
    worker.end();
    if (!order_.product.empty()) manifest.product_tables = write_product();
    write_manifest(order_.folder, manifest);
    return outcome_of(manifest);
  }

 private:
  Files open_files(const std::vector<Table>& tables) {
    Files files;
    for (const Table& table : tables) files.try_emplace(table.name, order_.folder / file_of(table));
    return files;
  }

  static std::vector<std::string> tenants(db::BlockingConnection& worker) {
    std::vector<std::string> all;
    std::string last = "00000000-0000-0000-0000-000000000000";
    for (;;) {
      const auto page = worker.run("select tenant_id from tenancy.tenants_after($1)", {last});
      if (page.empty()) return all;
      for (const db::TextRow& row : page) all.push_back(row[0]);
      last = all.back();
    }
  }

  // Who reads a table without entering a tenant; nobody: it is read tenant by tenant.
  static std::string reader_of(const Table& table) {
    const std::string& kind = table.table_class;
    if (kind == "private") return table.role;
    return kind == "queue" || kind == "rollup" || kind == "reference" ? "fh_worker" : "";
  }

  void write_whole(const std::vector<Table>& tables, Files& files) {
    std::map<std::string, std::vector<const Table*>> by_role;
    for (const Table& table : tables) {
      const std::string role = reader_of(table);
      if (!role.empty()) by_role[role].push_back(&table);
    }
    for (const auto& [role, whole] : by_role) {
      Reading reading(db::conninfo_as(order_.admin, role, order_.passwords));
      reading.begin_with(snapshot_);
      for (const Table* table : whole) write(*reading, *table, "true", files.at(table->name));
      reading.end();
    }
  }

  // A transaction for each tenant: it may enter no other one, and holds up nothing of theirs.
  void write_by_tenant(const std::vector<Table>& tables, Files& files) {
    Reading mover(db::conninfo_as(order_.admin, "fh_mover", order_.passwords));
    int done = 0;
    for (const std::string& tenant : tenants_) {
      mover.begin_with(snapshot_);
      mover->run("select fh.enter($1::pg_catalog.uuid)", {tenant});
      for (const Table& table : tables) {
        if (reader_of(table).empty()) write(*mover, table, of_tenant(tenant), files.at(table.name));
      }
      mover.end();
      if (order_.progress) order_.progress(++done, int(tenants_.size()));
    }
  }

  // Of a product's own database the snapshot is its own. Its tables' owner is kept out of rows by
  // the same policy as everybody, and a superuser by the condition.
  std::vector<ExportedTable> write_product() {
    Reading product(order_.product);
    product->run("begin isolation level repeatable read read only");
    const auto tables = product_tables(*product);
    if (tables.empty())
      throw std::runtime_error(
          "the product's database has no table that `freehold protect` has protected");
    Files files = open_files(tables);
    for (const std::string& tenant : tenants_) {
      product->run(fmt::format("set local app.current_tenant = '{}'", tenant));
      for (const Table& table : tables)
        write(*product, table, of_tenant(tenant), files.at(table.name));
    }
    product.end();
    return finish(tables, files);
  }

  static std::string of_tenant(const std::string& tenant) {
    return fmt::format("tenant_id = '{}'", tenant);
  }

  static void write(db::BlockingConnection& connection, const Table& table,
                    std::string_view condition, LineWriter& into) {
    connection.copy_out(copy_of(table, condition),
                        [&into](std::string_view line) { into.add(line); });
  }

  static std::vector<ExportedTable> finish(const std::vector<Table>& tables, Files& files) {
    std::vector<ExportedTable> written;
    for (const Table& table : tables) {
      FileFacts facts = files.at(table.name).finish();
      written.push_back(
          {table.name, file_of(table), facts.rows, std::move(facts.sha256), table.columns});
    }
    return written;
  }

  Manifest manifest_of(Instant at) {
    auto recipe = identity::password_recipe(order_.master_key);
    Manifest manifest{.format = std::string(format_name),
                      .version = format_version,
                      .exported_at = at,
                      .password_recipe = {std::move(recipe.words), recipe.passes, recipe.memory_kib,
                                          recipe.lanes, std::move(recipe.pepper_id)},
                      .migrations = applied_migrations(admin_),
                      .tables = {},
                      .product_tables = {},
                      .left_out = {}};
    for (const LeftOut& each : left_out())
      manifest.left_out.push_back(
          {std::string(each.table), std::string(each.column), std::string(each.why)});
    return manifest;
  }

  ExportOutcome outcome_of(const Manifest& manifest) const {
    ExportOutcome outcome{.tables = int(manifest.tables.size() + manifest.product_tables.size()),
                          .tenants = int(tenants_.size())};
    for (const auto* tables : {&manifest.tables, &manifest.product_tables})
      for (const ExportedTable& table : *tables) outcome.rows += table.rows;
    return outcome;
  }

  const ExportOrder& order_;
  db::BlockingConnection admin_;
  std::string snapshot_;
  std::vector<std::string> tenants_;
};

}  // namespace

ExportOutcome export_all(const ExportOrder& order) {
  return Export(order).run();
}

}  // namespace freehold::moving
