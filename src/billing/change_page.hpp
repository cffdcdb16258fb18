// The page before a change of what is paid for: what changes, what it costs, and agreeing to it.
// Private to this module.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "billing/over_limits.hpp"
#include "billing/page_parts.hpp"

namespace freehold::billing {

struct Gain {
  std::string text;
  bool lost = false;
};
BOOST_DESCRIBE_STRUCT(Gain, (), (text, lost))

// What is allowed `then` that is not now, and what is no longer.
std::vector<Gain> gains_of(const catalog::Catalog& catalog, const entitlements::Snapshot& now,
                           const entitlements::Snapshot& then);

struct TooMuch {
  std::vector<OverLimit> items;
};
BOOST_DESCRIBE_STRUCT(TooMuch, (), (items))

struct HiddenField {
  std::string name;
  std::string value;
};
BOOST_DESCRIBE_STRUCT(HiddenField, (), (name, value))

struct ChangePage {
  std::string title = "Change plan";  // of the window
  html::Tabs tabs = {};
  std::string heading = {};
  std::vector<Gain> gains = {};
  std::vector<html::Row> lines = {};
  html::Row due_today = {};
  std::optional<html::Callout> notice = {};
  std::optional<html::Callout> blocked = {};
  std::optional<TooMuch> too_much = {};
  std::string submit = {};
  std::string action = {};
  html::Action back = {};
  std::vector<HiddenField> fields = {};
  std::vector<Segments> choices = {};
  std::string note = {};
};
BOOST_DESCRIBE_STRUCT(ChangePage, (),
                      (tabs, heading, gains, lines, due_today, notice, blocked, too_much, submit,
                       action, back, fields, choices, note))

// What it costs, in words.
struct Cost {
  std::vector<html::Row> lines = {};
  Money today = {};
  std::string submit = {};
  std::string note = {};
  std::optional<Instant> proration_date = {};  // of a change that is paid now
};
// What is known of it: when Stripe does not say what it costs, only why.
struct Counted {
  Cost cost;
  std::optional<html::Callout> unknown;
};
Task<Counted> counted(Task<Cost> costing, Currency currency);

// The lines, what is due today, and what the form brings back of them: `from` is what the amount
// was counted from.
void show_cost(ChangePage& page, const Counted& counted, std::string from);
// Of an invoice that is unpaid or a subscription that has to go on first.
std::optional<html::Callout> blocked_by(const http::Request& req, const Mirror& current,
                                        const std::vector<Invoice>& invoices);
html::Callout counted_anew();
// Where the workspace has more than is allowed then; nothing: nowhere.
Task<std::optional<TooMuch>> too_much(Billing& billing, const http::Request& req,
                                      const entitlements::Snapshot& then);

// When the amount that the form shows was counted; nothing when that is too long ago, or never was.
std::optional<Instant> shown_at(const http::Fields& form, const Mirror& current, Instant now);
// Whether the person agreed to this: counted from the same, at that time, with that outcome.
bool is_agreed(const http::Fields& form, const Cost& cost, std::string_view from,
               std::optional<Instant> at);

Task<http::Response> show(Billing& billing, http::Request& req, const ChangePage& page, int status);
// Back to the overview, which says how far it is.
http::Response to_overview(const http::Request& req, Ordered ordered);

}  // namespace freehold::billing
