#include "db/migrate.hpp"

#include <set>
#include <thread>
#include <tuple>

#include "core/crypto.hpp"
#include "db/blocking_connection.hpp"
#include "db/sql_statements.hpp"

namespace freehold::db {
namespace {

constexpr std::int64_t migration_lock = 727273;

using Key = std::tuple<std::string, std::string, int>;  // module, plane, number

struct Applied {
  std::string name;
  std::string sha256;
};

// "src/billing/migrations/control/0003_mirror.sql", or product/…
std::optional<Migration> parse_path(std::string_view path) {
  std::vector<std::string_view> parts;
  for (std::size_t slash; (slash = path.find('/')) != std::string_view::npos;) {
    parts.push_back(path.substr(0, slash));
    path.remove_prefix(slash + 1);
  }
  if (parts.size() != 4 || parts[2] != "migrations" || !path.ends_with(".sql")) return {};
  path.remove_suffix(4);

  Migration migration;
  migration.module = parts[1];
  migration.plane = parts[3];
  const auto [end, error] =
      std::from_chars(path.data(), path.data() + path.size(), migration.number);
  const bool has_number = error == std::errc{} && end == path.data() + 4 && path.size() > 5;
  if (!has_number || *end != '_') return {};
  migration.name = path.substr(5);
  return migration;
}

std::string file_of(std::string_view module, std::string_view plane, int number,
                    std::string_view name) {
  return fmt::format("{}/{}/{:04}_{}.sql", module, plane, number, name);
}

std::string file_of(const Migration& migration) {
  return file_of(migration.module, migration.plane, migration.number, migration.name);
}

Key key_of(const Migration& migration) {
  return {migration.module, migration.plane, migration.number};
}

std::string checksum_of(const Migration& migration) {
  const Digest digest = sha256(migration.sql);
  return to_hex(view(digest));
}

std::vector<Migration> in_order(std::span<const Migration> list) {
  std::map<std::string_view, std::size_t> place;  // of the module
  for (const Migration& migration : list) place.emplace(migration.module, place.size());
  std::vector<Migration> ordered(list.begin(), list.end());
  // The planes' names happen to sort as they should run: both, control, data.
  std::ranges::sort(ordered, {}, [&](const Migration& migration) {
    return std::tuple(place[migration.module], std::string_view(migration.plane), migration.number);
  });
  for (std::size_t i = 1; i < ordered.size(); ++i) {
    if (key_of(ordered[i - 1]) != key_of(ordered[i])) continue;
    throw MigrationError(fmt::format("{} and {} have the same number", file_of(ordered[i - 1]),
                                     file_of(ordered[i])));
  }
  return ordered;
}

// One query, because every start asks it.
std::map<Key, Applied> applied_in(BlockingConnection& connection) {
  std::map<Key, Applied> applied;
  try {
    const TextRows rows = connection.run(
        "set role fh_owner; "
        "select module, plane, number, name, sha256 from fh.migration");
    for (const TextRow& row : rows)
      applied[{row[0], row[1], std::stoi(row[2])}] = {.name = row[3], .sha256 = row[4]};
  } catch (const ServerError& error) {
    const bool is_empty_database = error.sqlstate == "42P01";
    if (!is_empty_database) throw;
  }
  return applied;
}

void refuse_newer_database(const std::map<Key, Applied>& applied,
                           const std::vector<Migration>& list) {
  std::set<Key> known;
  for (const Migration& migration : list) known.insert(key_of(migration));
  for (const auto& [key, migration] : applied) {
    if (known.contains(key)) continue;
    const auto& [module, plane, number] = key;
    throw MigrationError(fmt::format(
        "{} has been applied to this database, and this program does not know it: a newer version "
        "of the program prepared the database. Start that version or a later one; going back to "
        "this version takes a restore of a backup from before the upgrade.",
        file_of(module, plane, number, migration.name)));
  }
}

// What is left to do; throws when what was done is not what the list says.
std::vector<Migration> pending_of(const std::map<Key, Applied>& applied,
                                  const std::vector<Migration>& list) {
  refuse_newer_database(applied, list);
  std::vector<Migration> pending;
  for (const Migration& migration : list) {
    const auto found = applied.find(key_of(migration));
    if (found == applied.end()) {
      pending.push_back(migration);
      continue;
    }
    if (found->second.sha256 != checksum_of(migration))
      throw MigrationError(fmt::format(
          "{} was edited after it had been applied to this database. Put its text back as it was, "
          "and make the change in a new migration.",
          file_of(migration)));
    if (!pending.empty() && pending.back().module == migration.module &&
        pending.back().plane == migration.plane)
      throw MigrationError(fmt::format(
          "{} has not been applied, but the later {} has. Give it the next free number.",
          file_of(pending.back()), file_of(migration)));
  }
  return pending;
}

bool runs_without_transaction(const Migration& migration) {
  std::string_view rest = migration.sql;
  while (rest.starts_with("--") || rest.starts_with('\n')) {
    const std::size_t end = std::min(rest.find('\n'), rest.size() - 1);
    if (rest.substr(0, end).starts_with("-- freehold: no-transaction")) return true;
    rest.remove_prefix(end + 1);
  }
  return false;
}

// PostgreSQL counts characters, not bytes, from 1.
int line_of(const SqlStatement& statement, std::size_t position) {
  int line = statement.line;
  for (const char c : statement.text) {
    const bool starts_a_character = (c & 0xC0) != 0x80;
    if (starts_a_character && position-- <= 1) break;
    if (c == '\n') ++line;
  }
  return line;
}

// A statement that PostgreSQL refused, and where it stands.
struct StatementError {
  ServerError error;
  int line;
};

[[noreturn]] void give_up(const Migration& migration, const StatementError& failure) {
  const ServerError& error = failure.error;
  std::string text = fmt::format("{}:{}: {}", file_of(migration), failure.line, error.what());
  if (!error.sqlstate.empty()) text += fmt::format(" ({})", error.sqlstate);
  if (!error.advice.empty()) text += fmt::format(" {}", error.advice);
  if (error.sqlstate == "55P03")
    text += ": the table stayed in use; end the long transaction that uses it, then start again";
  throw MigrationError(text);
}

// The table that a statement changes rows of, as it is written; empty for other statements.
std::string_view changed_table(std::string_view statement) {
  for (const std::string_view verb : {"update only ", "update ", "delete from only ",
                                      "delete from ", "merge into only ", "merge into "}) {
    if (!statement.starts_with(verb)) continue;
    const std::string_view rest = statement.substr(verb.size());
    return rest.substr(0, rest.find_first_of(" \n\t"));
  }
  return {};
}

// Row level security hides tenants' rows from fh_owner too: such a statement would change none, and
// nobody would notice.
void refuse_to_change_nothing(BlockingConnection& connection, const SqlStatement& statement) {
  const std::string_view table = changed_table(statement.text);
  if (table.empty()) return;
  const TextRows rows = connection.run(
      "select class from fh.table_class"
      " where table_name = $1 and class not in ('private', 'reference', 'internal')",
      {std::string(table)});
  if (rows.empty()) return;
  throw ServerError(fmt::format(
      "a migration sees no rows of {}, which is a {} table: change them in a job that enters one "
      "tenant after the other",
      table, rows[0][0]));
}

void run_statements(BlockingConnection& connection, const std::vector<SqlStatement>& statements) {
  for (const SqlStatement& statement : statements) {
    try {
      refuse_to_change_nothing(connection, statement);
      connection.run(statement.text);
    } catch (const ServerError& error) {
      throw StatementError{.error = error, .line = line_of(statement, error.position)};
    }
  }
}

void record(BlockingConnection& connection, const Migration& migration) {
  connection.run(
      "insert into fh.migration (module, plane, number, name, sha256) values ($1, $2, $3, $4, $5)",
      {migration.module, migration.plane, std::to_string(migration.number), migration.name,
       checksum_of(migration)});
}

void apply_in_transaction(BlockingConnection& connection, const Migration& migration) {
  connection.run("begin");
  run_statements(connection, split_statements(migration.sql));
  if (!connection.is_in_transaction())
    throw MigrationError(fmt::format("{} ends its transaction; take the commit or rollback out",
                                     file_of(migration)));
  record(connection, migration);
  connection.run("commit");
}

// Only what this migration names: other invalid indexes may be somebody's work in progress.
void drop_invalid_indexes(BlockingConnection& connection, const Migration& migration) {
  const TextRows indexes = connection.run(
      "select i.indexrelid::regclass::text, c.relname"
      "  from pg_index i join pg_class c on c.oid = i.indexrelid"
      " where not i.indisvalid and c.relkind = 'i'"
      "   and c.relowner = (select oid from pg_roles where rolname = 'fh_owner')");
  for (const TextRow& index : indexes)
    if (migration.sql.contains(index[1])) connection.run("drop index concurrently " + index[0]);
}

void apply_without_transaction(BlockingConnection& connection, const Migration& migration) {
  const std::vector<SqlStatement> statements = split_statements(migration.sql);
  for (const SqlStatement& statement : statements) {
    if (!statement.text.contains("index concurrently") ||
        statement.text.contains("if not exists") || statement.text.contains("if exists"))
      continue;
    throw MigrationError(fmt::format(
        "{}:{}: a statement outside a transaction has to be repeatable: write `create index "
        "concurrently if not exists` or `drop index concurrently if exists`",
        file_of(migration), statement.line));
  }
  drop_invalid_indexes(connection, migration);
  run_statements(connection, statements);
  record(connection, migration);
}

void prepare_session(BlockingConnection& connection, const Migration& migration,
                     const MigrateOptions& options) {
  connection.run(fmt::format(
      "set role fh_owner; set search_path = ''; set fh.plane = '{}'; set lock_timeout = {}",
      migration.plane, options.lock_timeout.count()));
}

// A lock that did not come in time, or a deadlock.
bool is_worth_repeating(const ServerError& error) {
  return error.sqlstate == "55P03" || error.sqlstate == "40P01";
}

void apply(BlockingConnection& connection, const Migration& migration,
           const MigrateOptions& options) {
  prepare_session(connection, migration, options);
  for (int attempts_left = options.attempts;; --attempts_left) {
    try {
      if (runs_without_transaction(migration))
        apply_without_transaction(connection, migration);
      else
        apply_in_transaction(connection, migration);
      return;
    } catch (const StatementError& failure) {
      if (attempts_left <= 1 || !is_worth_repeating(failure.error)) give_up(migration, failure);
    }
    if (connection.is_in_transaction()) connection.run("rollback");
    std::this_thread::sleep_for(options.pause);
  }
}

}  // namespace

std::vector<Migration> migrations_of(std::span<const EmbeddedFile> files,
                                     std::span<const std::string_view> modules) {
  std::vector<Migration> list;
  for (const std::string_view module : modules) {
    for (const EmbeddedFile& file : files) {
      std::optional<Migration> migration = parse_path(file.path);
      if (!migration)
        throw MigrationError(fmt::format(
            "{}: a migration is named migrations/both|control|data/NNNN_what_it_does.sql",
            file.path));
      if (migration->module != module) continue;
      migration->sql = file.body;
      list.push_back(std::move(*migration));
    }
  }
  return list;
}

std::vector<std::string> migrate(const std::string& admin, std::span<const Migration> list,
                                 const MigrateOptions& options) {
  const std::vector<Migration> ordered = in_order(list);
  BlockingConnection connection(admin);
  if (pending_of(applied_in(connection), ordered).empty()) return {};

  lock_until_closed(connection, migration_lock);
  std::vector<std::string> done;
  for (const Migration& migration : pending_of(applied_in(connection), ordered)) {
    apply(connection, migration, options);
    done.push_back(file_of(migration));
  }
  return done;
}

}  // namespace freehold::db
