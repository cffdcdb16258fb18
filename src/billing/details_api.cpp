// Billing details for programs: /api/v1/billing_details.
#include "billing/about.hpp"
#include "billing/details.hpp"
#include "billing/handlers.hpp"
#include "billing/resources.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "http/operation.hpp"

namespace freehold::billing {

struct DetailsResource {
  static constexpr std::string_view object = "billing_details";
  std::string legal_name = {};
  PostalAddress address = {};
  std::optional<TaxId> tax_id = {};
  std::string po_number = {};
  std::vector<std::string> invoice_emails = {};
};
BOOST_DESCRIBE_STRUCT(DetailsResource, (), (legal_name, address, tax_id, po_number, invoice_emails))

struct DetailsChanges {
  std::optional<std::string> legal_name = {};
  std::optional<PostalAddress> address = {};
  std::optional<TaxId> tax_id = {};
  std::optional<std::string> po_number = {};
  std::optional<std::vector<std::string>> invoice_emails = {};
};
BOOST_DESCRIBE_STRUCT(DetailsChanges, (), (legal_name, address, tax_id, po_number, invoice_emails))

Notes notes_on(const DetailsResource*) {
  return {"BillingDetails",
          "Who the workspace is on its invoices.",
          {{"legal_name", "As it is registered; empty: the workspace's name."},
           {"address", "Where it is."},
           {"tax_id", "Null: none."},
           {"po_number", "Stands on every invoice; empty: none."},
           {"invoice_emails", "Where invoices are sent; none: to the first owner."}}};
}

Notes notes_on(const DetailsChanges*) {
  return {"BillingDetailsChanges",
          "What is to be changed.",
          {{"legal_name", "Empty: the workspace's name stands on invoices."},
           {"address", "As a whole."},
           {"tax_id", "With an empty `value`: none any more."},
           {"po_number", "Empty: none any more."},
           {"invoice_emails", "As a whole, ten at most."}}};
}

namespace {

DetailsResource some_details() {
  return {.legal_name = "Northwind GmbH",
          .address = {"Lindenstr. 4", "", "Berlin", "", "10969", "DE"},
          .tax_id = TaxId{"eu_vat", "DE811907980"},
          .po_number = "4711",
          .invoice_emails = {"finance@northwind.example"}};
}

http::Operation reading(Schemas& schemas) {
  return {.id = "get_billing_details",
          .tag = &about_billing,
          .summary = "Read billing details",
          .answers = {http::answer_like(schemas, 200, "What was saved.", some_details())}};
}

http::Operation changing(Schemas& schemas) {
  const DetailsChanges changes{.po_number = "4712"};
  return {.id = "change_billing_details",
          .tag = &about_billing,
          .summary = "Change billing details",
          .about =
              "They stand on invoices from the next one on. A tax id is refused when it does "
              "not have the form of its kind.",
          .body = http::body_like(schemas, changes),
          .answers = {http::answer_like(schemas, 200, "What is saved now.", some_details()),
                      http::answer_like(schemas, 202,
                                        "It is saved; Stripe does not answer, and is told as soon "
                                        "as it does.",
                                        some_details())},
          .refusals = {{"invalid_input"}, {"details_changed"}}};
}

DetailsResource resource_of(const Details& details) {
  DetailsResource resource{.legal_name = details.legal_name,
                           .address = details.address,
                           .po_number = details.po_number,
                           .invoice_emails = details.invoice_emails};
  if (!details.tax_id.value.empty()) resource.tax_id = details.tax_id;
  return resource;
}

void apply(DetailsChanges changes, Details& details) {
  if (changes.legal_name) details.legal_name = std::move(*changes.legal_name);
  if (changes.address) details.address = std::move(*changes.address);
  if (changes.tax_id) details.tax_id = std::move(*changes.tax_id);
  if (changes.po_number) details.po_number = std::move(*changes.po_number);
  if (changes.invoice_emails) details.invoice_emails = std::move(*changes.invoice_emails);
}

Task<http::Response> show(http::Request&, db::ControlRead& db) {
  const Details details = co_await get_details(db);
  co_return http::json(resource_of(details));
}

Task<http::Response> change(Billing& billing, http::Request& req, db::Database&) {
  auto changes = read_json_document<DetailsChanges>(req.body);
  db::ControlRead db = billing.database.control_read(req.actor());
  Details details = co_await get_details(db);
  apply(std::move(changes), details);
  const Saved saved = co_await save_details(billing, req.actor(), std::move(details));
  const DetailsResource resource = resource_of(saved.details);
  if (saved.ordered == Ordered::queued) co_return http::accepted(resource);
  co_return http::json(resource);
}

}  // namespace

void details_api_routes(http::Router& at, Billing& billing) {
  using namespace permissions;
  const http::Words open{.while_limited = true};
  const std::string_view path = "/api/v1/billing_details";
  at.get(path, show, billing_read, described(reading, open));
  at.with(billing).patch(path, change, billing_manage, described(changing, open));
}

}  // namespace freehold::billing
