// /developers/keys: the keys that programs call the API with.
#include "access/screens.hpp"
#include "core/async.hpp"
#include "core/json.hpp"

namespace freehold::access {
namespace {

using tenancy::Role;

constexpr Duration expires_soon = days(7);

// How long a key lives, as the form says it. Nothing for text that is none of them.
struct Lifetime {
  std::string_view value;
  std::string_view label;
  std::optional<Duration> duration;
};
constexpr Lifetime lifetimes[] = {{"90", "90 days", days(90)},
                                  {"30", "30 days", days(30)},
                                  {"365", "One year", days(365)},
                                  {"never", "Does not expire", {}}};

const Lifetime* lifetime_of(std::string_view value) {
  const auto* const at = std::ranges::find(lifetimes, value, &Lifetime::value);
  return at == std::end(lifetimes) ? nullptr : at;
}

html::Form key_form(const http::Request& req) {
  const auto own = parse_enum<Role>(req.actor().role());
  html::Field role{.name = "role",
                   .label = "Role",
                   .kind = "select",
                   .value = "member",
                   .hint = "What the key may do. It can never manage members or keys."};
  for (const Role given : {Role::viewer, Role::member, Role::admin}) {
    if (own && *own <= given)
      role.options.push_back({std::string(name_of(given)), label_of(given)});
  }
  html::Field expiry{.name = "expiry", .label = "Expires", .kind = "select", .value = "90"};
  for (const Lifetime& lifetime : lifetimes)
    expiry.options.push_back({std::string(lifetime.value), std::string(lifetime.label)});
  return {.id = "key",
          .action = place(req, "/developers/keys"),
          .submit = "Create key",
          .busy = "Creating…",
          .fields = {{.name = "name",
                      .label = "Name",
                      .hint = "What it is for, like “Nightly import”.",
                      .autocomplete = "off",
                      .max_length = 80},
                     std::move(role),
                     std::move(expiry)}};
}

html::Badge status_of(const ApiKey& key, Instant now) {
  if (key.revoked_at) return {"Revoked", "neutral", true};
  if (!key.expires_at) return {"Active", "ok", true};
  if (*key.expires_at <= now) return {"Expired", "neutral", true};
  if (*key.expires_at - now <= expires_soon) return {"Expires soon", "warn", true};
  return {"Active", "ok", true};
}

json::object row_of(const http::Request& req, const ApiKey& key, Instant now) {
  const bool ended = key.revoked_at || (key.expires_at && *key.expires_at <= now);
  json::object row{{"name", key.name}, {"prefix", key.prefix}, {"role_label", label_of(key.role)}};
  row["status"] = to_json(status_of(key, now));
  row["created"] = format_date(key.created_at);
  row["expires"] = key.expires_at ? format_date(*key.expires_at) : "Never";
  row["used"] = key.last_used_at ? json::value(time_of(*key.last_used_at)) : json::value(nullptr);
  row["revoke_url"] = ended ? json::value(nullptr)
                            : json::value(place(req, fmt::format("/developers/keys/{}/revocation",
                                                                 to_string(key.id))));
  return row;
}

std::string curl(const Console& console, std::string_view secret) {
  return fmt::format("curl {}/api/v1/workspace \\\n  -H \"Authorization: Bearer {}\"",
                     console.base_url, secret);
}

Task<http::Response> keys_page(Console& console, http::Request& req, db::ControlRead& db,
                               html::Form form) {
  const auto found = co_await keys(db);
  html::Frame frame = co_await frame_of(console, req, "API keys");
  if (req.query.has("revoked"))
    frame.toast = html::Toast{.text = "The key is revoked; calls with it are refused"};
  frame.has_errors = !form.errors.empty();
  json::array rows;
  for (const ApiKey& key : found) rows.push_back(row_of(req, key, db.now()));
  std::optional<html::Empty> none;
  if (rows.empty())
    none = html::Empty{.icon = "key",
                       .title = "No keys yet",
                       .text =
                           "A key lets a program do what people do here. Create one and make "
                           "the first call with it."};
  json::object page{{"keys", std::move(rows)},
                    {"form", html::form_model(form)},
                    {"example", curl(console, "fh_ak_live_…")},
                    {"none", to_json(none)}};
  co_return show(console, "access/keys", frame, std::move(page), frame.has_errors ? 422 : 200);
}

Task<http::Response> show_keys(Console& console, http::Request& req, db::ControlRead& db) {
  html::Form form = key_form(req);
  co_return co_await keys_page(console, req, db, std::move(form));
}

FieldErrors mistakes_of(const http::Fields& fields, std::optional<Role> role) {
  FieldErrors errors;
  if (fields.get("name").empty())
    errors.push_back({"name", "Enter a name that says what the key is for."});
  else if (auto mistake = identity::name_mistake("The name", fields.get("name")))
    errors.push_back({"name", std::move(*mistake)});
  if (!role || *role == Role::owner) errors.push_back({"role", "Choose viewer, member or admin."});
  if (lifetime_of(fields.get("expiry")) == nullptr)
    errors.push_back({"expiry", "Choose how long the key works."});
  return errors;
}

// The secret is on this page and nowhere else: it is not kept for a repetition of the form.
Task<http::Response> created_page(Console& console, http::Request& req, const CreatedKey& made) {
  html::Frame frame = co_await frame_of(console, req, "Your new key");
  frame.breadcrumbs = {{.label = "API keys", .url = place(req, "/developers/keys")},
                       {.label = made.key.name}};
  frame.width = "narrow";
  json::object page{{"name", made.key.name},
                    {"value", made.secret},
                    {"role_label", label_of(made.key.role)},
                    {"expires", made.key.expires_at ? format_date(*made.key.expires_at) : "Never"},
                    {"example", curl(console, made.secret)},
                    {"done_url", place(req, "/developers/keys")}};
  http::Response response = show(console, "access/key_created", frame, std::move(page));
  response.shown_once = true;
  co_return response;
}

Task<http::Response> create(Console& console, http::Request& req, db::ControlTx& tx) {
  const http::Fields& fields = req.form();
  const auto role = parse_enum<Role>(fields.get("role"));
  FieldErrors errors = mistakes_of(fields, role);
  if (!errors.empty()) {
    html::Form form = key_form(req);
    for (html::Field& field : form.fields) field.value = fields.get(field.name);
    form.errors = std::move(errors);
    co_return co_await keys_page(console, req, tx, std::move(form));
  }
  NewKey draft{.name = std::string(fields.get("name")), .role = *role, .expires_at = {}};
  const Lifetime* lifetime = lifetime_of(fields.get("expiry"));
  if (lifetime->duration) draft.expires_at = tx.now() + *lifetime->duration;
  const CreatedKey made = co_await create_key(tx, std::move(draft));
  co_return co_await created_page(console, req, made);
}

Task<http::Response> ask_to_revoke(Console& console, http::Request& req, db::ControlRead& db) {
  const auto id = req.id_of<KeyId>("key_id");
  const auto found = co_await keys(db);
  const auto at = std::ranges::find(found, id, &ApiKey::id);
  if (at == found.end()) throw Problem::not_found("API key");
  const html::Confirm question{
      .title = fmt::format("Revoke the key “{}”?", at->name),
      .text = fmt::format("Programs that use {} are refused within a second, for good. Make a new "
                          "key first if they have to go on.",
                          at->prefix),
      .keep_label = "Keep key",
      .keep_url = place(req, "/developers/keys"),
      .form = html::Form{.id = "revoke",
                         .action = req.path,
                         .submit = "Revoke key",
                         .busy = "Revoking…",
                         .tone = "danger"}};
  html::Frame frame = co_await frame_of(console, req, question.title);
  if (req.wants_fragment()) frame.layout.clear();
  frame.breadcrumbs = {{.label = "API keys", .url = place(req, "/developers/keys")},
                       {.label = at->name}};
  json::object page{{"confirm", html::confirm_model(question)}};
  co_return show(console, "html/confirm_page", frame, std::move(page));
}

Task<http::Response> revoke(http::Request& req, db::ControlTx& tx) {
  co_await revoke_key(tx, req.id_of<KeyId>("key_id"));
  co_return http::see_other(place(req, "/developers/keys?revoked=1"));
}

}  // namespace

void key_routes(http::Router& at, Console& console) {
  using namespace permissions;
  auto with = at.with(console);
  with.get("/t/{slug}/developers/keys", show_keys, keys_manage);
  with.post("/t/{slug}/developers/keys", create, keys_manage);
  with.get("/t/{slug}/developers/keys/{key_id}/revocation", ask_to_revoke, keys_manage);
  at.post("/t/{slug}/developers/keys/{key_id}/revocation", revoke, keys_manage);
}

}  // namespace freehold::access
