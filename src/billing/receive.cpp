#include "billing/receive.hpp"

#include <array>

#include "billing/json_fields.hpp"
#include "billing/paid_by.hpp"
#include "billing/stripe.hpp"
#include "billing/sync.hpp"
#include "core/async.hpp"
#include "core/log.hpp"
#include "core/utf8.hpp"

namespace freehold::billing {
namespace {

constexpr Duration asked_again_after = minutes(1);

// What says something about a customer, its subscriptions, its invoices or its cards. Thin events
// carry the same types behind "v1.".
constexpr std::array followed{std::string_view("customer."),
                              std::string_view("invoice."),
                              std::string_view("invoice_payment."),
                              std::string_view("checkout."),
                              std::string_view("payment_method."),
                              std::string_view("setup_intent."),
                              std::string_view("charge."),
                              std::string_view("refund."),
                              std::string_view("credit_note."),
                              std::string_view("payment_intent."),
                              std::string_view("subscription_schedule.")};

struct Kept {
  std::string state;
};
BOOST_DESCRIBE_STRUCT(Kept, (), (state))

using Maybe = std::optional<std::string>;

// One statement, because a burst of webhooks is answered as fast as this is. What is stored already
// stays as it is, and its customer is behind all the same. A thin event and its twin are one:
// whichever comes second is only kept, unless the first still waits to be understood.
const db::Query<Kept, std::string, bool, std::string, Maybe, Instant, Instant, Maybe, db::RawJson,
                bool, std::string, Maybe, Maybe, Maybe, Name, Name>
    insert_event{"billing.store_event", R"(
  with twin as (
    select true as is_known
      from billing.stripe_event
     where id = $13 and livemode = $2 and state <> 'dead'
    union all
    select true
      from billing.stripe_event
     where twin_id = $1 and livemode = $2 and state <> 'waiting'
     limit 1),
  raised as (
    update billing.sync
       set dirty_seq = dirty_seq + 1, next_at = '-infinity', dead_at = null, request_id = $14,
           trace_id = $15
     where $9 and customer_id = $4 and not exists (select from twin)
    returning tenant_id)
  insert into billing.stripe_event (tenant_id, id, livemode, type, customer_id, created_at,
                                    received_at, api_version, state, reason, about, twin_id, next_at,
                                    ended_at, payload)
  select (select tenant_id from raised), $1, $2, $3, $4, $5, $6, $7, fate.state,
         case when fate.state = 'waiting' and $11 is null then 'unknown_customer'
              when fate.state = $10 then $11
              when exists (select from twin) then 'twin' end,
         $12, $13,
         case when $12 is not null and $13 is null then $6
              when $12 is not null then $6 + interval '5 seconds' end,  -- its twin may be on its way
         case when fate.state = 'dead' then $6 end, $8
    from (select case when exists (select from twin) then 'ignored'
                      when exists (select from raised) then 'hint'
                      else $10 end as state) fate
      on conflict on constraint stripe_events_arrive_once do nothing
  returning state)"};

struct Unclear {
  std::string id;
  bool livemode;
  std::string type;
  std::string about;
  Maybe twin_id;
};
BOOST_DESCRIBE_STRUCT(Unclear, (), (id, livemode, type, about, twin_id))

const db::Query<Unclear, Instant, Instant> take_unclear{"billing.take_unclear_event", R"(
  update billing.stripe_event e
     set next_at = $2
   where (e.id, e.livemode) = (select u.id, u.livemode
                                 from billing.stripe_event u
                                where u.state = 'waiting' and u.about is not null
                                  and u.next_at <= $1
                                order by u.next_at
                                limit 1
                                  for update skip locked)
  returning e.id, e.livemode, e.type, coalesce(e.about) as about, e.twin_id)"};

const db::Query<bool, std::string, bool> select_twin{"billing.has_twin", R"(
  select true
    from billing.stripe_event
   where id = $1 and livemode = $2)"};

const db::Query<void, std::string, bool, std::string, Maybe, Maybe, std::optional<TenantId>,
                Instant>
    settle_unclear{"billing.settle_unclear_event", R"(
  update billing.stripe_event
     set state = $3, reason = $4, customer_id = $5, tenant_id = $6, about = null,
         ended_at = case when $3 = 'dead' then $7 end
   where id = $1 and livemode = $2 and state = 'waiting')"};

struct Fate {
  std::string state;
  Maybe reason;
};

// Where no customer is found to be behind.
Fate fate_of(const Billing& billing, const Hint& hint) {
  if (!is_followed(hint.type)) return {"ignored", {}};
  // An event of the other mode speaks of another world's objects.
  if (hint.livemode != billing.stripe.is_live()) return {"dead", "other_mode"};
  if (hint.customer) return {"waiting", "unknown_customer"};
  if (hint.about) return {"waiting", "thin"};
  return {"ignored", {}};
}

// What Stripe says of the object of a thin event: whose it is. Nothing: it is nobody's.
Task<Maybe> find_customer_of(Stripe& stripe, std::string about) {
  const json::value object = co_await stripe.get(about, {});
  if (fields::text(fields::at(&object, "object")) == "customer")
    co_return fields::text(fields::at(&object, "id"));
  const json::value* customer = fields::at(&object, "customer");
  const auto charge = fields::id_of(fields::at(&object, "charge"));
  if (fields::id_of(customer) || !charge) co_return fields::id_of(customer);
  co_return co_await find_customer_of(stripe, "/v1/charges/" + *charge);  // a refund or a dispute
}

Task<> end_unclear(Billing& billing, const Unclear& event, Fate fate, Maybe customer = {}) {
  db::SystemTx tx = billing.database.system();
  std::optional<TenantId> tenant;
  if (customer) {
    tenant = co_await note_hint(tx, *customer, {});
    fate = tenant ? Fate{"hint", {}} : Fate{"waiting", "unknown_customer"};
  }
  co_await tx.run(settle_unclear, event.id, event.livemode, fate.state, fate.reason, customer,
                  tenant, billing.clocks.machine.now());
  co_await tx.commit();
}

}  // namespace

bool is_followed(std::string_view type) {
  if (type.starts_with("v1.")) type.remove_prefix(3);
  return std::ranges::any_of(followed,
                             [&](std::string_view prefix) { return type.starts_with(prefix); });
}

Task<> store_event(Billing& billing, const Hint& heard, std::string payload, Origin origin) {
  Hint hint = heard;
  db::SystemTx tx = billing.database.system();
  if (!hint.customer) hint.customer = co_await customer_who_paid(tx, hint);
  const Fate fate = fate_of(billing, hint);
  const bool matters = fate.state == "waiting" && hint.customer.has_value();
  Maybe about;
  if (fate.reason == "thin") about = hint.about;
  const db::RawJson body{std::move(payload)};
  const auto kept = co_await tx.find(insert_event, hint.id, hint.livemode, hint.type, hint.customer,
                                     hint.created, billing.clocks.machine.now(), hint.api_version,
                                     body, matters, fate.state, fate.reason, about, hint.twin,
                                     name_of(origin.request_id), name_of(origin.trace_id));
  co_await tx.commit();
  billing.counts->count(hint.type, kept ? kept->state : "repeated");
}

Task<> store_unreadable(Billing& billing, std::string body) {
  const bool is_text = is_utf8(body) && body.find('\0') == std::string::npos;
  const json::value kept{{"unreadable", is_text ? body : to_hex(body)}};
  const Hint hint{.id = "unreadable_" + to_hex(view(sha256(body))).substr(0, 32),
                  .type = "unreadable",
                  .customer = {},
                  .api_version = {},
                  .created = billing.clocks.business.now(),
                  .livemode = billing.stripe.is_live()};
  const db::RawJson payload{json::serialize(kept)};
  db::SystemTx tx = billing.database.system();
  const Maybe none;
  const auto stored = co_await tx.find(insert_event, hint.id, hint.livemode, hint.type, none,
                                       hint.created, billing.clocks.machine.now(), none, payload,
                                       false, "dead", "unreadable", none, none, none, none);
  co_await tx.commit();
  billing.counts->count(hint.type, stored ? "dead" : "repeated");
}

Task<bool> look_up_step(Billing& billing) {
  if (!billing.stripe.configured()) co_return false;
  const Instant now = billing.clocks.machine.now();
  db::SystemTx tx = billing.database.system();
  const auto event = co_await tx.find(take_unclear, now, now + asked_again_after);
  std::optional<bool> twin;
  if (event && event->twin_id)
    twin = co_await tx.find(select_twin, *event->twin_id, event->livemode);
  co_await tx.commit();
  if (!event) co_return false;
  Fate fate{"ignored", {}};
  Maybe customer;
  if (twin) {
    fate.reason = "twin";
  } else {
    try {
      customer = co_await find_customer_of(billing.stripe, event->about);
    } catch (const StripeRefusal& refusal) {
      if (refusal.may_pass_later()) co_return true;
      fate = {"dead", "object_missing"};
    } catch (const StripeAway&) {
      co_return true;  // asked again in a minute
    }
  }
  co_await end_unclear(billing, *event, fate, customer);
  co_return true;
}

}  // namespace freehold::billing
