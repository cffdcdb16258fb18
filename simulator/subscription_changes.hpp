// A change of what a subscription bills: its items, quantities, discounts and anchor, with the
// prorations and the invoice that follow from it.
// https://docs.stripe.com/billing/subscriptions/prorations,
// https://docs.stripe.com/billing/subscriptions/pending-updates
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "simulator/discounts.hpp"
#include "simulator/invoices.hpp"
#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

struct ItemChange {
  std::string id;     // empty: a new item
  std::string price;  // empty: the one it has
  std::optional<std::int64_t> quantity = {};
  bool deleted = false;
  bool clear_usage = false;
  std::optional<json::object> metadata = {};
  std::optional<std::vector<DiscountWanted>> discounts = {};
  std::string path;  // of the parameter, for what is wrong with it
};

struct Change {
  std::vector<ItemChange> items = {};
  std::optional<std::vector<DiscountWanted>> discounts = {};
  bool anchor_now = false;
  std::string proration = "create_prorations";  // or always_invoice, none
  std::int64_t proration_date = 0;              // 0: now
  std::string payment_behavior = "allow_incomplete";

  bool of_billing() const { return !items.empty() || anchor_now; }
};

// The parameters of a change as an update of the subscription has them ("items"), and as one of its
// items (price, quantity, …).
Change read_change(const State& state, const Params& params, const Record& subscription);
ItemChange read_item_change(const State& state, const Params& params, const json::object& current);
void read_proration(const Params& params, const json::object& subscription, Change& change);

// Changes the subscription and leaves its prorations as invoice items. What must be invoiced at
// once; nothing when it can wait for the next period.
std::optional<Contents> apply_change(State& state, Record& subscription, const Change& change);

// The whole of it: the change, its events, its invoice and what becomes of that.
void carry_out_change(State& state, const std::string& subscription, const Change& change);
// The invoice that it would make, or the next one after it.
json::object preview_of_change(State& state, const std::string& subscription, const Change& change);
json::object preview_of_renewal(State& state, const std::string& subscription);
// Bills a change that is applied already, as its payment_behavior says.
void bill_change(State& state, const std::string& subscription, const Contents& contents,
                 std::string_view payment_behavior);
// Throws the 402 of an invoice that is not paid, which undoes the call.
void refuse_unpaid(const State& state, const std::string& invoice);
// Takes a change that waits for its payment back, with its invoice.
void drop_pending_update(State& state, const std::string& subscription, std::string_view event);
// The invoice that a change waits for: it was not paid yet, or it is settled now. False when the
// invoice is another one.
bool pending_update_refused(State& state, const std::string& subscription,
                            const std::string& invoice);
bool pending_update_settled(State& state, const std::string& subscription,
                            const std::string& invoice);

// What the items cost for one period, without and with the discounts that run.
std::int64_t subtotal_of(const State& state, const json::object& subscription);
json::object nets_of(const State& state, const json::object& subscription);

// How long a period of the item is; the one before a later anchor is only a part of that.
std::int64_t whole_period(const State& state, const Record& subscription, const json::object& item);
// Gives back the unused part of what `item` was billed for, from `at` on.
void credit_unused(State& state, const Record& subscription, const json::object& item,
                   std::int64_t at);
// Charges the rest of its period for `item`, which costs `net` for the whole of it.
void charge_rest(State& state, const Record& subscription, const json::object& item,
                 std::int64_t net, std::int64_t at);
// Usage of metered items that no invoice has yet.
Span unbilled_usage(const State& state, const Record& subscription);

}  // namespace freehold::simulator
