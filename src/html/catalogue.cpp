#include "html/catalogue.hpp"

#include <fmt/format.h>

#include "core/json.hpp"
#include "html/catalogue/parts.hpp"
#include "html/frame.hpp"

namespace freehold::html {

namespace {

Frame frame_of(std::string layout, std::string title) {
  Frame frame{.layout = std::move(layout),
              .title = std::move(title),
              .csrf_token = "catalogue",
              .idempotency_key = "catalogue",
              .brand = {"Freehold", "/"}};
  frame.user = User{"Maya Okafor", "MO", "maya@northwind.example"};
  frame.menu_url = "/dev/components/menu";
  frame.help_url = "/help";
  frame.account_url = "/account";
  frame.logout_url = "/logout";
  frame.theme_url = "/theme";
  frame.return_to = "/dev/components";
  frame.footer = {{"Status", "/status"}, {"Security", "/security"}, {"Contact support", "/help"}};
  return frame;
}

Frame console_frame(std::string title) {
  Frame frame = frame_of("console", title);
  frame.nav = {{"Home", "/t/northwind", "home", ""},
               {"Get started", "/t/northwind/start", "list_checks", "", false, "4/6"},
               {"Documents", "/t/northwind/documents", "file_text", ""},
               {"Team", "/t/northwind/team", "users", "Workspace"},
               {"Usage", "/t/northwind/usage", "gauge", "Workspace", false, {}, "near limit"},
               {"Billing", "/t/northwind/billing", "card", "Workspace", true},
               {"Audit log", "/t/northwind/audit", "scroll", "Workspace"},
               {"API keys", "/t/northwind/developers/keys", "key", "Developers"},
               {"Settings", "/t/northwind/settings", "settings", "foot"}};
  frame.breadcrumbs = {{std::move(title), std::nullopt}};
  frame.workspace = Workspace{"Northwind Labs", initials_of("Northwind Labs"), "Team plan"};
  frame.workspaces = {{"Northwind Labs", "NL", "/t/northwind", true},
                      {"Tern Logistics", "TL", "/t/tern", false}};
  frame.select_url = "/select";
  frame.search_url = "/t/northwind/search";
  frame.banner = Banner{"warn", "alert_triangle", "Your trial ends on 6 Dec 2026.",
                        "Then the workspace moves to Free and nothing is deleted.",
                        Action{"Compare plans", "/t/northwind/billing/plans"}};
  frame.toast = Toast{.text = "Invitation sent to ada@northwind.example"};
  return frame;
}

Frame staff_frame(std::string title) {
  Frame frame = frame_of("staff", title);
  frame.width = "wide";
  frame.nav = {{"Tenants", "/tenants", "building", "", true},
               {"People", "/people", "users", ""},
               {"Failed events", "/events/failed", "inbox", "Operations", false, "7"},
               {"Jobs", "/jobs", "clock", "Operations"},
               {"Isolation report", "/doctor", "shield_check", "Operations"},
               {"Staff log", "/audit", "scroll", "Operations"}};
  frame.breadcrumbs = {{std::move(title), std::nullopt}};
  frame.environment = Environment{"Production", "Every action is written to the staff log.", "bad"};
  return frame;
}

Frame auth_frame(std::string title) {
  Frame frame = frame_of("auth", std::move(title));
  frame.prompt = Prompt{"Have an account?", "Log in", "/login"};
  frame.aside = Aside{
      "Your trial includes",
      {{"users", "Up to 15 members", "Invite your team now and pay nothing until the trial ends."},
       {"shield_check", "Isolated by the database", "Row level security on every table."},
       {"key", "An API from the first day", "Keys that you can limit, expire and revoke."},
       {"receipt", "Clear billing", "See the exact amount before you change a plan."}},
      AsideCard{
          "Pro",
          "$49.00",
          "a month",
          {{"Today", "$0.00"}, {"Trial ends", "6 Dec 2026"}, {"After that", "Moves to Free"}}}};
  return frame;
}

Frame public_frame(std::string title) {
  Frame frame = frame_of("public", std::move(title));
  frame.site_nav = {{"Pricing", "/pricing", "", "", true}, {"Documentation", "/docs", "", ""}};
  frame.site_actions = {{"Log in", "/login", "ghost"}, {"Start free trial", "/signup", "primary"}};
  return frame;
}

json::value signup(bool wrong) {
  Frame frame = auth_frame("Create your workspace");
  frame.has_errors = wrong;
  return page_model(frame, {{"form", form_model(signup_form(wrong))}});
}

json::value not_found() {
  const Message message{
      .code = "404",
      .title = "This page is not here",
      .paragraphs = {"The address may be mistyped, or the page belongs to a workspace that you "
                     "are not a member of."},
      .actions = Buttons{{{"Go to your workspaces", "/select", "primary"},
                          {"Contact support", "/help", "ghost"}}},
      .request_id = "req_01h455vb4pex5vsknk084sn02q"};
  return page_model(frame_of("plain", "Not found"), to_json(message).as_object());
}

}  // namespace

const std::vector<Sample>& samples() {
  static const std::vector<Sample> all{{"", "All components"},
                                       {"signup", "Sign-up"},
                                       {"signup-errors", "Sign-up with errors"},
                                       {"pricing", "Pricing"},
                                       {"tenants", "Staff list"},
                                       {"not-found", "Error page"},
                                       {"confirm", "Confirmation"},
                                       {"menu", "Navigation"}};
  return all;
}

std::string sample_page(std::string_view slug) {
  if (slug.empty()) return "html/components";
  if (slug == "signup" || slug == "signup-errors") return "html/components/signup";
  if (slug == "pricing") return "html/components/pricing";
  if (slug == "tenants") return "html/components/tenants";
  if (slug == "not-found") return "html/message";
  if (slug == "confirm") return "html/confirm_page";
  if (slug == "menu") return "html/menu";
  throw Problem::not_found("sample");
}

json::value sample_model(std::string_view slug) {
  if (slug.empty()) return components_model();
  if (slug == "signup" || slug == "signup-errors") return signup(slug != "signup");
  if (slug == "pricing") return page_model(public_frame("Pricing"), pricing_parts());
  if (slug == "tenants") return page_model(staff_frame("Tenants"), tenant_parts());
  if (slug == "not-found") return not_found();
  if (slug == "confirm")
    return page_model(console_frame("Delete workspace"),
                      {{"confirm", confirm_model(delete_workspace())}});
  if (slug == "menu") return page_model(console_frame("Navigation"), {});
  throw Problem::not_found("sample");
}

json::value mail_model() {
  return {
      {"lang", "en"},
      {"title", "Join Northwind Labs"},
      {"preview", "Maya Okafor invited you to work in Northwind Labs."},
      {"reason", "You get this mail because Maya Okafor entered your address."},
      {"brand",
       {{"name", "Freehold"},
        {"url", "https://freehold.dev"},
        {"address", nullptr},
        {"logo", nullptr},
        {"accent", "#265bc5"},
        {"on_accent", "#fcfcfd"},
        {"accent_ink", "#1d52bb"}}},
      {"inviter", "Maya Okafor"},
      {"workspace", "Northwind Labs"},
      {"role", "Member"},
      {"expires", "29 Nov 2026"},
      {"button", {{"label", "Accept the invitation"}, {"url", "https://freehold.dev/invite/1"}}}};
}

json::value components_model() {
  json::object page = component_parts();
  json::array links;
  for (const Sample& sample : samples())
    if (!sample.slug.empty())
      links.push_back(
          json::object{{"label", sample.label}, {"url", "/dev/components/" + sample.slug}});
  page["samples"] = std::move(links);
  return page_model(console_frame("Components"), std::move(page));
}

}  // namespace freehold::html
