// What the module brings.
#include "brand/brand.hpp"

namespace freehold::brand {

Module module() {
  return {
      .name = "brand",
      .events = {{brand_changed, "staff, changes", "Staff changed how the installation looks."}}};
}

}  // namespace freehold::brand
