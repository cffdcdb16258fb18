// /tour, its log-ins, and the isolation report at the press of a button.
#include "app/demo.hpp"
#include "app/prepare.hpp"
#include "app/tour.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "identity/signup.hpp"

namespace freehold::app {
namespace {

// One thing to do; it is done when `mark` has been seen.
struct Part {
  std::string_view mark;
  std::string_view text;
};

struct Stop {
  std::string_view title;
  std::string_view text;
  std::vector<Part> parts;
  std::vector<html::Action> links = {};
};

// From the start to a plan that is paid for.
std::vector<Stop> first_stops(const TourConfig& at) {
  const std::string mailbox = at.simulator_url + "/mailbox";
  return {
      {"Start everything",
       "A private PostgreSQL and Redis, migrations, three demo workspaces, a stand-in for Stripe, "
       "a mailbox and the server: you have done this one.",
       {{"started", "Run ./dev up"}}},
      {"Sign up as a customer",
       "From the pricing page to a workspace on a trial. The link to confirm your address is in "
       "the mailbox.",
       {{"signup.requested", "Sign up with any address"},
        {"tenant.created", "Confirm it and enter the workspace"}},
       {{"Pricing", "/pricing"}, {"Mailbox", mailbox}}},
      {"Invite a colleague",
       "As a Member they may write documents, but not touch billing or keys: they are told why, "
       "and whom to ask.",
       {{"invitation.sent member", "Invite somebody as Member"},
        {"invitation.accepted", "Accept it from the mailbox, in a private window"}},
       {{"Mailbox", mailbox}}},
      {"Buy a plan",
       "Billing → Change plan. Pay with 4242 4242 4242 4242; 4000 0000 0000 0002 is declined. Then "
       "cancel at the end of the period, and take it back.",
       {{"subscription.started", "Buy Pro or Business"},
        {"subscription cancelled", "Cancel it"},
        {"subscription kept", "Take that back"}},
       {{"Simulator", at.simulator_url}}}};
}

// As whoever runs it: the product, the panel, the nodes and the proof.
std::vector<Stop> further_stops(const TourConfig& at) {
  const std::string usage = "/t/northwind-labs/usage";
  return {
      {"Use the sample product",
       "Documents in the page and through the API. Export is part of Pro; the number of documents "
       "is a limit of the plan, the calls of the API are metered. To meet what Free refuses, give "
       "your workspace that plan by an override in the staff panel, or let its trial end by the "
       "clock of the simulator.",
       {{"document.created", "Write a document"},
        {"key.created", "Make an API key"},
        {"api called", "Call /api/v1/documents with a key"},
        {"export refused", "Ask for an export on Free: it answers 402, and which plan has it"},
        {"limit met", "Meet a limit, such as the eleventh document on Free"}},
       {{"Staff panel", at.staff_url}, {"Simulator", at.simulator_url}}},
      {"See the usage",
       "API calls by day against the limit of the plan, and when the count begins anew. At 80% a "
       "banner and a letter say so, at 100% calls are refused; Free has 100 a month. Jonas of "
       "Northwind Labs has used it for four months.",
       {{"usage seen", "Open Usage of Northwind Labs"},
        {"usage.threshold_reached 80", "Use 80% of the API calls"}},
       {{"Usage of Northwind Labs", usage}}},
      {"Look from the other side",
       "The staff panel has the same workspaces. Give one a plan with a reason; make a card fail "
       "in the simulator, advance the clock, and watch past due, read-only and paid again.",
       {{"staff.logged_in", "Log in to the staff panel"},
        {"override.set plan", "Change a plan by an override"},
        {"clock advanced", "Advance the clock"},
        {"payment.failed", "A payment fails"},
        {"payment.recovered", "It is paid after all"}},
       {{"Staff panel", at.staff_url}, {"Simulator", at.simulator_url}}},
      {"Run more than one",
       "In two more terminals, against the same servers. What changes on one node is seen by the "
       "others within a second.",
       {{"freehold serve", "./build/release/freehold --config var/freehold.toml serve"},
        {"freehold worker", "./build/release/freehold --config var/freehold.toml worker"}}},
      {"Ask the doctor",
       "Proof that the database keeps workspaces apart: policies, grants and keys of every table, "
       "and attempts to break in.",
       {{"doctor", "Read the isolation report"}},
       {{"Isolation report", "/tour/doctor"}}},
  };
}

std::vector<Stop> stops(const TourConfig& at) {
  std::vector<Stop> all = first_stops(at);
  std::ranges::move(further_stops(at), std::back_inserter(all));
  return all;
}

json::object stop_model(int number, const Stop& stop,
                        const std::set<std::string, std::less<>>& marks) {
  json::array parts;
  bool all = true;
  for (const Part& part : stop.parts) {
    const bool done = marks.contains(part.mark);
    all = all && done;
    parts.push_back(json::object{
        {"text", part.text}, {"done", done}, {"is_command", part.text.starts_with("./build")}});
  }
  return {{"number", number}, {"title", stop.title},       {"text", stop.text},
          {"done", all},      {"parts", std::move(parts)}, {"links", to_json(stop.links)}};
}

json::array login_models() {
  json::array logins;
  for (const DemoPerson& person : demo_people) {
    logins.push_back(json::object{{"name", person.name},
                                  {"email", person.email},
                                  {"initials", html::initials_of(person.name)},
                                  {"role", person.role},
                                  {"workspace", person.workspace},
                                  {"about", person.about}});
  }
  return logins;
}

json::array place_models(const TourConfig& at) {
  const auto place = [](std::string_view icon, std::string_view name, std::string_view text,
                        std::string url) {
    return json::object{{"icon", icon}, {"name", name}, {"text", text}, {"url", std::move(url)}};
  };
  return {place("globe", "Product", "What your customers see", "/pricing"),
          place("shield", "Staff panel", "What you see", at.staff_url),
          place("card", "Simulator", "Stripe’s stand-in: cards and the clock", at.simulator_url),
          place("mail", "Mailbox", "Every letter that was sent", at.simulator_url + "/mailbox")};
}

html::Frame tour_frame(Tour& tour, const http::Request& req, std::string title) {
  html::Frame frame = public_frame(tour.parts(), req);
  frame.title = std::move(title);
  frame.site_nav.insert(frame.site_nav.begin(),
                        {.label = "Tour", .url = "/tour", .icon = "flag", .current = true});
  return frame;
}

http::Response page(Tour& tour, std::string_view view, const html::Frame& frame,
                    json::object model) {
  return http::html(200,
                    tour.parts().views.render(view, html::page_model(frame, std::move(model))));
}

Task<http::Response> show_tour(Tour& tour, http::Request& req) {
  tour.note("started");
  const auto marks = co_await tour.marks();
  json::array all;
  int done = 0;
  for (const Stop& stop : stops(tour.config())) {
    all.push_back(stop_model(int(all.size()) + 1, stop, marks));
    if (all.back().at("done").as_bool()) ++done;
  }
  const auto count = std::int64_t(all.size());
  json::object model{{"stops", std::move(all)},
                     {"count", count},
                     {"done_count", done},
                     {"percent", done * 100 / count},
                     {"places", place_models(tour.config())},
                     {"logins", login_models()},
                     {"staff_email", demo_staff},
                     {"password", demo_password}};
  co_return page(tour, "app/tour", tour_frame(tour, req, "Tour"), std::move(model));
}

Task<http::Response> log_in(Tour& tour, http::Request& req, db::Database& database) {
  const std::string_view email = req.form().get("email");
  const auto* known = std::ranges::find(demo_people, email, &DemoPerson::email);
  if (known == demo_people.end()) throw Problem::not_found("demo log-in");
  std::optional<identity::Person> person;
  {
    db::IdentityRead db = database.identity_read();
    person = co_await identity::find_person_by_email(db, std::string(known->email));
  }
  if (!person) throw Problem::not_found("demo workspace: this one was started without them");
  co_return co_await identity::enter(tour.parts().identity, req, person->id,
                                     fmt::format("/t/{}", known->slug));
}

// Cookies know no ports, so the staff panel's can be set from here.
Task<http::Response> log_in_as_staff(Tour& tour, http::Request& req, db::Database&) {
  const auto secret =
      co_await staff::open_session(tour.parts().staff, std::string(demo_staff), req.origin());
  if (!secret) throw Problem::not_found("demo log-in for the staff panel");
  co_return http::see_other(tour.config().staff_url + "/tenants")
      .with_cookie({.name = std::string(staff::cookie), .value = *secret});
}

// The report asks the database some hundred questions, which must not keep a thread of the server.
Task<http::Response> show_doctor(Tour& tour, http::Request& req) {
  Examined examined;
  const Settings& settings = tour.parts().settings;
  co_await tour.parts().runtime.on_cpu([&] { examined = examine_database(settings); });
  tour.note("doctor");
  json::object model{{"safe", examined.safe}, {"report", examined.report}};
  co_return page(tour, "app/tour_doctor", tour_frame(tour, req, "Isolation report"),
                 std::move(model));
}

}  // namespace

void tour_routes(http::Router& at, Tour& tour) {
  auto with = at.with(tour);
  with.get("/tour", show_tour, http::anyone);
  with.get("/tour/doctor", show_doctor, http::anyone);
  with.post("/tour/log-in", log_in, http::anyone);
  with.post("/tour/staff", log_in_as_staff, http::anyone);
}

}  // namespace freehold::app
