// How an installation looks to its customers: name, logo, colours, the sender of mails, the word
// for a tenant. The configuration says it first; what staff save in their panel goes before it, on
// every node within a second.
#pragma once

#include <memory>
#include <optional>

#include "brand/face.hpp"
#include "brand/look.hpp"
#include "core/module.hpp"
#include "core/runtime.hpp"
#include "core/task.hpp"
#include "db/db.hpp"
#include "events/events.hpp"
#include "http/router.hpp"

namespace freehold::brand {

inline constexpr EventType brand_changed{"brand.changed"};
Module module();

class Brand {
 public:
  // `configured` must have no mistakes.
  Brand(Runtime& runtime, db::Database& database, Look configured);
  ~Brand();

  // From memory, on any thread.
  std::shared_ptr<const Face> current() const;
  const Look& configured() const;
  // Rises with each save; 0 before the first. A save names the one it was made from.
  std::int64_t version() const;

  // Looks into the database once: at start, after a save, and each second when started.
  Task<> look();
  // Starts, on thread 0, looking once a second; more than once is the same as once.
  void start();
  Task<> drain();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// Keeps what differs from the configuration and tells which fields changed, by `brand.changed`.
// Throws Problem 422 for a look with mistakes, 409 `brand_changed` when somebody else saved since
// `version`. The node that calls it shows the new look when it has returned.
Task<> save(Brand& brand, db::Database& database, Look look, std::int64_t version,
            std::string staff_id);

// GET /brand/{file}: the style sheet and the logo, by addresses that never change their meaning.
void routes(http::Router& at, const Brand& brand);

}  // namespace freehold::brand
