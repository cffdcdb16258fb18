// Stopping to charge a tenant, and going on: ordered on the tab of its subscription.
#include "billing/billing.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "html/form.hpp"
#include "staff/tenant_frame.hpp"

namespace freehold::staff {
namespace {

// The end of the given day, UTC; nothing without one.
std::optional<Instant> end_of(std::string_view day) {
  if (day.empty()) return {};
  const auto start = parse_rfc3339(std::string(day) + "T00:00:00Z");
  if (!start)
    throw Problem::invalid({{"last_day", "Enter a date such as 2026-12-31, or leave it empty."}});
  return *start + days(1);
}

Task<http::Response> stop(Staff& staff, http::Request& request, db::ControlTx& tx) {
  billing::CollectionPause pause{std::string(request.form().get("behavior")),
                                 end_of(request.form().get("last_day"))};
  co_await billing::pause_collection(tx, std::move(pause), staff.clocks.machine.now());
  co_return http::see_other(tenant_url(request, "/subscription?charging=stopped"));
}

Task<http::Response> go_on(Staff& staff, http::Request& request, db::ControlTx& tx) {
  co_await billing::resume_collection(tx, staff.clocks.machine.now());
  co_return http::see_other(tenant_url(request, "/subscription?charging=resumed"));
}

}  // namespace

json::object collection_model(const http::Request& request) {
  const html::Form form{
      .id = "collection",
      .action = tenant_url(request, "/collection_pause"),
      .submit = "Stop charging",
      .busy = "Stopping…",
      .fields = {{.name = "behavior",
                  .label = "What becomes of invoices",
                  .kind = "select",
                  .options = {{.value = "keep_as_draft", .label = "They wait as drafts"},
                              {.value = "mark_uncollectible", .label = "They are written off"},
                              {.value = "void", .label = "They are void"}}},
                 {.name = "last_day",
                  .label = "Last day",
                  .kind = "date",
                  .hint = "Charging goes on by itself after it. Empty: until you say so.",
                  .optional = true}}};
  return html::form_model(form);
}

void collection_routes(http::Router& at, Staff& staff) {
  auto with = at.with(staff);
  with.post("/tenants/{tenant_id}/collection_pause", stop, http::staff);
  with.post("/tenants/{tenant_id}/collection_resumption", go_on, http::staff);
}

}  // namespace freehold::staff
