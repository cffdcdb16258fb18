#include "billing/paid_by.hpp"

#include "core/async.hpp"

namespace freehold::billing {
namespace {

const db::Query<std::string, std::string> by_charge{"billing.customer_of_charge", R"(
  select customer_id
    from billing.charge
   where stripe_id = $1
   order by created_at
   limit 1)"};

const db::Query<std::string, std::string> by_intent{"billing.customer_of_intent", R"(
  select customer_id
    from billing.charge
   where payment_intent_id = $1
   order by created_at
   limit 1)"};

}  // namespace

Task<std::optional<std::string>> customer_who_paid(db::SystemTx& tx, const Hint& hint) {
  if (hint.charge) co_return co_await tx.find(by_charge, *hint.charge);
  if (hint.payment_intent) co_return co_await tx.find(by_intent, *hint.payment_intent);
  co_return std::nullopt;
}

}  // namespace freehold::billing
