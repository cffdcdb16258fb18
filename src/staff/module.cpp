// What the module brings.
#include "staff/staff.hpp"

namespace freehold::staff {

Module module() {
  return {.name = "staff",
          .events = {{staff_created, "staff", "A member of staff has an account."},
                     {staff_logged_in, "staff", "A member of staff logged in."},
                     {job_replayed, "staff, job", "A failed event of no workspace was replayed."},
                     {webhooks_replayed,
                      "staff, event, customer, type, reason, since, until, followed, waiting, dead",
                      "Failed webhooks were replayed: which, and what became of them."},
                     {webhooks_discarded,
                      "staff, event, customer, type, reason, since, until, because, discarded",
                      "Failed webhooks were discarded: which, why, and how many."}}};
}

}  // namespace freehold::staff
