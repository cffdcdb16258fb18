#include "core/module.hpp"
#include "events/feed.hpp"

namespace freehold::events {

Module module() {
  return {.name = "events",
          .permissions = {{.permission = permissions::events_read, .admin = true}}};
}

}  // namespace freehold::events
