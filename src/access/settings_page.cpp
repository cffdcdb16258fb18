// /settings: what the workspace is called.
#include "access/screens.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "core/words.hpp"

namespace freehold::access {
namespace {

html::Form name_form(const http::Request& req, std::string name, FieldErrors errors) {
  const bool may = req.actor().can(permissions::workspace_manage);
  return {.id = "workspace",
          .action = place(req, "/settings"),
          .submit = "Save name",
          .fields = {{.name = "name",
                      .label = worded("Workspace name"),
                      .value = std::move(name),
                      .hint = "Shown to its members, in mails and on invoices.",
                      .autocomplete = "organization",
                      .max_length = 80,
                      .disabled = !may}},
          .errors = std::move(errors)};
}

Task<http::Response> settings_page(Console& console, http::Request& req, db::ControlRead& db,
                                   html::Form form) {
  const tenancy::Tenant tenant = co_await tenancy::get_tenant(db);
  const Everybody all = co_await everybody(db);
  html::Frame frame = co_await frame_of(console, req, "Settings");
  frame.width = "narrow";
  frame.has_errors = !form.errors.empty();
  if (req.query.has("saved")) frame.toast = html::Toast{.text = "The name is saved"};
  json::object page{{"form", html::form_model(form)},
                    {"may", req.actor().can(permissions::workspace_manage)},
                    {"who", who_can(console, all, permissions::workspace_manage)},
                    {"slug", tenant.slug},
                    {"address", console.base_url + place(req, "")},
                    {"workspace_id", to_string(tenant.id)},
                    {"created", format_date(tenant.created_at)},
                    {"export_url", place(req, "/settings/export")},
                    {"leave_url", place(req, "/team/leave")}};
  co_return show(console, "access/settings", frame, std::move(page), frame.has_errors ? 422 : 200);
}

Task<http::Response> show_settings(Console& console, http::Request& req, db::ControlRead& db) {
  const tenancy::Tenant tenant = co_await tenancy::get_tenant(db);
  html::Form form = name_form(req, tenant.name, {});
  co_return co_await settings_page(console, req, db, std::move(form));
}

Task<http::Response> save_name(Console& console, http::Request& req, db::ControlTx& tx) {
  std::string name(req.form().get("name"));
  if (auto mistake = identity::name_mistake(worded("The workspace name"), name)) {
    html::Form form = name_form(req, std::move(name), {{"name", std::move(*mistake)}});
    co_return co_await settings_page(console, req, tx, std::move(form));
  }
  co_await tenancy::rename_tenant(tx, std::move(name));
  co_return http::see_other(place(req, "/settings?saved=1"));
}

}  // namespace

void settings_routes(http::Router& at, Console& console) {
  auto with = at.with(console);
  with.get("/t/{slug}/settings", show_settings, permissions::workspace_read);
  with.post("/t/{slug}/settings", save_name, permissions::workspace_manage);
}

}  // namespace freehold::access
