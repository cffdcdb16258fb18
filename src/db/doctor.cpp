#include "db/doctor.hpp"

#include <future>
#include <tuple>

#include "db/doctor/catalogue.hpp"
#include "db/doctor/parts.hpp"
#include "db/login_rules.hpp"

namespace freehold::db {

namespace {

std::string_view name_of(Level level) {
  if (level == Level::isolation) return "isolation";
  return level == Level::hardening ? "hardening" : "citus-ready";
}

bool has_ground(BlockingConnection& connection) {
  const std::string sql =
      "select count(*) from pg_roles r, pg_class c join pg_namespace n on n.oid = c.relnamespace"
      " where r.rolname = 'fh_owner' and n.nspname = 'fh'"
      "   and c.relname in ('table_class', 'definer_function', 'worker_index')";
  return connection.run(sql)[0][0] == "3";
}

std::vector<Symptom> symptoms_of(const std::string& admin, const Passwords& passwords) {
  BlockingConnection connection(admin);
  if (!has_ground(connection)) return {{.rule = "ground.missing", .object = "fh", .detail = {}}};

  std::vector<Symptom> symptoms = read_catalogue(connection);
  const std::vector<ClassifiedTable> tables = classified_tables(connection);
  // All roles at once: each spends most of its time in a backend of its own.
  std::vector<std::future<std::vector<Symptom>>> attempts;
  attempts.reserve(login_roles.size());
  for (const std::string_view role : login_roles)
    attempts.push_back(std::async(std::launch::async, break_in_as, role,
                                  conninfo_as(admin, role, passwords), std::span(tables)));
  for (auto& attempt : attempts) add_news(symptoms, attempt.get());
  return symptoms;
}

}  // namespace

std::vector<Symptom> read_catalogue(BlockingConnection& connection) {
  connection.run("set role fh_owner; set search_path = ''");
  std::vector<Symptom> symptoms;
  for (const std::string_view part :
       {sql::catalogue_roles, sql::catalogue_tables, sql::catalogue_policies, sql::catalogue_grants,
        sql::catalogue_keys, sql::catalogue_functions, sql::catalogue_host, sql::login_role_rules,
        sql::login_host_rules}) {
    for (TextRow& row : connection.run(fmt::format("{}{}", sql::catalogue_prelude, part)))
      symptoms.push_back(
          {.rule = std::move(row[0]), .object = std::move(row[1]), .detail = std::move(row[2])});
  }
  return symptoms;
}

std::vector<ClassifiedTable> classified_tables(BlockingConnection& connection) {
  std::vector<ClassifiedTable> tables;
  for (const TextRow& row :
       connection.run("select format('%I.%I', n.nspname, c.relname), t.class, t.plane, t.role"
                      "  from fh.table_class t"
                      "  join pg_namespace n on n.nspname = split_part(t.table_name, '.', 1)"
                      "  join pg_class c on c.relnamespace = n.oid"
                      "                 and c.relname = split_part(t.table_name, '.', 2)"
                      " order by t.table_name"))
    tables.push_back({.name = row[0], .table_class = row[1], .plane = row[2], .role = row[3]});
  return tables;
}

Finding finding_of(const Symptom& symptom) {
  const auto rule = std::ranges::find(rules(), symptom.rule, &Rule::name);
  if (rule == rules().end()) throw std::logic_error("the doctor has no rule " + symptom.rule);
  return {.level = rule->level,
          .rule = symptom.rule,
          .object = symptom.object,
          .detail = symptom.detail,
          .advice = std::string(rule->advice)};
}

std::vector<Finding> examine(const std::string& admin, const Passwords& passwords) {
  std::vector<Finding> findings;
  std::ranges::transform(symptoms_of(admin, passwords), std::back_inserter(findings), finding_of);
  std::ranges::sort(findings, {}, [](const Finding& finding) {
    return std::tie(finding.level, finding.rule, finding.object, finding.detail);
  });
  return findings;
}

bool is_safe_to_serve(std::span<const Finding> findings) {
  return std::ranges::none_of(
      findings, [](const Finding& finding) { return finding.level == Level::isolation; });
}

std::string report(std::span<const Finding> findings) {
  if (findings.empty()) return "No findings.\n";
  std::string text;
  for (const Finding& finding : findings) {
    text += fmt::format("{}  {}  {}", name_of(finding.level), finding.rule, finding.object);
    if (!finding.detail.empty()) text += fmt::format(": {}", finding.detail);
    text += fmt::format("\n  {}\n", finding.advice);
  }
  return text;
}

}  // namespace freehold::db
