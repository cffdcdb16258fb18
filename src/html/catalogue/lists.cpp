#include "html/catalogue/parts.hpp"

#include "core/json.hpp"
#include "html/chart.hpp"
#include "html/frame.hpp"

namespace freehold::html {

namespace {

json::object figure(std::string_view label, std::string_view value, std::string_view note,
                    std::string_view tone, const std::vector<std::int64_t>& trend) {
  return {{"label", label},
          {"value", value},
          {"note", note},
          {"tone", tone},
          {"spark", to_json(sparkline_of(fmt::format("{}, trend", label), trend))}};
}

}  // namespace

json::array stats() {
  return {
      figure("MRR", "$186,420", "+3.8% in 30 days", "ok", {12, 13, 15, 15, 17, 18, 21, 22, 25}),
      figure("Active trials", "63", "19 end this week", "neutral", {31, 35, 40, 38, 52, 60, 63}),
      figure("Past due", "11", "$9,214 at risk", "bad", {18, 17, 15, 16, 13, 12, 12, 11}),
      figure("Active tenants, 7 days", "1,021", "79.5% of all", "neutral",
             {900, 940, 955, 990, 1004, 1021})};
}

json::array members() {
  const auto member = [](std::string_view name, std::string_view email, const Badge& role,
                         const std::optional<Badge>& status, std::string_view calls,
                         std::vector<std::int64_t> trend, std::string_view seen, bool selected) {
    return json::object{
        {"name", name},
        {"initials", initials_of(name)},
        {"email", email},
        {"role_badge", to_json(role)},
        {"status", to_json(status)},
        {"calls", calls},
        {"spark", to_json(sparkline_of(fmt::format("Activity of {}", name), trend))},
        {"at", "2026-11-22T10:41:00Z"},
        {"at_text", seen},
        {"relative", false},
        {"selected", selected}};
  };
  return {member("Maya Okafor", "maya@northwind.example", {"Owner", "accent"}, {}, "512,004",
                 {4, 6, 5, 9, 12, 11, 14}, "22 Nov, 10:41", false),
          member("Ada Lindqvist", "ada@northwind.example", {"Member"}, Badge{"Invited", "warn"},
                 "0", {0, 0, 0, 0}, "Never", true),
          member("Jonas Silva", "jonas@northwind.example", {"Admin"}, {}, "330,306",
                 {14, 12, 13, 9, 8, 6, 6}, "21 Nov, 17:02", false),
          member("Priya Natarajan", "priya@northwind.example", {"Viewer"}, Badge{"Locked", "bad"},
                 "0", {3, 3, 2, 0, 0}, "2 Nov, 08:15", false)};
}

json::object pricing_parts() {
  const auto plan = [](std::string_view id, std::string_view name, std::string_view price,
                       std::string_view text, json::array gains) {
    const bool featured = id == "pro";
    return json::object{
        {"id", id},
        {"name", name},
        {"price", price},
        {"unit", "a month"},
        {"text", text},
        {"kind", featured ? "featured" : "plain"},
        {"badge", featured ? to_json(Badge{"Most chosen", "accent"}) : json::value(nullptr)},
        {"action",
         to_json(Action{featured ? "Start free trial" : "Choose " + std::string(name),
                        "/signup?plan=" + std::string(id), featured ? "primary" : "secondary"})},
        {"gains", std::move(gains)}};
  };
  const auto cell = [](json::value text, bool yes, bool no) {
    return json::object{{"text", std::move(text)}, {"yes", yes}, {"no", no}};
  };
  const auto feature = [&](std::string_view name, json::array cells) {
    return json::object{{"name", name}, {"cells", std::move(cells)}};
  };
  const json::value none(nullptr);
  return {
      {"plans", json::array{plan("free", "Free", "$0.00", "To try it out, for as long as you like.",
                                 {"25 documents", "1,000 API calls a month", "3 members"}),
                            plan("pro", "Pro", "$49.00", "For a team that works in it every day.",
                                 {"5,000 documents", "100,000 API calls a month", "Export"}),
                            plan("business", "Business", "$199.00", "For companies with auditors.",
                                 {"Unlimited documents", "1,000,000 API calls a month",
                                  "Audit log kept for 1 year"})}},
      {"features",
       json::array{feature("Documents", {cell("25", false, false), cell("5,000", false, false),
                                         cell("Unlimited", false, false)}),
                   feature("Export", {cell(none, false, true), cell(none, true, false),
                                      cell(none, true, false)})}}};
}

json::object tenant_parts() {
  const auto tenant = [](std::string_view name, std::string_view slug, const Badge& plan,
                         std::string_view mrr, std::string_view change,
                         const std::optional<Badge>& status, std::string_view health) {
    const bool falling = change.starts_with("−");
    return json::object{
        {"name", name},
        {"initials", initials_of(name)},
        {"slug", slug},
        {"url", "/tenants/" + std::string(slug)},
        {"plan", to_json(plan)},
        {"mrr", mrr},
        {"change", change},
        {"tone", falling          ? "bad"
                 : change == "0%" ? "neutral"
                                  : "ok"},
        {"status", to_json(status)},
        {"health", health},
        {"health_tone", health == "Healthy"    ? "ok"
                        : health == "Critical" ? "bad"
                                               : "warn"},
        {"spark", falling ? to_json(sparkline_of("Activity, falling", {9, 8, 8, 6, 5, 3}, "quiet"))
                          : to_json(sparkline_of("Activity, rising", {3, 4, 4, 6, 7, 9}))},
        {"at", "2026-11-22T10:41:00Z"},
        {"at_text", "22 Nov, 10:41"},
        {"relative", false}};
  };
  const Badge enterprise{"Enterprise", "accent"}, business{"Business"}, team{"Team"};
  json::array tenants{
      tenant("Osprey Health", "osprey", enterprise, "$7,250.00", "+4%", {}, "Healthy"),
      tenant("Sable Insurance", "sable", enterprise, "$3,900.00", "0%", Badge{"Paused"}, "At risk"),
      tenant("Juniper Robotics", "juniper", business, "$1,404.00", "+17%", {}, "Healthy"),
      tenant("Corvid Analytics", "corvid", business, "$1,170.00", "0%", Badge{"Past due", "bad"},
             "At risk"),
      tenant("Marlowe & Sons", "marlowe", business, "$585.00", "−22%",
             Badge{"Cancels 1 Dec", "warn"}, "Critical"),
      tenant("Tern Logistics", "tern", team, "$320.00", "+5%", {}, "Healthy"),
      tenant("Northwind Labs", "northwind", team, "$240.00", "+28%", {}, "Healthy")};
  return {{"stats", stats()},
          {"tabs", to_json(Tabs{"Saved views",
                                {{"All", "#all", true, "1,284"},
                                 {"Trials ending", "#trials", false, "19"},
                                 {"Past due", "#due", false, "11"}}})},
          {"tenants", std::move(tenants)},
          {"pagination", to_json(Pagination{"1–7 of 1,284", {}, "#next"})}};
}

}  // namespace freehold::html
