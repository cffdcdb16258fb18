// What the module brings.
#include "entitlements/entitlements.hpp"

namespace freehold::entitlements {

Module module() {
  return {.name = "entitlements",
          .events = {{plan_changed, "from, to", "Another plan is in force."},
                     {access_changed, "from, to",
                      "The access level is another: full, grace, limited, none."},
                     {override_set, "override, kind",
                      "Staff changed a plan, feature or limit of this workspace."},
                     {override_revoked, "override", "Such a change was taken back."}},
          .constraints = {
              {"one_override_in_force", 409, "override_exists",
               "Somebody has just set another override for the same thing. Look at it first."}}};
}

}  // namespace freehold::entitlements
