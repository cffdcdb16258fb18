// Trials that begin when a card is entered: one for each workspace and for each card, so that
// another workspace with the same card pays at once.
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>

#include "core/keys.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "db/db.hpp"

namespace freehold::billing {

// The card of a trial had one in another workspace; the trial is ended.
inline constexpr EventType trial_refused{"trial.refused"};

struct RefusedTrial {
  std::string subscription_id;
  Instant refused_at;
};
BOOST_DESCRIBE_STRUCT(RefusedTrial, (), (subscription_id, refused_at))
Task<std::optional<RefusedTrial>> find_refused_trial(db::ControlRead& db);

// Decides about the trial of a subscription, as Stripe describes it, if it is one and nothing was
// decided of the workspace before: it takes the card for the workspace, or orders its own end.
// Again, in whatever order: nothing. A card without a fingerprint is nobody's.
Task<> decide_card_trial(db::ControlTx& tx, std::string subscription, Instant machine_now);

}  // namespace freehold::billing
