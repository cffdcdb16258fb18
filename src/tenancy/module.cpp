// What the module brings.
#include "tenancy/tenancy.hpp"

namespace freehold::tenancy {

Notes notes_on(const Tenant*) {
  return {"Workspace",
          "A customer's workspace.",
          {{"id", "Its id, which never changes."},
           {"slug", "Its name in addresses. A person may change it."},
           {"name", "What people call it."},
           {"created_at", "When it was made."}}};
}

Module module() {
  constexpr std::string_view member = "membership, user, role";
  return {.name = "tenancy",
          .events = {{tenant_created, "owner, source",
                      "A workspace was made, here or elsewhere (source)."},
                     {tenant_renamed, "", "A workspace has another name or address."},
                     {member_added, member, "A person belongs to the workspace."},
                     {member_removed, member, "A person no longer belongs to it."},
                     {member_role_changed, member, "A member has another role."}},
          .constraints = {
              {"slugs_are_taken_once", 409, "slug_taken", "This address is taken. Choose another."},
              {"people_belong_once", 409, "already_member", "This person is a member already."}}};
}

}  // namespace freehold::tenancy
