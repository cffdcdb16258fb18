// What the doctor tries as a role that must not succeed: statements in one round trip, each with a
// judgement of its answer.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "db/blocking_connection.hpp"

namespace freehold::db {

// What was found, before the rule's level and advice are known.
struct Symptom {
  std::string rule;
  std::string object;
  std::string detail;
};

// What the catalogue already explained is not said again by the attempt: adds what is new.
void add_news(std::vector<Symptom>& symptoms, std::vector<Symptom> more);

// SQLSTATEs of fh.enter.
inline constexpr std::string_view no_tenant = "FH000";
inline constexpr std::string_view not_here = "FH002";
inline constexpr std::string_view second_tenant = "FH003";

// Two tenants that nobody has: version 0 is never made.
inline constexpr std::string_view nobody = "00000000-0000-0000-0000-0000000000aa";
inline constexpr std::string_view nobody_else = "00000000-0000-0000-0000-0000000000bb";

class Attempts {
 public:
  explicit Attempts(std::string_view role);

  // What the attempts after it need; its answer does not matter.
  void set(std::string statement);
  // Must be refused with this SQLSTATE or for lack of a privilege; else that is the symptom.
  void refused(std::string statement, std::string_view sqlstate, Symptom symptom);
  void refused(std::string statement, Symptom symptom);  // for lack of a privilege
  // The table, quoted as SQL needs it, looks empty or is forbidden.
  void sees_no_rows(const std::string& table, std::string_view rule);
  // The session is the role's, in no tenant and bound by row security.
  void session_is_plain();
  // What an injected statement could use.
  void uses_the_host(const std::string& database);

  std::vector<Symptom> make(BlockingConnection& connection) const;

 private:
  using Judge = std::function<void(const Reply&, std::vector<Symptom>&)>;
  struct Attempt {
    std::string statement;
    Judge judge;
  };

  std::string role_;
  std::vector<Attempt> list_;
};

}  // namespace freehold::db
