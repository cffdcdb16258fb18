// The parts of this module's pages. Private to it.
#pragma once

#include "onboarding/onboarding.hpp"

namespace freehold::onboarding {

void signup_routes(http::Router& at, Onboarding& onboarding);
void invitation_routes(http::Router& at, Onboarding& onboarding);
void start_routes(http::Router& at, Onboarding& onboarding);

struct StepState {
  std::string key;
  Instant done_at;
};
BOOST_DESCRIBE_STRUCT(StepState, (), (key, done_at))

// How far this tenant has come, and whether the list was put away.
struct Progress {
  std::vector<StepState> done;
  bool dismissed = false;
  bool is_done(std::string_view key) const;
};
Task<Progress> progress(db::ControlRead& db);

}  // namespace freehold::onboarding
