#include "html/catalogue/parts.hpp"

#include "core/json.hpp"
#include "html/chart.hpp"
#include "html/frame.hpp"

namespace freehold::html {

namespace {

Chart usage_chart() {
  BarChart chart{.id = "calls",
                 .title = "API calls per day, November 2026",
                 .description =
                     "Daily calls range from 13 to 51 thousand; 22 days are measured "
                     "and 8 projected, against 33 thousand a day in the plan.",
                 .note = "As of 22 Nov 2026, 10:41 UTC"};
  chart.values = {22100, 25400, 26800, 29300, 22700, 21500, 18900, 27800, 29300, 42400,
                  33600, 43100, 23100, 19600, 24900, 38100, 51200, 34500, 33000, 13900,
                  14100, 40600, 29800, 35600, 26000, 34100, 13600, 16600, 23500, 42700};
  for (std::size_t day = 1; day <= chart.values.size(); ++day)
    chart.labels.push_back(fmt::format("{} Nov", day));
  chart.measured = 22;
  chart.limit = 33333;
  chart.limit_label = "Plan, per day";
  return chart_of(chart);
}

json::array meters() {
  const auto meter = [](std::string name, std::string note, const Usage& usage) {
    return to_json(meter_of(std::move(name), std::move(note), usage));
  };
  return {meter("API calls", "157,690 left", {842310, 1000000, "842,310", "1,000,000"}),
          meter("Documents", "0 left, new ones are refused", {25, 25, "25", "25"}),
          meter("Members", "6 of the plan are free", {9, 15, "9", "15"}),
          meter("Exports", "Not limited on this plan", {312, std::nullopt, "312", ""})};
}

json::array callouts() {
  const Action compare{"Compare plans", "#plans"};
  const Callout all[] = {
      {"info",
       "info",
       "Invoices go to finance@northwind.example",
       "Change it in billing details.",
       {}},
      {"ok", "check_circle", "Payment received", "The plan is active until 1 Dec 2026.", {}},
      {"warn", "alert_triangle", "API calls are at 84% of this month’s limit",
       "At the current pace you reach 1,000,000 calls on 27 November.", compare},
      {"bad", "alert_circle", "The last payment failed",
       "Access is full until 3 Dec 2026, then the workspace is read-only.",
       Action{"Update card", "#card"}}};
  json::array list;
  for (const Callout& callout : all) list.push_back(to_json(callout));
  return list;
}

json::array banners() {
  return {to_json(Banner{"info",
                         "info",
                         "Maintenance on 28 Nov, 02:00 UTC.",
                         "Pages are read-only for five minutes.",
                         {}}),
          to_json(Banner{"warn", "alert_triangle", "API calls are at 80%.",
                         "412 of 500 are used until 1 December.", Action{"See usage", "#usage"},
                         Dismissal{"#dismiss", "/", "Dismiss until the limit is reached", "meter",
                                   "api_calls"}}),
          to_json(Banner{"bad", "alert_circle", "Payment problem: full access until 3 Dec.",
                         "The card ending in 4242 was declined.", Action{"Update card", "#card"}})};
}

void add_states(json::object& parts) {
  parts["empty_first"] = to_json(Empty{"key",
                                       "No API keys yet",
                                       "Create a key to call the API from your own systems. You "
                                       "see the secret once.",
                                       Action{"Create API key…", "#new", "primary"},
                                       Action{"Read the docs", "#docs"},
                                       {}});
  parts["empty_filtered"] = to_json(Empty{"search",
                                          "No members match “zebra”",
                                          "Check the spelling, or search by email address.",
                                          Action{"Clear filters", "#clear"},
                                          {},
                                          {}});
  parts["empty_error"] = to_json(Empty{"alert_circle",
                                       "The list could not be loaded",
                                       "Nothing was changed. Try again in a minute.",
                                       Action{"Try again", "#again"},
                                       {},
                                       "Request req_01h455vb4pex5vsknk084sn02q"});
  parts["no_permission"] =
      to_json(NoPermission{"Billing is for owners", "You are a Member of Northwind Labs.",
                           "Maya Okafor or Jonas Silva", Action{"Ask for access", "#ask"}});
  parts["gate"] =
      to_json(Gate{"Export is part of Pro", "Download all documents as one archive, at any time.",
                   Action{"Upgrade to Pro", "#upgrade", "primary"},
                   "$49.00 a month, charged after your trial", "Only owners can change the plan."});
}

Checklist start() {
  return checklist_of("Get started", {{"Confirm your email", "", true, {}},
                                      {"Write a document", "", true, {}},
                                      {"Invite a colleague", "Two people see what one overlooks.",
                                       false, Action{"Invite people…", "#invite"}},
                                      {"Make an API key", "Call the API from your own systems.",
                                       false, Action{"Create API key…", "#key"}}});
}

Timeline event_log() {
  return {{{"card", "bad", "Payment failed", "The card ending in 4242 was declined", "Stripe",
            "2026-11-22T10:41:00Z", "22 Nov, 10:41", false},
           {"key", "neutral", "API key created", "ci, expires 1 Mar 2027", "Maya Okafor",
            "2026-11-21T09:12:00Z", "21 Nov, 09:12", false},
           {"user_plus", "neutral", "Ada Lindqvist invited", "as Member", "Maya Okafor",
            "2026-11-20T16:30:00Z", "20 Nov, 16:30", false},
           {"check", "ok", "Plan changed", "Free → Team", "Maya Okafor", "2026-11-01T08:00:00Z",
            "1 Nov, 08:00", false}}};
}

}  // namespace

json::object component_parts() {
  json::object parts;
  parts["badges"] = json::array{to_json(Badge{"Delivered", "ok", true}),
                                to_json(Badge{"Retrying, 3 of 8", "warn", true}),
                                to_json(Badge{"Failed", "bad", true}),
                                to_json(Badge{"Owner", "accent"}), to_json(Badge{"Viewer"})};
  parts["sparks"] = json::array{to_json(sparkline_of("Rising", {2, 3, 3, 5, 6, 8})),
                                to_json(sparkline_of("Falling", {8, 6, 7, 4, 3, 1}, "quiet"))};
  parts["secret"] = json::object{{"value", "fh_live_9hT2xQ7Zp1mEXAMPLE"}};
  parts["form_plain"] = form_model(plain_form());
  parts["form_wrong"] = form_model(wrong_form());
  parts["form_more"] = form_model(more_form());
  parts["callouts"] = callouts();
  parts["banners"] = banners();
  parts["toasts"] = json::array{
      to_json(Toast{.text = "Ada Lindqvist is now an Admin", .action = Action{"Undo", "#undo"}}),
      to_json(failure("Could not save. Nothing was changed.", "req_01h455vb4p"))};
  add_states(parts);
  parts["tabs"] = to_json(Tabs{"Team sections",
                               {{"Members", "#members", true, "12"},
                                {"Invitations", "#invitations", false, "3"},
                                {"Roles", "#roles", false, {}}}});
  parts["members"] = members();
  parts["pagination"] = to_json(Pagination{"1–4 of 12", {}, "#next"});
  parts["chart"] = to_json(usage_chart());
  parts["meters"] = meters();
  parts["stats"] = stats();
  parts["checklist"] = to_json(start());
  parts["timeline"] = to_json(event_log());
  parts["confirm"] = confirm_model(delete_workspace());
  return parts;
}

}  // namespace freehold::html
