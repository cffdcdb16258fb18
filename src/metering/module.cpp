// What the module brings.
#include "metering/metering.hpp"

namespace freehold::metering {

Module module() {
  return {.name = "metering",
          .events = {{threshold_reached, "meter, percent, used, limit",
                      "Usage of a meter reached 80 or 100 percent of its limit in this period."}}};
}

}  // namespace freehold::metering
