// Invoices: drafted, finalized, collected, retried, and at last paid, void or uncollectible.
// https://docs.stripe.com/api/invoices,
// https://docs.stripe.com/invoicing/integration/workflow-transitions
#pragma once

#include <optional>

#include "simulator/cards.hpp"
#include "simulator/invoice_lines.hpp"
#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

json::value retrieve_invoice(State& state, Params& params);
json::value list_invoices(State& state, Params& params);
json::value create_preview(State& state, Params& params);
json::value list_invoice_lines(State& state, Params& params);
json::value pay_invoice(State& state, Params& params);
json::value finalize_invoice(State& state, Params& params);
json::value void_invoice(State& state, Params& params);
json::value mark_invoice_uncollectible(State& state, Params& params);
json::value create_invoice(State& state, Params& params);
json::value delete_invoice(State& state, Params& params);
json::value update_invoice(State& state, Params& params);
json::value mail_invoice(State& state, Params& params);
json::value list_invoice_payments(State& state, Params& params);
json::value retrieve_invoice_payment(State& state, Params& params);

// The invoice's payments as a list object, for "expand[]=payments".
json::object payments_of(const State& state, const std::string& invoice);

// What goes on an invoice of a subscription besides the invoice items that wait for it.
struct Contents {
  bool period = true;              // what the items cost for their current period
  bool part = false;               // which is shorter than their others
  std::optional<Span> usage = {};  // what was used of the metered ones
};
// What every draft begins with. The owner is its subscription, or what is like one without an id:
// how an invoice that is made by hand is collected and taxed.
json::object blank_invoice(const State& state, const std::string& id, const json::object& owner,
                           std::string_view reason);
// Keeps what the customer is called and where it is.
void copy_customer(const State& state, json::object& invoice);
// A draft; the subscription's latest_invoice from now on. Tells nobody yet.
std::string draft_invoice(State& state, const std::string& subscription, std::string_view reason,
                          const Contents& contents);
// Tells of the draft. With `auto_advance` it is finalized an hour after every endpoint has
// acknowledged invoice.created, and after three days in any case.
void announce_draft(State& state, const std::string& invoice, bool auto_advance);
void finalize(State& state, const std::string& invoice);
// The same for a call, which fails when the invoice must stay a draft.
void finalize_now(State& state, const std::string& invoice);
// Whether the clock goes on with it by itself: an hour from now, or not at all.
void set_advance(State& state, Record& invoice, bool advances);

// How an attempt to collect ended.
struct Collection {
  bool paid = false;
  bool pending = false;  // the bank's answer comes later
  std::optional<Decline> decline = {};

  bool failed() const { return !paid && !pending; }  // without a decline: nothing to pay with
};
// Tries to collect an open invoice from `payment_method`, or from the default one when it is empty,
// and tells the subscription. A first failure that `retried` says may be repeated plans the
// retries.
Collection collect(State& state, const std::string& invoice, const std::string& payment_method,
                   bool retried);
// The bank has answered about a collection that was pending.
void settle_pending(State& state, const std::string& invoice,
                    const std::optional<Decline>& decline);
void mark_paid(State& state, const std::string& invoice);
void void_open(State& state, const std::string& invoice);
void mark_uncollectible(State& state, const std::string& invoice);
// No further attempts by the clock.
void stop_collection(State& state, const std::string& invoice);

// Whether it is sent to the customer to be paid by a date (collection_method=send_invoice), instead
// of being charged; of a subscription, whether its invoices are.
bool is_sent(const json::object& invoice);
// days_until_due or due_date of a call, for an invoice that is sent.
void apply_due_date(const State& state, const Params& params, Record& invoice);
// Tells that an open one was mailed.
void mail(State& state, const std::string& invoice);
// Its date has passed.
void miss_due_date(State& state, const std::string& invoice);

// The 402 of a failed collection, with the charge and payment intent in it.
StripeError collection_error(const State& state, const std::string& invoice,
                             const Collection& collection);

// What the clock has to do: finalize and collect, or retry; notice that a due date has passed.
std::optional<std::int64_t> invoice_due(const Record& invoice);
void turn_invoice(State& state, const std::string& invoice);

// Every endpoint has acknowledged the event: a draft that waited for it may go on.
void event_acknowledged(State& state, const std::string& event);

// The subscription behind an invoice.
std::string subscription_of(const json::object& invoice);

}  // namespace freehold::simulator
