#include <algorithm>

#include "own_tables/parts.hpp"

namespace freehold::own_tables {
namespace {

void find_tables(Work& work) {
  const Request& request = work.request;
  for (const std::string& words : request.tables) {
    auto table = find_table(work.connection, request.schema, words, request.role);
    if (!table) {
      work.refusals.push_back(
          fmt::format("There is no table {} in the schema {}.", words, request.schema));
      continue;
    }
    const auto is_it = [&](const Table& other) { return other.oid == table->oid; };
    if (std::ranges::none_of(work.tables, is_it)) work.tables.push_back(std::move(*table));
  }
  for (const Table& table : work.tables)
    std::ranges::copy(objections(table, request.role), std::back_inserter(work.refusals));
}

void refuse_if_need_be(const Work& work) {
  if (!work.refusals.empty()) throw Refused(fmt::format("{}", fmt::join(work.refusals, "\n")));
}

// Names print in full while search_path is empty.
Script script_for(db::BlockingConnection& connection, const Request& request,
                  std::span<const db::Migration> ground) {
  connection.run("set search_path = ''");
  Work work{.request = request, .connection = connection};
  if (!request.tenant.empty() && !request.tenant_id_from.empty())
    work.refusals.emplace_back("Either --tenant or --tenant-id-from: both say whose the rows are.");
  find_tables(work);
  refuse_if_need_be(work);

  Script script;
  prepare_ground(work, ground, script);
  harden(work, script);
  add_tenant_columns(work, script);
  secure_tables(work, script);
  refuse_if_need_be(work);
  return script;
}

std::string to_text(const Script& script) {
  if (script.empty()) return {};
  std::string text = "begin;\n";
  for (const Section& section : script) {
    text += fmt::format("\n-- {}\n", section.title);
    for (const std::string& statement : section.statements) text += statement + ";\n";
  }
  return text + "\ncommit;\n";
}

void run(db::BlockingConnection& connection, const Script& script) {
  // The tables' own triggers find what they name.
  connection.run("reset search_path");
  for (const Section& section : script)
    for (const std::string& statement : section.statements) {
      try {
        connection.run(statement);
      } catch (const db::ServerError& error) {
        throw Refused(fmt::format("{}{}{}\n  in: {}\nNothing was changed.", error.what(),
                                  error.advice.empty() ? "" : ". ", error.advice, statement));
      }
    }
}

}  // namespace

std::string plan(const Request& request, std::span<const db::Migration> ground) {
  db::BlockingConnection connection(request.dsn);
  connection.run("begin read only");
  return to_text(script_for(connection, request, ground));
}

std::string protect(const Request& request, std::span<const db::Migration> ground) {
  db::BlockingConnection connection(request.dsn);
  connection.run("begin");
  const Script script = script_for(connection, request, ground);
  run(connection, script);
  connection.run("commit");
  return to_text(script);
}

}  // namespace freehold::own_tables
