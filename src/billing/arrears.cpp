#include "billing/arrears.hpp"

#include "billing/dunning.hpp"
#include "core/async.hpp"
#include "core/json.hpp"

namespace freehold::billing {
namespace {

struct Line {
  std::string subscription_id;
  std::string invoice_id;
  std::string step;
  std::string currency;
  std::int64_t amount = 0;
  Instant since;
};
BOOST_DESCRIBE_STRUCT(Line, (), (subscription_id, invoice_id, step, currency, amount, since))

const db::TenantQuery<void, db::RawJson> delete_paid{"billing.end_arrears", R"(
  delete from billing.arrears a
   where a.tenant_id = $1
     and not exists (select
                       from jsonb_to_recordset($2) r (subscription_id text)
                      where r.subscription_id = a.subscription_id))"};

const db::TenantQuery<void, db::RawJson> upsert_lines{"billing.note_arrears", R"(
  insert into billing.arrears (tenant_id, subscription_id, invoice_id, step, currency, amount, since)
  select $1, r.subscription_id, r.invoice_id, r.step, r.currency, r.amount, r.since
    from jsonb_to_recordset($2) r (
           subscription_id text, invoice_id text, step text, currency text, amount bigint,
           since timestamptz)
      on conflict on constraint one_row_per_subscription_in_arrears
      do update set invoice_id = excluded.invoice_id, step = excluded.step,
                    currency = excluded.currency, amount = excluded.amount, since = excluded.since)"};

// Of the steps that are due the last; the first one is due with the failure.
DunningStep reached(const Episode& episode, Instant now) {
  DunningStep latest = DunningStep::first;
  for (const PlannedStep& planned : episode.steps)
    if (planned.at <= now) latest = planned.step;
  return latest;
}

}  // namespace

Task<> note_arrears(db::ControlTx& tx, const Facts& facts, const Policy& policy) {
  std::vector<Line> lines;
  for (const Episode& episode : episodes(facts, policy))
    lines.push_back({.subscription_id = episode.subscription_id,
                     .invoice_id = episode.invoice.stripe_id,
                     .step = std::string(name_of(reached(episode, tx.now()))),
                     .currency = episode.invoice.currency,
                     .amount = episode.invoice.amount_remaining,
                     .since = episode.steps.front().at});
  const db::RawJson list{json::serialize(to_json(lines))};
  co_await tx.run(delete_paid, list);
  if (!lines.empty()) co_await tx.run(upsert_lines, list);
}

}  // namespace freehold::billing
