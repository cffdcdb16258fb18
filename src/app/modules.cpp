#include "app/modules.hpp"

#include <set>
#include <stdexcept>

#include "access/access.hpp"
#include "billing/billing.hpp"
#include "brand/brand.hpp"
#include "core/embedded.hpp"
#include "documents/documents.hpp"
#include "entitlements/entitlements.hpp"
#include "events/feed.hpp"
#include "identity/identity.hpp"
#include "metering/metering.hpp"
#include "staff/staff.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::app {
namespace {

// Notes what modules bring and refuses what was brought before.
class Census {
 public:
  void count(const Module& module) {
    claim("module", module.name);
    for (const Grant& grant : module.permissions) claim("permission", grant.permission.key);
    for (const auto* keys : {&module.features, &module.limits, &module.meters})
      for (const DeclaredKey& declared : *keys) claim_key(module, declared.key);
    for (const DeclaredEvent& event : module.events) claim("event", event.type.key);
    for (const ConstraintProblem& known : module.constraints) claim("constraint", known.constraint);
  }

 private:
  void claim(std::string_view kind, std::string_view name) {
    std::string what = std::string(kind).append(" ").append(name);
    if (!seen_.insert(what).second) throw std::logic_error("two modules bring the " + what);
  }
  void claim_key(const Module& module, std::string_view key) {
    claim("key", key);
    if (!key.starts_with(std::string(module.name) + "."))
      throw std::logic_error(std::string(key) + " must begin with the name of its module");
  }

  std::set<std::string> seen_;
};

}  // namespace

std::vector<Module> all_modules() {
  // Lowest layer first; your product's modules go to the end.
  std::vector<Module> modules{{.name = "db"},        {.name = "http"},    events::module(),
                              brand::module(),       {.name = "audit"},   tenancy::module(),
                              identity::module(),    access::module(),    entitlements::module(),
                              {.name = "assertion"}, {.name = "gateway"}, metering::module(),
                              billing::module(),     {.name = "notify"},  {.name = "onboarding"},
                              staff::module(),       documents::module()};
  Census census;
  for (const Module& module : modules) census.count(module);
  return modules;
}

std::vector<db::Migration> all_migrations() {
  std::vector<std::string_view> names;
  for (const Module& module : all_modules()) names.push_back(module.name);
  return db::migrations_of(embedded::migrations(), names);
}

std::vector<Grant> grants_of(const std::vector<Module>& modules) {
  std::vector<Grant> grants;
  for (const Module& module : modules)
    grants.insert(grants.end(), module.permissions.begin(), module.permissions.end());
  return grants;
}

std::optional<Problem> problem_of_constraint(const std::vector<Module>& modules,
                                             std::string_view constraint) {
  for (const Module& module : modules) {
    for (const ConstraintProblem& known : module.constraints) {
      if (known.constraint == constraint)
        return Problem(known.status, std::string(known.code), std::string(known.detail));
    }
  }
  return {};
}

}  // namespace freehold::app
