// /t/{slug}/billing/details: who the workspace is on its invoices, and the way to Stripe's portal.
#include <charconv>

#include "billing/details.hpp"
#include "billing/handlers.hpp"
#include "billing/page_parts.hpp"
#include "billing/portal.hpp"
#include "billing/tax_ids.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "core/words.hpp"
#include "html/form.hpp"
#include "html/frame.hpp"

namespace freehold::billing {
namespace {

std::vector<html::Option> country_options() {
  std::vector<html::Option> options{{.value = "", .label = "Choose a country"}};
  for (const Country& country : countries())
    options.push_back({.value = std::string(country.code), .label = std::string(country.name)});
  return options;
}

std::vector<html::Option> tax_id_options() {
  std::vector<html::Option> options{{.value = "", .label = "None"}};
  for (const TaxIdKind& kind : tax_id_kinds())
    options.push_back(
        {.value = std::string(kind.type),
         .label = tax_id_text({std::string(kind.type), "(" + example_of(kind) + ")"})});
  return options;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "\n") + line;
  return text;
}

std::vector<html::Field> identity_fields(const Details& d, const std::string& workspace) {
  return {{.name = "legal_name",
           .label = "Legal name",
           .value = d.legal_name,
           .hint = "As it is registered. Without one, invoices say “" + workspace + "”.",
           .autocomplete = "organization",
           .max_length = 200,
           .optional = true},
          {.name = "country",
           .label = "Country",
           .kind = "select",
           .value = d.address.country,
           .autocomplete = "country",
           .optional = true,
           .options = country_options()},
          {.name = "line1",
           .label = "Street and number",
           .value = d.address.line1,
           .autocomplete = "address-line1",
           .max_length = 200,
           .optional = true},
          {.name = "line2",
           .label = "Building, floor",
           .value = d.address.line2,
           .autocomplete = "address-line2",
           .max_length = 200,
           .optional = true},
          {.name = "postal_code",
           .label = "Postal code",
           .value = d.address.postal_code,
           .autocomplete = "postal-code",
           .max_length = 200,
           .optional = true},
          {.name = "city",
           .label = "City",
           .value = d.address.city,
           .autocomplete = "address-level2",
           .max_length = 200,
           .optional = true},
          {.name = "state",
           .label = "State or province",
           .value = d.address.state,
           .autocomplete = "address-level1",
           .max_length = 200,
           .optional = true}};
}

std::vector<html::Field> invoice_fields(const Details& d) {
  return {{.name = "tax_id_type",
           .label = "Kind of tax id",
           .kind = "select",
           .value = d.tax_id.type,
           .options = tax_id_options()},
          {.name = "tax_id",
           .label = "Tax id",
           .value = d.tax_id.value,
           .hint = "Its form is checked here; whether it exists is checked by Stripe.",
           .max_length = 60,
           .optional = true},
          {.name = "po_number",
           .label = "PO number",
           .value = d.po_number,
           .hint = "Stands on every invoice from the next one on.",
           .max_length = 140,
           .optional = true},
          {.name = "invoice_emails",
           .label = "Invoice emails",
           .kind = "textarea",
           .value = joined(d.invoice_emails),
           .hint = "One address a line. Paid invoices are sent there; without one, to the owner.",
           .rows = 3,
           .optional = true}};
}

struct Situation {
  Details details;
  std::string workspace;
  bool may = false;
  std::string who = {};
};

html::Form form_of(const http::Request& req, const Situation& situation, FieldErrors errors) {
  html::Form form{.id = "details",
                  .action = billing_url(req, "/details"),
                  .submit = "Save billing details",
                  .fields = identity_fields(situation.details, situation.workspace),
                  .hidden = {{"version", std::to_string(situation.details.version)}},
                  .errors = std::move(errors)};
  for (html::Field& field : invoice_fields(situation.details))
    form.fields.push_back(std::move(field));
  for (html::Field& field : form.fields) field.disabled = !situation.may;
  return form;
}

std::optional<html::Callout> result_of(const http::Request& req) {
  const std::string_view result = req.query.get("result");
  if (result == "queued")
    return callout("info", "Saved here; Stripe does not know it yet",
                   "Stripe is not answering. It is told as soon as it does.");
  if (result == "refused")
    return callout("warn", "Saved here, but Stripe does not accept all of it",
                   "The next invoice may lack the tax id. Look at it once more.");
  if (result == "portal_away")
    return callout(
        "bad", "The payment portal is not answering",
        "Everything on these pages keeps working. Try the portal again in a few minutes.");
  return {};
}

// What there is to say of a form that was sent.
struct Said {
  int status = 200;
  FieldErrors errors = {};
  std::optional<html::Callout> notice = {};
};

Task<http::Response> show(Billing& billing, http::Request& req, const Situation& situation,
                          Said said) {
  html::Frame frame = co_await frame_of(billing, req, "Billing details");
  frame.has_errors = !said.errors.empty();
  json::object page{{"tabs", to_json(tabs_of(req))},
                    {"notices", json::array{}},
                    {"form", html::form_model(form_of(req, situation, std::move(said.errors)))},
                    {"may", situation.may},
                    {"who", situation.who},
                    {"portal_url", billing_url(req, "/portal")},
                    {"invoices_url", billing_url(req, "/invoices")}};
  for (const auto& notice : {result_of(req), said.notice}) {
    if (notice) page["notices"].as_array().push_back(to_json(*notice));
  }
  const json::value model = html::page_model(frame, std::move(page));
  co_return http::html(said.status, billing.views.render("billing/details", model));
}

Task<Situation> look_up(Billing& billing, const http::Request& req) {
  db::ControlRead db = billing.database.control_read(req.actor());
  Situation situation{.details = co_await get_details(db), .workspace = {}};
  const tenancy::Tenant tenant = co_await tenancy::get_tenant(db);
  situation.workspace = tenant.name;
  situation.may = req.actor().can(permissions::billing_manage);
  if (!situation.may && billing.who_can)
    situation.who = co_await billing.who_can(req.actor(), permissions::billing_manage);
  co_return situation;
}

Task<http::Response> show_details(Billing& billing, http::Request& req, db::Database&) {
  const Situation situation = co_await look_up(billing, req);
  co_return co_await show(billing, req, situation, {});
}

Details details_in(const http::Fields& form) {
  const auto text = [&](std::string_view name) { return std::string(form.get(name)); };
  Details d{.legal_name = text("legal_name"),
            .address = {text("line1"), text("line2"), text("city"), text("state"),
                        text("postal_code"), text("country")},
            .tax_id = {text("tax_id_type"), text("tax_id")},
            .po_number = text("po_number")};
  std::string_view rest = form.get("invoice_emails");
  while (!rest.empty()) {
    const auto end = std::min(rest.find_first_of("\n,;"), rest.size());
    d.invoice_emails.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  const std::string_view version = form.get("version");
  std::from_chars(version.data(), version.data() + version.size(), d.version);
  return d;
}

// What was saved meanwhile, beside what the person has typed; the next save is made from it.
Task<http::Response> show_conflict(Billing& billing, http::Request& req, Details typed) {
  Situation situation = co_await look_up(billing, req);
  const Details saved = situation.details;
  typed.version = saved.version;
  std::string text = "Nothing of yours was saved yet. Saved now are:";
  const auto say = [&](std::string_view name, const std::string& value) {
    text += fmt::format(" {} “{}”.", name, value.empty() ? "none" : value);
  };
  if (typed.legal_name != saved.legal_name) say("legal name", saved.legal_name);
  if (typed.address != saved.address) say("address", joined(lines_of(saved.address)));
  if (typed.tax_id != saved.tax_id) say("tax id", saved.tax_id.value);
  if (typed.po_number != saved.po_number) say("PO number", saved.po_number);
  if (typed.invoice_emails != saved.invoice_emails)
    say("invoice emails", joined(saved.invoice_emails));
  situation.details = std::move(typed);
  const auto notice =
      callout("warn", "Somebody else has saved these details meanwhile", std::move(text));
  co_return co_await show(billing, req, situation, {.status = 409, .notice = notice});
}

Task<http::Response> save(Billing& billing, http::Request& req, db::Database&) {
  Details details = details_in(req.form());
  FieldErrors errors = tidy(details);
  if (!errors.empty()) {
    Situation situation = co_await look_up(billing, req);
    situation.details = std::move(details);
    co_return co_await show(billing, req, situation, {.status = 422, .errors = std::move(errors)});
  }
  std::optional<Saved> saved;
  try {
    saved = co_await save_details(billing, req.actor(), details);
  } catch (const Problem& problem) {
    if (problem.code != "details_changed") throw;
  }
  if (!saved) co_return co_await show_conflict(billing, req, std::move(details));
  std::string_view query = "?done=details";
  if (saved->ordered == Ordered::queued) query = "?result=queued";
  if (saved->refused) query = "?result=refused";
  co_return http::see_other(billing_url(req, fmt::format("/details{}", query)));
}

Task<http::Response> to_portal(Billing& billing, http::Request& req, db::Database&) {
  const auto url = co_await open_portal(billing, req.actor(), req.tenant_slug);
  if (!url) co_return http::see_other(billing_url(req, "/details?result=portal_away"));
  http::Response response = http::see_other(*url);
  response.shown_once = true;
  response.with_header("Cache-Control", "no-store");
  co_return response;
}

}  // namespace

void details_routes(http::Router& at, Billing& billing) {
  using namespace permissions;
  auto with = at.with(billing);
  const http::Words open{.while_limited = true};
  with.get("/t/{slug}/billing/details", show_details, billing_read, open);
  with.post("/t/{slug}/billing/details", save, billing_manage, open);
  with.post("/t/{slug}/billing/portal", to_portal, billing_manage, open);
}

}  // namespace freehold::billing
