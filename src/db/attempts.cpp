#include "db/attempts.hpp"

namespace freehold::db {
namespace {

constexpr std::string_view denied = "42501";  // insufficient_privilege

bool has_rows(const Reply& reply) {
  return reply.sqlstate.empty() && reply.rows[0][0] == "t";
}

Symptom not_tried(std::string_view role, std::string_view what, const Reply& reply) {
  return {.rule = "break_in.not_tried",
          .object = std::string(role),
          .detail = fmt::format("{}: {} ({})", what, reply.message, reply.sqlstate)};
}

bool is_reported(const std::vector<Symptom>& symptoms, const Symptom& symptom) {
  return std::ranges::any_of(symptoms, [&](const Symptom& other) {
    return other.rule == symptom.rule && other.object == symptom.object;
  });
}

}  // namespace

void add_news(std::vector<Symptom>& symptoms, std::vector<Symptom> more) {
  for (Symptom& symptom : more)
    if (!is_reported(symptoms, symptom)) symptoms.push_back(std::move(symptom));
}

Attempts::Attempts(std::string_view role) : role_(role) {
  // The planner would rather scan a table of few tenants than use the index that leads with them.
  set("set enable_seqscan = off");
  set("set jit = off");
  set("set statement_timeout = '2s'");
}

void Attempts::set(std::string statement) {
  list_.push_back({.statement = std::move(statement), .judge = [](const Reply&, auto&) {}});
}

void Attempts::refused(std::string statement, std::string_view sqlstate, Symptom symptom) {
  const auto judge = [=, symptom = std::move(symptom)](const Reply& reply,
                                                       std::vector<Symptom>& symptoms) {
    if (reply.sqlstate == sqlstate || reply.sqlstate == denied) return;
    symptoms.push_back(symptom);
    if (!reply.sqlstate.empty()) symptoms.back().detail += " (" + reply.message + ")";
  };
  list_.push_back({.statement = std::move(statement), .judge = judge});
}

void Attempts::refused(std::string statement, Symptom symptom) {
  refused(std::move(statement), denied, std::move(symptom));
}

void Attempts::sees_no_rows(const std::string& table, std::string_view rule) {
  const auto judge = [=, role = role_](const Reply& reply, std::vector<Symptom>& symptoms) {
    if (has_rows(reply))
      symptoms.push_back({.rule = std::string(rule), .object = table, .detail = "seen by " + role});
    else if (!reply.sqlstate.empty() && reply.sqlstate != denied)
      symptoms.push_back(not_tried(role, table, reply));
  };
  list_.push_back(
      {.statement = fmt::format("select exists (select from {})", table), .judge = judge});
}

void Attempts::session_is_plain() {
  const auto judge = [role = role_](const Reply& reply, std::vector<Symptom>& symptoms) {
    if (!reply.sqlstate.empty()) return symptoms.push_back(not_tried(role, "session", reply));
    const TextRow& row = reply.rows[0];
    if (row[0] != role || row[1] != "f")
      symptoms.push_back({.rule = "break_in.not_the_role",
                          .object = role,
                          .detail = "logged in as " + row[0] + (row[1] == "t" ? ", unbound" : "")});
    if (!row[2].empty() || row[3] != "on")
      symptoms.push_back({.rule = "break_in.session",
                          .object = role,
                          .detail = fmt::format("tenant '{}', row_security {}", row[2], row[3])});
  };
  list_.push_back({.statement = "select current_user, rolsuper or rolbypassrls,"
                                "       current_setting('app.current_tenant', true),"
                                "       current_setting('row_security')"
                                "  from pg_roles where rolname = current_user",
                   .judge = judge});
}

void Attempts::uses_the_host(const std::string& database) {
  const auto host = [&](std::string statement, std::string_view rule) {
    refused(std::move(statement),
            {.rule = std::string(rule), .object = database, .detail = "it worked"});
  };
  host("select set_config('app.current_tenant', '', true)", "host.set_config");
  host("do 'begin end'", "host.do_blocks");
  host("create temporary table doctor (attempt integer)", "host.temporary_tables");
}

std::vector<Symptom> Attempts::make(BlockingConnection& connection) const {
  std::vector<std::string> statements;
  std::ranges::transform(list_, std::back_inserter(statements), &Attempt::statement);
  const std::vector<Reply> replies = connection.ask_each(statements);
  std::vector<Symptom> symptoms;
  for (std::size_t i = 0; i < list_.size(); ++i) list_[i].judge(replies[i], symptoms);
  return symptoms;
}

}  // namespace freehold::db
