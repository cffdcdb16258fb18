// Reminding who has not paid: which steps of an episode are due, as a pure function of state, and
// the record that each is told once. Private to this module.
#pragma once

#include "billing/billing.hpp"

namespace freehold::billing {

enum class DunningStep { first, reminder, last_warning, cut };
BOOST_DESCRIBE_ENUM(DunningStep, first, reminder, last_warning, cut)

struct PlannedStep {
  DunningStep step;
  Instant at;
};

// A subscription that is past due, and the invoice that its grace is counted from. A second failed
// invoice or attempt changes nothing; another first unpaid invoice is another episode.
struct Episode {
  std::string subscription_id;
  Invoice invoice;
  std::vector<PlannedStep> steps;  // by time; the last is the cut
};
std::vector<Episode> episodes(const Facts& facts, const Policy& policy);

// Records what is due by now and emits `dunning.step_reached` for the latest of each episode,
// unless it was told before. When the next step is due; nothing: no more.
Task<std::optional<Instant>> remind(db::ControlTx& tx, const Facts& facts, const Policy& policy);

}  // namespace freehold::billing
