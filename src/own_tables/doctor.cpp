#include <algorithm>
#include <tuple>

#include "db/login_rules.hpp"
#include "own_tables/catalogue.hpp"
#include "own_tables/examination.hpp"

namespace freehold::own_tables {
namespace {

using db::Symptom;

// PostgreSQL's text of an array.
std::string array_of(std::span<const std::string> values) {
  std::vector<std::string> quoted;
  for (const std::string& value : values) {
    std::string text;
    for (const char c : value) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    quoted.push_back('"' + text + '"');
  }
  return fmt::format("{{{}}}", fmt::join(quoted, ","));
}

// Names as the catalogue query prints them; what is not found is left as it was written.
std::vector<std::string> full_names(db::BlockingConnection& connection,
                                    std::span<const std::string> names) {
  std::vector<std::string> full;
  for (const std::string& name : names) {
    const std::string qualified = name.contains('.') ? name : "public." + name;
    const db::TextRows rows = connection.run(
        "select format('%I.%I', n.nspname, c.relname)"
        "  from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname || '.' || c.relname = $1",
        {qualified});
    full.push_back(rows.empty() ? name : rows[0][0]);
  }
  return full;
}

db::TextRows ask(db::BlockingConnection& connection, std::string_view part,
                 const Examination& examination) {
  return connection.run(fmt::format("{}{}", sql::catalogue_prelude, part),
                        {examination.role, array_of(examination.shared)});
}

// Where Freehold lives, only its tenants can be entered.
void enter_tenants(db::Attempts& attempts, bool is_freeholds) {
  const auto enter = [&](std::string tenant, std::string_view sqlstate, std::string_view rule) {
    attempts.refused(fmt::format("select fh.enter({})", tenant), sqlstate,
                     {.rule = std::string(rule), .object = "fh.enter", .detail = tenant});
  };
  for (const std::string_view type : {"uuid", "text"}) {
    attempts.set(fmt::format("set app.current_tenant = '{}'", db::nobody));
    enter(fmt::format("'{}'::{}", db::nobody_else, type), db::second_tenant,
          "break_in.second_tenant");
    attempts.set("reset app.current_tenant");
    enter(fmt::format("null::{}", type), db::no_tenant, "break_in.unknown_tenant");
    if (is_freeholds)
      enter(fmt::format("'{}'::{}", db::nobody, type), db::not_here, "break_in.unknown_tenant");
  }
}

bool has(const std::vector<Symptom>& symptoms, std::string_view rule) {
  return std::ranges::any_of(symptoms,
                             [&](const Symptom& symptom) { return symptom.rule == rule; });
}

std::vector<Symptom> break_in(db::BlockingConnection& connection, const Examination& examination,
                              bool has_context) {
  const db::TextRows tables = ask(connection, sql::tenant_tables, examination);
  const db::TextRow here =
      connection.run("select current_database(), to_regclass('fh.tenant_fence') is not null")[0];
  try {
    connection.run("set role " + connection.quoted_name(examination.role));
  } catch (const db::ServerError& error) {
    return {{.rule = "break_in.not_tried", .object = examination.role, .detail = error.what()}};
  }
  db::Attempts attempts(examination.role);
  attempts.session_is_plain();
  for (const db::TextRow& table : tables)
    attempts.sees_no_rows(table[0], "break_in.rows_without_tenant");
  attempts.set(fmt::format("set app.current_tenant = '{}'", db::nobody));
  for (const db::TextRow& table : tables)
    attempts.sees_no_rows(table[0], "break_in.rows_of_nobody");
  if (has_context) enter_tenants(attempts, here[1] == "t");
  attempts.uses_the_host(here[0]);
  return attempts.make(connection);
}

db::Finding finding_of(const Symptom& symptom) {
  const auto rule = std::ranges::find(rules(), symptom.rule, &db::Rule::name);
  if (rule == rules().end()) throw std::logic_error("there is no rule " + symptom.rule);
  return {.level = rule->level,
          .rule = symptom.rule,
          .object = symptom.object,
          .detail = symptom.detail,
          .advice = std::string(rule->advice)};
}

std::string_view title_of(db::Level level) {
  if (level == db::Level::isolation) return "Isolation";
  return level == db::Level::hardening ? "Hardening" : "Citus-ready";
}

// Findings of one rule share its advice, which is said once.
std::string paragraphs(std::span<const db::Finding> findings) {
  std::string text;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const db::Finding& finding = findings[i];
    text += fmt::format("  {}  {}", finding.rule, finding.object);
    if (!finding.detail.empty()) text += fmt::format(": {}", finding.detail);
    text += '\n';
    if (i + 1 == findings.size() || findings[i + 1].rule != finding.rule)
      text += fmt::format("    {}\n", finding.advice);
  }
  return text;
}

}  // namespace

std::vector<Symptom> read_catalogue(db::BlockingConnection& connection, const Examination& asked) {
  connection.run("set search_path = ''");
  Examination examination = asked;
  examination.shared = full_names(connection, asked.shared);
  std::vector<Symptom> symptoms;
  for (const std::string_view part :
       {sql::catalogue_roles, sql::catalogue_tables, sql::catalogue_policies, sql::catalogue_grants,
        sql::catalogue_keys, sql::catalogue_functions, db::sql::login_role_rules,
        db::sql::login_host_rules})
    for (const db::TextRow& row : ask(connection, part, examination))
      symptoms.push_back({.rule = row[0], .object = row[1], .detail = row[2]});
  return symptoms;
}

std::vector<Symptom> symptoms_in(db::BlockingConnection& connection,
                                 const Examination& examination) {
  if (connection.run("select current_setting('server_version_num')::integer < 150000")[0][0] == "t")
    throw std::runtime_error(
        "PostgreSQL 15 or newer is needed: before it, views see past policies");
  std::vector<Symptom> symptoms = read_catalogue(connection, examination);
  if (!has(symptoms, "role.missing"))
    db::add_news(symptoms, break_in(connection, examination, !has(symptoms, "context.missing")));
  return symptoms;
}

std::vector<db::Finding> examine(const Examination& examination) {
  db::BlockingConnection connection(examination.dsn);
  std::vector<db::Finding> findings;
  std::ranges::transform(symptoms_in(connection, examination), std::back_inserter(findings),
                         finding_of);
  std::ranges::sort(findings, {}, [](const db::Finding& finding) {
    return std::tie(finding.level, finding.rule, finding.object, finding.detail);
  });
  return findings;
}

std::string report_by_level(std::span<const db::Finding> findings) {
  std::string text;
  for (const db::Level level :
       {db::Level::isolation, db::Level::hardening, db::Level::citus_ready}) {
    const auto begin = std::ranges::lower_bound(findings, level, {}, &db::Finding::level);
    const auto end = std::ranges::upper_bound(findings, level, {}, &db::Finding::level);
    const std::span<const db::Finding> part(begin, end);
    text += fmt::format("{}{}: {}\n", text.empty() ? "" : "\n", title_of(level),
                        part.empty()       ? "no findings"
                        : part.size() == 1 ? "1 finding"
                                           : fmt::format("{} findings", part.size()));
    text += paragraphs(part);
  }
  return text;
}

}  // namespace freehold::own_tables
