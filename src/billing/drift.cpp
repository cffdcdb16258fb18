// Comparing all of Stripe's subscriptions with our copies. What differs is noted with the time
// since when, and repaired by the ordinary path: the customer is marked as to be fetched.
#include <map>

#include "billing/due.hpp"
#include "billing/json_fields.hpp"
#include "billing/ledger.hpp"
#include "billing/stripe.hpp"
#include "billing/sync.hpp"
#include "core/async.hpp"
#include "core/log.hpp"

namespace freehold::billing {
namespace {

constexpr int most_pages = 10'000;

struct KnownCustomer {
  TenantId tenant_id;
  std::string customer_id;
  bool behind;
};
BOOST_DESCRIBE_STRUCT(KnownCustomer, (), (tenant_id, customer_id, behind))

// One that was fetched since the comparison began is newer than what Stripe listed.
const db::Query<KnownCustomer, std::string, Instant> select_customers{
    "billing.customers_to_compare", R"(
  select tenant_id, customer_id,
         dirty_seq > synced_seq or coalesce(synced_at > $2, true) as behind
    from billing.sync
   where customer_id > $1
   order by customer_id
   limit 500)"};

const db::Query<void, std::optional<TenantId>, std::string, std::string, std::string, std::string,
                std::string, Instant, Uuid>
    note{"billing.note_drift", R"(
  insert into billing.drift (tenant_id, customer_id, subscription_id, field, stripe_says, we_say,
                             since, run)
  values ($1, $2, $3, $4, $5, $6, $7, $8)
      on conflict on constraint a_difference_is_noted_once
      do update set tenant_id = excluded.tenant_id, stripe_says = excluded.stripe_says,
                    we_say = excluded.we_say, run = excluded.run)"};

// What this comparison did not find is over.
const db::Query<void, Uuid> forget{"billing.forget_drift", R"(
  delete from billing.drift
   where run <> $1)"};

const db::Query<Drift> select_drifts{"billing.drifts", R"(
  select tenant_id, customer_id, subscription_id, field, stripe_says, we_say, since
    from billing.drift
   order by since, customer_id, subscription_id, field
   limit 500)"};

// As a hint does, in turn: each fetch takes four requests of the 25 that bulk work may make in a
// second.
constexpr Duration turn = std::chrono::milliseconds(160);
const db::Query<void, std::string, Instant> mark_in_turn{"billing.mark_in_turn", R"(
  update billing.sync
     set dirty_seq = dirty_seq + 1, next_at = $2, dead_at = null, request_id = null, trace_id = null
   where customer_id = $1)"};

using ByCustomer = std::map<std::string, std::vector<Mirror>, std::less<>>;

// Every subscription there is, by customer.
Task<ByCustomer> all_of_stripe(Billing& billing) {
  ByCustomer found;
  Params params{{"status", "all"}, {"limit", "100"}};
  Stripe stripe = billing.stripe.in_bulk();
  for (int n = 0; n < most_pages; ++n) {
    const json::value list = co_await stripe.get("/v1/subscriptions", params);
    const auto page = fields::data_of(list);
    for (const json::value& object : page) {
      const json::value* customer = fields::at(&object, "customer");
      const auto id = customer != nullptr && customer->is_object()
                          ? fields::text(fields::at(customer, "id"))
                          : fields::text(customer);
      found[id.value_or("")].push_back(read_subscription(object, billing.clocks.business.now()));
    }
    if (page.empty() || !fields::flag(fields::at(&list, "has_more"))) co_return found;
    params.resize(2);
    params.emplace_back("starting_after",
                        fields::text(fields::at(&page.back(), "id")).value_or(""));
  }
  // Half a list would make the other half look like drift.
  throw StripeAway("there are more subscriptions than can be compared");
}

std::string time_words(const std::optional<Instant>& at) {
  return at ? to_rfc3339(*at) : "never";
}

void compare(const Drift& about, const Mirror& theirs, const Mirror& ours,
             std::vector<Drift>& into) {
  const auto check = [&](std::string_view field, std::string there, std::string here) {
    if (there == here) return;
    Drift drift = about;
    drift.field = field;
    drift.stripe_says = std::move(there);
    drift.we_say = std::move(here);
    into.push_back(std::move(drift));
  };
  check("status", theirs.status, ours.status);
  check("price", theirs.lookup_key, ours.lookup_key);
  check("cancels_at", time_words(cancels_at(theirs)), time_words(cancels_at(ours)));
  check("period_end", to_rfc3339(theirs.period_end), to_rfc3339(ours.period_end));
}

std::vector<Drift> differences(const Drift& about, const std::vector<Mirror>& theirs,
                               const std::vector<Mirror>& ours) {
  std::vector<Drift> found;
  Drift whole = about;
  whole.field = "subscription";
  for (const Mirror& there : theirs) {
    whole.subscription_id = there.stripe_id;
    const Mirror* here = find_same(ours, there.stripe_id);
    if (here != nullptr) {
      compare(whole, there, *here, found);
    } else if (is_live(there)) {
      whole.stripe_says = there.status;
      whole.we_say = "nothing";
      found.push_back(whole);
    }
  }
  for (const Mirror& here : ours) {
    if (!is_live(here) || find_same(theirs, here.stripe_id) != nullptr) continue;
    whole.subscription_id = here.stripe_id;
    whole.stripe_says = "nothing";
    whole.we_say = here.status;
    found.push_back(whole);
  }
  return found;
}

Task<std::vector<KnownCustomer>> page_of_customers(Billing& billing, std::string after,
                                                   Instant began) {
  db::SystemRead db = billing.database.system_read();
  co_return co_await db.rows(select_customers, std::move(after), began);
}

Task<std::vector<Mirror>> ours_of(Billing& billing, TenantId tenant) {
  db::ControlRead db = billing.database.control_read(worker_in(tenant));
  co_return co_await subscriptions(db);
}

// Of customers that we know; each is taken out of `stripes`, so that strangers are left.
Task<std::vector<Drift>> of_customers(Billing& billing, ByCustomer& stripes, Instant began) {
  std::vector<Drift> found;
  std::string after;
  for (auto page = co_await page_of_customers(billing, after, began); !page.empty();
       page = co_await page_of_customers(billing, after, began)) {
    after = page.back().customer_id;
    for (const KnownCustomer& known : page) {
      auto node = stripes.extract(known.customer_id);
      // What is waiting to be fetched is not drift yet.
      if (known.behind) continue;
      const std::vector<Mirror> theirs = node.empty() ? std::vector<Mirror>() : node.mapped();
      const auto ours = co_await ours_of(billing, known.tenant_id);
      const Drift about{.tenant_id = known.tenant_id, .customer_id = known.customer_id};
      for (Drift& drift : differences(about, theirs, ours)) found.push_back(std::move(drift));
    }
  }
  co_return found;
}

std::vector<Drift> of_strangers(const ByCustomer& stripes) {
  std::vector<Drift> found;
  for (const auto& [customer, mirrors] : stripes)
    for (Drift& drift : differences({.customer_id = customer}, mirrors, {}))
      found.push_back(std::move(drift));
  return found;
}

Task<> keep(Billing& billing, const std::vector<Drift>& found, bool repair) {
  const Instant now = billing.clocks.business.now();
  const Uuid run = new_uuid(billing.clocks.machine.now());
  Instant at = billing.clocks.machine.now();
  std::string last;  // lines of one customer stand together
  db::SystemTx tx = billing.database.system();
  for (const Drift& drift : found) {
    co_await tx.run(note, drift.tenant_id, drift.customer_id, drift.subscription_id, drift.field,
                    drift.stripe_says, drift.we_say, now, run);
    if (!repair || !drift.tenant_id || drift.customer_id == last) continue;
    last = drift.customer_id;
    co_await tx.run(mark_in_turn, drift.customer_id, at);
    at = at + turn;
  }
  co_await tx.run(forget, run);
  co_await tx.commit();
}

}  // namespace

Task<std::vector<Drift>> find_drift(Billing& billing, bool repair) {
  const Instant began = billing.clocks.machine.now();
  ByCustomer stripes = co_await all_of_stripe(billing);
  std::vector<Drift> found = co_await of_customers(billing, stripes, began);
  for (Drift& drift : of_strangers(stripes)) found.push_back(std::move(drift));
  co_await keep(billing, found, repair);
  if (!found.empty()) log::warn("billing.drift", {{"count", found.size()}});
  db::SystemRead db = billing.database.system_read();
  co_return co_await drifts(db);
}

Task<std::vector<Drift>> drifts(db::SystemRead& db) {
  co_return co_await db.rows(select_drifts);
}

}  // namespace freehold::billing
