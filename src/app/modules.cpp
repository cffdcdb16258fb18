#include "app/modules.hpp"

#include <array>

#include "billing/billing.hpp"
#include "core/embedded.hpp"
#include "documents/documents.hpp"

namespace freehold::app {
namespace {

// Lowest layer first; your product's modules go to the end.
constexpr std::array<std::string_view, 14> modules{
    "db",           "http",     "events",  "audit",  "tenancy",    "identity", "access",
    "entitlements", "metering", "billing", "notify", "onboarding", "staff",    "documents"};

template <class Entry>
void append(std::vector<Entry>& all, std::vector<Entry> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

struct ConstraintProblem {
  std::string_view constraint;
  int status;
  std::string_view code;
  std::string_view detail;
};

constexpr std::array constraint_problems{
    ConstraintProblem{"slugs_are_taken_once", 409, "slug_taken",
                      "This address is taken. Choose another."},
    ConstraintProblem{"one_open_invitation_per_address", 409, "already_invited",
                      "This address has an open invitation already. Send it again instead."},
    ConstraintProblem{"people_belong_once", 409, "already_member",
                      "This person is a member already."},
    ConstraintProblem{
        "one_override_in_force", 409, "override_exists",
        "Somebody has just set another override for the same thing. Look at it first."},
};

}  // namespace

std::vector<db::Migration> all_migrations() {
  return db::migrations_of(embedded::migrations(), modules);
}

std::vector<access::Grant> all_grants() {
  std::vector<access::Grant> all = access::grants();
  append(all, billing::grants());
  append(all, documents::grants());
  return all;
}

catalog::Declared all_declared() {
  return documents::declared();
}

std::optional<Problem> problem_of_constraint(std::string_view constraint) {
  for (const ConstraintProblem& known : constraint_problems) {
    if (known.constraint == constraint)
      return Problem(known.status, std::string(known.code), std::string(known.detail));
  }
  return {};
}

}  // namespace freehold::app
