// /brand: name, logo, colours, the sender of mails and the word for a tenant. What is entered can
// be looked at before it is saved; what is as the configuration says is left to it.
#include <charconv>

#include "core/async.hpp"
#include "core/json.hpp"
#include "core/text.hpp"
#include "html/form.hpp"
#include "staff/screens.hpp"

namespace freehold::staff {
namespace {

using brand::Look;

constexpr std::size_t body_limit = 256 * 1024;  // a logo, written as a form writes it

// What is on the page: as it is, or as it was entered.
struct Draft {
  Look look;
  std::string logo_text = {};
  std::int64_t version = 0;
  FieldErrors errors = {};
  bool is_preview = false;
};

std::string text_of_logo(const std::string& bytes) {
  std::string mistake;
  const auto logo = bytes.empty() ? std::nullopt : brand::read_logo(bytes, mistake);
  return logo ? brand::text_of(*logo) : std::string();
}

Draft as_it_is(const Staff& staff) {
  Draft draft{.look = staff.brand.current()->look, .version = staff.brand.version()};
  draft.logo_text = text_of_logo(draft.look.logo);
  return draft;
}

std::int64_t number_of(std::string_view text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Draft as_entered(const http::Fields& form) {
  Draft draft{.look = {.name = std::string(trimmed(form.get("name"))),
                       .mail_from = std::string(trimmed(form.get("mail_from"))),
                       .accent = std::string(trimmed(form.get("accent"))),
                       .accent_dark = std::string(trimmed(form.get("accent_dark"))),
                       .workspace = std::string(trimmed(form.get("workspace"))),
                       .workspaces = std::string(trimmed(form.get("workspaces")))},
              .logo_text = std::string(form.get("logo")),
              .version = number_of(form.get("version"))};
  draft.errors = mistakes_in(draft.look);
  std::string mistake;
  const bool none = trimmed(draft.logo_text).empty();
  const auto logo = none ? std::nullopt : brand::logo_of_text(draft.logo_text, mistake);
  if (!mistake.empty()) draft.errors.push_back({"logo", mistake});
  if (logo) draft.look.logo = logo->bytes;
  draft.is_preview = form.get("act") == "preview";
  return draft;
}

// "Empty: blue. The configuration says “#0f766e”."
std::string hint(std::string_view text, const std::string& chosen, const std::string& configured) {
  if (chosen == configured) return std::string(text);
  return fmt::format("{} The configuration says “{}”.", text,
                     configured.empty() ? "nothing" : configured);
}

std::vector<html::Field> fields_of(const Draft& draft, const Look& configured) {
  const Look& look = draft.look;
  return {
      {.name = "name",
       .label = "Name",
       .value = look.name,
       .hint = hint("In the head of every page and mail.", look.name, configured.name),
       .max_length = 60},
      {.name = "mail_from",
       .label = "Sender of mails",
       .value = look.mail_from,
       .hint = hint("A name and an address that your mail server may send from.", look.mail_from,
                    configured.mail_from),
       .max_length = 320},
      {.name = "accent",
       .label = "Colour",
       .value = look.accent,
       .hint = hint("Of buttons and links, such as #265bc5. Empty: blue.", look.accent,
                    configured.accent),
       .placeholder = "#265bc5",
       .max_length = 7,
       .optional = true},
      {.name = "accent_dark",
       .label = "Colour on dark pages",
       .value = look.accent_dark,
       .hint = hint("Empty: made of the other one.", look.accent_dark, configured.accent_dark),
       .max_length = 7,
       .optional = true},
      {.name = "workspace",
       .label = "Word for a tenant",
       .value = look.workspace,
       .hint = hint("In lower case: workspace, organisation, studio.", look.workspace,
                    configured.workspace),
       .max_length = 30},
      {.name = "workspaces",
       .label = "More than one",
       .value = look.workspaces,
       .hint = hint("workspaces, organisations, studios.", look.workspaces, configured.workspaces),
       .max_length = 30},
      {.name = "logo",
       .label = "Logo",
       .kind = "textarea",
       .value = draft.logo_text,
       .hint = "The text of an SVG, or data:image/png;base64,… of at most 32 KiB. It should stand "
               "on light and dark ground. Empty: Freehold’s mark.",
       .rows = 5,
       .optional = true},
  };
}

struct Pair {
  std::string what;
  std::string ratio;
};
BOOST_DESCRIBE_STRUCT(Pair, (), (what, ratio))

Pair pair(std::string what, brand::Colour one, brand::Colour other) {
  return {std::move(what), fmt::format("{:.1f}:1", contrast(one, other))};
}

// Colours of one scheme, for the drawing; grounds and inks are those of tokens.css.
json::object scheme_of(std::string name, const brand::Shades& shades, brand::Colour ground,
                       brand::Colour ink) {
  const std::vector<Pair> pairs{pair("Text on a button", shades.accent, shades.on_accent),
                                pair("A link on the page", shades.ink, ground),
                                pair("The edge of a button", shades.accent, ground)};
  return {{"name", std::move(name)},
          {"ground", to_string(ground)},
          {"body", to_string(ink)},
          {"accent", to_string(shades.accent)},
          {"on_accent", to_string(shades.on_accent)},
          {"ink", to_string(shades.ink)},
          {"soft", to_string(shades.soft)},
          {"chart", to_string(shades.chart)},
          {"chart_soft", to_string(shades.chart_soft)},
          {"pairs", to_json(pairs)}};
}

json::array schemes_of(const brand::Face& face) {
  return {scheme_of("Light", face.light, {255, 255, 255}, {25, 28, 34}),
          scheme_of("Dark", face.dark, {19, 20, 24}, {239, 240, 242})};
}

Task<http::Response> show_page(Staff& staff, http::Request& request, Draft draft) {
  const html::Form form{.id = "brand",
                        .action = "/brand",
                        .submit = "Save brand",
                        .fields = fields_of(draft, staff.brand.configured()),
                        .hidden = {{"version", std::to_string(draft.version)}},
                        .errors = draft.errors};
  html::Frame frame = co_await frame_of(staff, request, "Brand");
  frame.has_errors = !draft.errors.empty();
  if (request.query.has("saved"))
    frame.toast = html::Toast{.text = "Saved. Every node shows it within a second"};
  json::object page{{"form", html::form_model(form)},
                    {"is_preview", draft.is_preview && draft.errors.empty()},
                    {"name", draft.look.name},
                    {"is_legible", draft.errors.empty()},
                    {"schemes", nullptr}};
  if (draft.errors.empty()) page["schemes"] = schemes_of(*brand::face_of(draft.look));
  co_return show(staff, "staff/brand", frame, std::move(page), draft.errors.empty() ? 200 : 422);
}

Task<http::Response> show_brand(Staff& staff, http::Request& request) {
  co_return co_await show_page(staff, request, as_it_is(staff));
}

// Nothing when it is saved; otherwise what is wrong.
Task<FieldErrors> try_to_save(Staff& staff, const http::Request& request, const Draft& draft) {
  FieldErrors errors;
  try {
    co_await brand::save(staff.brand, staff.database, draft.look, draft.version,
                         to_string(*request.staff));
  } catch (const Problem& problem) {
    if (problem.status != 409) throw;
    errors.push_back({"name", problem.detail});
  }
  co_return errors;
}

Task<http::Response> save_brand(Staff& staff, http::Request& request) {
  Draft draft = as_entered(request.form());
  if (draft.errors.empty() && !draft.is_preview)
    draft.errors = co_await try_to_save(staff, request, draft);
  if (!draft.errors.empty() || draft.is_preview)
    co_return co_await show_page(staff, request, std::move(draft));
  co_return http::see_other("/brand?saved=1");
}

}  // namespace

void brand_routes(http::Router& at, Staff& staff) {
  auto with = at.with(staff);
  with.get("/brand", show_brand, http::staff);
  with.post("/brand", save_brand, http::staff, {.body_limit = body_limit});
}

}  // namespace freehold::staff
