// An export, put into an empty Freehold: one transaction, so that a stop in the middle leaves
// nothing.
//
// The owner of the tables lifts their row level security for this transaction alone; nobody else
// sees it lifted, because the change and its undoing become visible together.
#include <fmt/core.h>

#include <algorithm>

#include "identity/passwords.hpp"
#include "moving/manifest.hpp"
#include "moving/moving.hpp"

namespace freehold::moving {
namespace {

constexpr std::size_t batch_rows = 1000;
constexpr std::size_t batch_bytes = std::size_t(4) * 1024 * 1024;

// The rows of one table, sent in parts.
class Filling {
 public:
  Filling(db::BlockingConnection& connection, const Table& table,
          const std::vector<std::string>& columns)
      : connection_(connection) {
    std::string values = joined(columns);
    std::string names = values;
    for (const LeftOut& each : left_out()) {
      if (each.table != table.name || each.on_import.empty()) continue;
      names += fmt::format(", {}", each.column);
      values += fmt::format(", {}", each.on_import);
    }
    statement_ = fmt::format(
        "insert into {0} ({1}) overriding system value select {2} from "
        "pg_catalog.jsonb_populate_recordset(null::{0}, $1::pg_catalog.jsonb)",
        table.name, names, values);
  }

  void add(std::string_view line) {
    rows_ += rows_.empty() ? '[' : ',';
    rows_ += line;
    if (++count_ == batch_rows || rows_.size() >= batch_bytes) flush();
  }

  void flush() {
    if (count_ == 0) return;
    rows_ += ']';
    connection_.run(statement_, {rows_});
    rows_.clear();
    count_ = 0;
  }

 private:
  db::BlockingConnection& connection_;
  std::string statement_;
  std::string rows_;
  std::size_t count_ = 0;
};

class Restore {
 public:
  Restore(const ImportOrder& order, std::vector<ExportedTable> written)
      : order_(order), written_(std::move(written)) {}

  // Before anything is locked: a damaged export is not begun.
  void check_files() const {
    for (const ExportedTable& each : written_) {
      const FileFacts facts = read_lines(order_.folder / each.file, {});
      if (facts.rows != each.rows || facts.sha256 != each.sha256)
        throw std::runtime_error(
            fmt::format("{} is not what the manifest says: {} rows instead of {}, or changed",
                        each.file, facts.rows, each.rows));
    }
  }

  // In an open transaction of who owns the tables.
  ImportOutcome fill(db::BlockingConnection& connection, const std::vector<Table>& tables) {
    for (const Table& table : tables) open(connection, table);
    defer_keys(connection, tables);
    ImportOutcome outcome;
    for (const ExportedTable& each : written_) {
      const auto table = std::ranges::find(tables, each.table, &Table::name);
      if (table == tables.end())
        throw std::runtime_error(
            fmt::format("there is no table {} here to put rows into; is this "
                        "the program that the export is for?",
                        each.table));
      fill(connection, *table, each);
      outcome.rows += each.rows;
      ++outcome.tables;
      if (order_.progress) order_.progress(outcome.tables, int(written_.size()));
    }
    restore_keys(connection);
    for (const Table& table : tables) close(connection, table);
    return outcome;
  }

 private:
  static void open(db::BlockingConnection& connection, const Table& table) {
    if (table.forces_rls)
      connection.run(fmt::format("alter table {} no force row level security", table.name));
    if (is_replaced(table.name)) {
      connection.run("delete from " + table.name);
    } else if (connection.run(fmt::format("select exists (select from {})", table.name))[0][0] ==
               "t") {
      throw std::runtime_error(fmt::format(
          "{} has rows already; an export goes into an empty Freehold, and nothing was changed",
          table.name));
    }
  }

  // A number that is given by itself goes on above those that came; asked while the rows are seen.
  static void close(db::BlockingConnection& connection, const Table& table) {
    for (const db::TextRow& row : connection.run(
             "select quote_ident(a.attname), pg_get_serial_sequence($1, a.attname) "
             "from pg_attribute a where a.attrelid = $1::regclass and a.attnum > 0 "
             "and not a.attisdropped and pg_get_serial_sequence($1, a.attname) is not null",
             {table.name}))
      connection.run(fmt::format("select setval({}, max({})) from {} having max({}) is not null",
                                 connection.quoted_text(row[1]), row[0], table.name, row[0]));
    if (table.forces_rls)
      connection.run(fmt::format("alter table {} force row level security", table.name));
  }

  // Tables refer to each other, and rows to rows of their own table: what a key points to may come
  // later, as long as it is there in the end.
  void defer_keys(db::BlockingConnection& connection, const std::vector<Table>& tables) {
    for (const Table& table : tables) {
      for (const db::TextRow& row : connection.run(
               "select quote_ident(conname) from pg_constraint where conrelid = $1::regclass and "
               "contype = 'f' and not condeferrable and conparentid = 0",
               {table.name})) {
        const std::string key =
            fmt::format("alter table {} alter constraint {}", table.name, row[0]);
        connection.run(key + " deferrable initially deferred");
        keys_.push_back(key);
      }
    }
  }

  void restore_keys(db::BlockingConnection& connection) {
    connection.run("set constraints all immediate");
    for (const std::string& key : keys_) connection.run(key + " not deferrable");
  }

  void fill(db::BlockingConnection& connection, const Table& table, const ExportedTable& each) {
    Filling filling(connection, table, each.columns);
    read_lines(order_.folder / each.file, [&filling](std::string_view line) { filling.add(line); });
    filling.flush();
  }

  const ImportOrder& order_;
  std::vector<ExportedTable> written_;
  std::vector<std::string> keys_ = {};
};

// A newer program may have other tables; an older export has fewer, and later columns their
// defaults.
void require_known_migrations(db::BlockingConnection& connection, const Manifest& manifest) {
  const auto here = applied_migrations(connection);
  for (const std::string& migration : manifest.migrations) {
    if (std::ranges::find(here, migration) == here.end())
      throw std::runtime_error(
          fmt::format("the export is of a newer program: {} has not run here. Update this one, run "
                      "`freehold migrate`, and import again",
                      migration));
  }
}

void require_same_pepper(const Manifest& manifest, const Secret& master_key) {
  if (manifest.password_recipe.pepper_id != identity::password_recipe(master_key).pepper_id)
    throw std::runtime_error(
        "security.master_key is another one than that of the export, so that nobody could log in: "
        "configure the master key of the installation that the export is of");
}

}  // namespace

ImportOutcome import_all(const ImportOrder& order) {
  const Manifest manifest = read_manifest(order.folder);
  Restore restore(order, manifest.tables);
  require_same_pepper(manifest, order.master_key);
  restore.check_files();
  db::BlockingConnection connection(order.admin);
  connection.run("set role fh_owner");
  require_known_migrations(connection, manifest);
  const auto tables = exported_tables(connection);
  connection.run(
      "begin; set local search_path = pg_catalog; "
      "set local timezone = 'UTC'; set local lock_timeout = '10s'");
  const ImportOutcome outcome = restore.fill(connection, tables);
  connection.run("commit");
  return outcome;
}

ImportOutcome import_product(const ImportOrder& order) {
  const Manifest manifest = read_manifest(order.folder);
  if (manifest.product_tables.empty())
    throw std::runtime_error("the export holds no tables of a product");
  Restore restore(order, manifest.product_tables);
  restore.check_files();
  db::BlockingConnection connection(order.product);
  const auto tables = product_tables(connection);
  connection.run(
      "begin; set local search_path = pg_catalog; set local timezone = 'UTC'; "
      "set local lock_timeout = '10s'");
  const ImportOutcome outcome = restore.fill(connection, tables);
  connection.run("commit");
  return outcome;
}

}  // namespace freehold::moving
