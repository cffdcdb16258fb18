// What the module brings.
#include "identity/identity.hpp"

namespace freehold::identity {

Module module() {
  return {
      .name = "identity",
      .events = {{signup_requested, "token", "Somebody wants an account."},
                 {signup_for_existing_account, "user", "Somebody with an account signed up again."},
                 {password_reset_requested, "token", "A link for a new password was asked for."},
                 {password_changed, "user", "A password was changed or reset."}}};
}

}  // namespace freehold::identity
