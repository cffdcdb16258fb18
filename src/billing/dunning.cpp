#include "billing/dunning.hpp"

#include "core/async.hpp"
#include "core/json.hpp"

namespace freehold::billing {
namespace {

const db::TenantQuery<std::string, std::string, std::string, std::string, bool, Instant> reach{
    "billing.reach_dunning_step", R"(
  insert into billing.dunning_step (tenant_id, subscription_id, invoice_id, step, is_sent, reached_at)
  values ($1, $2, $3, $4, $5, $6)
      on conflict on constraint each_dunning_step_is_reached_once do nothing
  returning step)"};

const db::TenantQuery<std::string, std::string> select_latest{"billing.latest_dunning_step", R"(
  select step
    from billing.dunning_step
   where tenant_id = $1 and invoice_id = $2
   order by array_position(array['first', 'reminder', 'last_warning', 'cut'], step) desc
   limit 1)"};

const Invoice* first_unpaid(const Mirror& mirror, const std::vector<Invoice>& invoices) {
  const auto anchor = grace_anchor(mirror, invoices);
  for (const Invoice& invoice : invoices) {
    if (is_overdue(invoice) && invoice.subscription_id == mirror.stripe_id &&
        invoice.finalized_at.value_or(invoice.created_at) == anchor)
      return &invoice;
  }
  return nullptr;
}

// What would come at the cut or after it is left out: a short grace has fewer steps.
std::vector<PlannedStep> steps_from(Instant anchor, const Policy& policy) {
  const Instant cut = anchor + policy.grace;
  std::vector<PlannedStep> steps{{DunningStep::first, anchor}};
  const auto add = [&](DunningStep step, Instant at) {
    if (at > steps.back().at && at < cut) steps.push_back({step, at});
  };
  add(DunningStep::reminder, anchor + policy.reminder_after);
  add(DunningStep::last_warning, cut - policy.last_warning_before);
  steps.push_back({DunningStep::cut, cut});
  return steps;
}

std::string payload_of(const Episode& episode, DunningStep step) {
  return json::serialize(json::object{{"step", name_of(step)},
                                      {"subscription", episode.subscription_id},
                                      {"invoice", episode.invoice.stripe_id},
                                      {"reason", episode.invoice.failure.value_or("soft_decline")},
                                      {"access_until", to_rfc3339(episode.steps.back().at)}});
}

Task<> tell(db::ControlTx& tx, const Episode& episode, std::size_t due) {
  for (std::size_t i = 0; i < due; ++i) {
    const bool latest = i + 1 == due;
    const auto news =
        co_await tx.find(reach, episode.subscription_id, episode.invoice.stripe_id,
                         std::string(name_of(episode.steps[i].step)), latest, tx.now());
    if (!news || !latest) continue;
    co_await events::emit(tx, dunning_step_reached, payload_of(episode, episode.steps[i].step));
  }
}

}  // namespace

std::vector<Episode> episodes(const Facts& facts, const Policy& policy) {
  std::vector<Episode> found;
  for (const Mirror& mirror : facts.mirrors) {
    if (mirror.status != "past_due") continue;
    const Invoice* invoice = first_unpaid(mirror, facts.invoices);
    if (invoice == nullptr) continue;
    const Instant anchor = invoice->finalized_at.value_or(invoice->created_at);
    found.push_back({mirror.stripe_id, *invoice, steps_from(anchor, policy)});
  }
  return found;
}

Task<std::string> latest_dunning_step(db::ControlRead& db, std::string invoice_id) {
  const auto step = co_await db.find(select_latest, std::move(invoice_id));
  co_return step.value_or("");
}

Task<std::optional<Instant>> remind(db::ControlTx& tx, const Facts& facts, const Policy& policy) {
  std::optional<Instant> next;
  for (const Episode& episode : episodes(facts, policy)) {
    const auto later = std::ranges::find_if(
        episode.steps, [&](const PlannedStep& planned) { return planned.at > tx.now(); });
    co_await tell(tx, episode, std::size_t(later - episode.steps.begin()));
    if (later != episode.steps.end() && (!next || later->at < *next)) next = later->at;
  }
  co_return next;
}

}  // namespace freehold::billing
