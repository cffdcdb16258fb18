#include "billing/customers.hpp"

#include "audit/audit.hpp"
#include "billing/commands.hpp"
#include "billing/sync.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::billing {
namespace {

constexpr Duration longest_wait = hours(1);

const db::TenantQuery<std::string> lock_mapped{"billing.lock_customer", R"(
  select customer_id
    from billing.customer
   where tenant_id = $1
     for update)"};

const db::TenantQuery<Customer> select_customer{"billing.find_customer", R"(
  select customer_id, deleted_at
    from billing.customer
   where tenant_id = $1)"};

// A customer that was deleted at Stripe is replaced; a living one stays.
const db::TenantQuery<void, std::string, Instant> upsert_customer{"billing.map_customer", R"(
  insert into billing.customer (tenant_id, customer_id, created_at)
  values ($1, $2, $3)
      on conflict on constraint one_customer_per_tenant
      do update set customer_id = excluded.customer_id, created_at = excluded.created_at,
                    deleted_at = null
              where billing.customer.deleted_at is not null)"};

const db::TenantQuery<void, std::string, Instant> replace_customer{"billing.adopt_customer", R"(
  insert into billing.customer (tenant_id, customer_id, created_at)
  values ($1, $2, $3)
      on conflict on constraint one_customer_per_tenant
      do update set customer_id = excluded.customer_id, created_at = excluded.created_at,
                    deleted_at = null)"};

const db::TenantQuery<std::int64_t> count_live{"billing.count_live_subscriptions", R"(
  select count(*)
    from billing.mirror
   where tenant_id = $1 and status not in ('canceled', 'incomplete_expired'))"};

const db::TenantQuery<void, std::string> delete_other_syncs{"billing.forget_sync", R"(
  delete from billing.sync
   where tenant_id = $1 and customer_id <> $2)"};

const db::TenantQuery<void, std::string, Name, Name> insert_sync{"billing.start_sync", R"(
  insert into billing.sync (tenant_id, customer_id, next_at, request_id, trace_id)
  values ($1, $2, '-infinity', $3, $4)
      on conflict on constraint one_sync_per_customer do nothing)"};

const db::TenantQuery<std::int64_t, std::string> count_failed{"billing.count_failed_commands", R"(
  select count(*)
    from billing.command
   where tenant_id = $1 and kind = $2 and state = 'failed')"};

const db::Query<void> adopt_waiting{"billing.adopt_waiting", R"(
  update billing.stripe_event e
     set state = 'hint', reason = null, tenant_id = s.tenant_id
    from billing.sync s
   where e.state = 'waiting' and s.customer_id = e.customer_id)"};

// Following a customer begins with a fetch, which is all that they asked for.
const db::Query<void, Instant> close_known{"billing.close_known", R"(
  update billing.stripe_event e
     set state = 'closed', ended_at = $1, tenant_id = s.tenant_id
    from billing.sync s
   where e.state = 'dead' and coalesce(e.reason, 'unknown_customer') = 'unknown_customer'
     and s.customer_id = e.customer_id)"};

const db::Query<void, Instant, Instant> bury_waiting{"billing.bury_waiting", R"(
  update billing.stripe_event
     set state = 'dead', reason = coalesce(reason, 'unknown_customer'), ended_at = $2
   where state = 'waiting' and received_at < $1)"};

Params params_of(const tenancy::Tenant& tenant, const std::string& email) {
  Params params{{"name", tenant.name}, {"metadata[tenant]", to_string(tenant.id)}};
  if (!email.empty()) params.emplace_back("email", email);
  return params;
}

// The same for everybody who orders this tenant's customer at the same time, so that one is made;
// another one after the customer was deleted, or after Stripe has refused to make it.
Uuid command_id(TenantId tenant, const std::optional<Customer>& previous, std::int64_t failed) {
  const std::string text = fmt::format("customer {} {} {}", to_string(tenant),
                                       previous ? previous->customer_id : "", failed);
  const Digest digest = sha256(text);
  Uuid id;
  std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
  return id;
}

// Stores the command that makes the customer, if it is not stored yet.
Task<Uuid> order_customer(Billing& billing, const Actor& actor, std::optional<Customer> previous) {
  db::ControlRead db = billing.database.control_read(actor);
  const std::string email = co_await billing.owner_email(db);
  const tenancy::Tenant tenant = co_await tenancy::get_tenant(db);
  db::ControlTx tx = billing.database.control(actor);
  const auto failed = co_await tx.row(count_failed, std::string(kind::create_customer));
  const Uuid id = command_id(actor.tenant(), previous, failed);
  const NewCommand command{id, std::string(kind::create_customer), "/v1/customers",
                           params_of(tenant, email)};
  co_await store_command(tx, command, billing.clocks.machine.now());
  co_await tx.commit();
  co_return id;
}

bool is_alive(const std::optional<Customer>& customer) {
  return customer && !customer->deleted_at;
}

// Its events are followed from now on, beginning with a first fetch; another one's no longer.
Task<> follow_customer(db::ControlTx& tx, std::string customer_id) {
  co_await tx.run(delete_other_syncs, customer_id);
  const Origin& origin = tx.actor().origin();
  co_await tx.run(insert_sync, customer_id, name_of(origin.request_id), name_of(origin.trace_id));
}

}  // namespace

Task<std::optional<std::string>> lock_customer(db::ControlTx& tx) {
  co_return co_await tx.find(lock_mapped);
}

Task<std::optional<Customer>> find_customer(db::ControlRead& db) {
  co_return co_await db.find(select_customer);
}

Task<> map_customer(db::ControlTx& tx, std::string customer_id) {
  const auto mapped = co_await tx.run(upsert_customer, customer_id, tx.now());
  if (mapped > 0) co_await follow_customer(tx, std::move(customer_id));
}

Task<bool> adopt_customer(db::ControlTx& tx, std::string customer_id) {
  const std::int64_t live = co_await tx.row(count_live);
  if (live > 0) co_return false;
  co_await tx.run(replace_customer, customer_id, tx.now());
  audit::Act act{
      .action = "billing.customer_adopted", .target_type = "customer", .target_id = customer_id};
  co_await audit::record(tx, std::move(act));
  co_await follow_customer(tx, std::move(customer_id));
  co_return true;
}

Task<std::string> ensure_customer(Billing& billing, const Actor& actor) {
  db::ControlRead db = billing.database.control_read(actor);
  const auto known = co_await find_customer(db);
  if (is_alive(known)) co_return known->customer_id;
  const Uuid command = co_await order_customer(billing, actor, known);
  co_await carry_out(billing, actor, command);
  const auto made = co_await find_customer(db);
  if (is_alive(made)) co_return made->customer_id;
  throw Problem::unavailable("stripe_away",
                             "Payments are not available right now. Nothing was bought; try again "
                             "in a few minutes.");
}

Task<> create_customer(Billing& billing, const events::Job& job) {
  if (json::parse(job.event.payload).as_object().contains("source")) co_return;
  const Actor actor = job.actor();
  db::ControlRead db = billing.database.control_read(actor);
  const auto known = co_await find_customer(db);
  if (is_alive(known)) co_return;
  const Uuid command = co_await order_customer(billing, actor, known);
  co_await carry_out(billing, actor, command);
}

Task<> settle_waiting(db::Database& database, Instant machine_now) {
  db::SystemTx tx = database.system();
  co_await tx.run(adopt_waiting);
  co_await tx.run(close_known, machine_now);
  co_await tx.run(bury_waiting, machine_now - longest_wait, machine_now);
  co_await tx.commit();
}

}  // namespace freehold::billing
