// What belongs to no other page: the way in at /, the colours, the navigation as a page.
#include "onboarding/pages.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "identity/next_url.hpp"

namespace freehold::onboarding {
namespace {

constexpr long theme_lifetime = 365L * 24 * 3600;  // seconds

// Whoever is signed in goes on to /select, which leads into the only workspace by itself.
Task<http::Response> way_in(http::Request& req) {
  co_return http::see_other(req.session_ ? "/select" : "/pricing");
}

// The plans of a workspace by its id, for links that programs hand to people: they know no address.
Task<http::Response> to_plans(http::Request& req, db::Database& database) {
  const auto tenant = req.id_of<TenantId>("tenant_id");
  const auto mine = co_await tenancy::belongings_of(database, req.session().user);
  const auto at = std::ranges::find(mine, tenant, &tenancy::Belonging::tenant_id);
  if (at == mine.end()) throw Problem::not_found("workspace");
  co_return http::see_other(fmt::format("/t/{}/billing/plans", at->slug));
}

Task<http::Response> choose_theme(http::Request& req) {
  const auto theme = parse_enum<html::Theme>(req.form().get("theme"));
  if (!theme) throw Problem::invalid({{"theme", "Choose system, light or dark."}});
  co_return http::see_other(back_to(req))
      .with_cookie(
          {.name = "theme", .value = std::string(name_of(*theme)), .max_age = theme_lifetime});
}

Task<http::Response> show_menu(Onboarding& onboarding, http::Request& req) {
  html::Frame frame = co_await console_frame(onboarding, req);
  frame.title = "Navigation";
  frame.breadcrumbs = {{.label = "Navigation"}};
  co_return show(onboarding, "html/menu", frame, {});
}

}  // namespace

http::Response show(const Onboarding& onboarding, std::string_view view, const html::Frame& frame,
                    json::object page, int status) {
  if (frame.as_data)
    return http::json_response(status, html::page_data(view, frame, std::move(page)));
  const json::object model = html::page_model(frame, std::move(page));
  return http::html(status, onboarding.views.render(view, model));
}

std::string place(const http::Request& req, std::string_view path) {
  return fmt::format("/t/{}{}", req.tenant_slug, path);
}

std::string back_to(const http::Request& req) {
  const std::string path(req.form().get("return_to"));
  return identity::safe_next(path) == path ? path : "/";
}

void theme_routes(http::Router& at, std::string_view path) {
  at.post(path, choose_theme, http::anyone);
}

void routes(http::Router& at, Onboarding& onboarding) {
  signup_routes(at, onboarding);
  invitation_routes(at, onboarding);
  start_routes(at, onboarding);
  home_routes(at, onboarding);
  warning_routes(at, onboarding);
  at.get("/", way_in, http::anyone);
  at.get("/upgrade/{tenant_id}", to_plans, http::signed_in);
  theme_routes(at, "/theme");
  at.with(onboarding)
      .get("/t/{slug}/menu", show_menu, http::member, http::Words{.while_limited = true});
}

}  // namespace freehold::onboarding
