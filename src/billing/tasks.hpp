// What only a person can put right about a tenant's money: derived from what is true, opened when
// it begins to be so and resolved when it no longer is.
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "billing/books.hpp"
#include "billing/standing.hpp"
#include "core/id.hpp"
#include "core/keys.hpp"
#include "db/db.hpp"

namespace freehold::billing {

struct TaskTag {
  static constexpr std::string_view prefix = "task";
};
using TaskId = Id<TaskTag>;

// `subject` is the id at Stripe of what it is about:
//   dispute            a dispute that waits for evidence
//   late_payment       an invoice that was paid after its subscription had ended
//   two_subscriptions  the younger of two subscriptions that are both paid for
//   refund_failed      a refund that did not arrive
//   books_differ       an invoice whose amounts do not add up
//   unknown_status     a subscription and its status, which nobody here knows: "sub_1 asleep"
//   seats_refused      the subscription whose number of seats Stripe has refused
struct OpenTask {
  TenantId tenant_id;
  TaskId id;
  std::string kind;
  std::string subject;
  Instant since;
  std::string detail;  // what Stripe said, when it was opened; empty: nothing
};
BOOST_DESCRIBE_STRUCT(OpenTask, (), (tenant_id, id, kind, subject, since, detail))

struct WantedTask {
  std::string kind;
  std::string subject;
  std::string detail = {};

  friend auto operator<=>(const WantedTask&, const WantedTask&) = default;
};
BOOST_DESCRIBE_STRUCT(WantedTask, (), (kind, subject, detail))

// What people call it, and what they can do.
struct TaskWords {
  std::string_view label;
  std::string_view text;
};
TaskWords words_of_task(std::string_view kind);

// A pure function of what is known of a tenant; `seat_refusal` is what Stripe said, if it refuses
// the number of seats.
std::vector<WantedTask> tasks_of(const std::vector<Mirror>& mirrors,
                                 const std::vector<Invoice>& invoices, const Books& books,
                                 const std::optional<std::string>& seat_refusal);

// Makes the open tasks those, and emits `billing.task_opened` for each new one. What a person has
// dealt with is not opened again. Again: nothing.
Task<> note_tasks(db::ControlTx& tx, const std::vector<WantedTask>& wanted);

Task<std::vector<OpenTask>> open_tasks(db::StaffRead& db);         // of all tenants, oldest first
Task<std::vector<OpenTask>> tasks_of_tenant(db::ControlRead& db);  // that are open
// Says that it is dealt with, by an actor of staff, whose id is kept with it. Throws
// Problem::not_found when it is not open.
Task<> resolve_task(db::ControlTx& tx, TaskId id);

}  // namespace freehold::billing
