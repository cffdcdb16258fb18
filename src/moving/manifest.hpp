// manifest.json: what an export holds, and how to read it. It is written last, so that a folder
// with one is whole. Private to this module.
#pragma once

#include <boost/describe.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "core/time.hpp"
#include "moving/line_file.hpp"
#include "moving/table.hpp"

namespace freehold::moving {

inline constexpr std::string_view format_name = "freehold-export";
inline constexpr int format_version = 1;

struct ExportedTable {
  std::string table;
  std::string file;
  std::int64_t rows;
  std::string sha256;
  std::vector<std::string> columns;
};
BOOST_DESCRIBE_STRUCT(ExportedTable, (), (table, file, rows, sha256, columns))

struct NotExported {
  std::string table;
  std::string column;  // empty: the whole table
  std::string why;
};
BOOST_DESCRIBE_STRUCT(NotExported, (), (table, column, why))

struct Recipe {
  std::string words;
  int passes;
  int memory_kib;
  int lanes;
  std::string pepper_id;
};
BOOST_DESCRIBE_STRUCT(Recipe, (), (words, passes, memory_kib, lanes, pepper_id))

struct Manifest {
  std::string format;
  int version;
  Instant exported_at;
  Recipe password_recipe;
  std::vector<std::string> migrations;  // that had run: "identity/control/1"
  std::vector<ExportedTable> tables;
  std::vector<ExportedTable> product_tables;
  std::vector<NotExported> left_out;
};
BOOST_DESCRIBE_STRUCT(Manifest, (),
                      (format, version, exported_at, password_recipe, migrations, tables,
                       product_tables, left_out))

void write_manifest(const std::filesystem::path& folder, const Manifest& manifest);
// Throws std::runtime_error in a sentence when there is none that can be read here.
Manifest read_manifest(const std::filesystem::path& folder);

// "identity/control/1" of all that have run in this database, sorted.
std::vector<std::string> applied_migrations(db::BlockingConnection& connection);

}  // namespace freehold::moving
