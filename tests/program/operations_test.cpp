// What operations ask: is it alive, can it serve, what has it done.
#include <doctest/doctest.h>

#include <set>

#include "app/commands.hpp"
#include "tests/program/rows.hpp"
#include "tests/program/workspace.hpp"

using namespace freehold;
using namespace freehold::program;

namespace {

std::string said(Visitor& visitor, const std::string& path) {
  const auto answer = visitor.get(path);
  return fmt::format("{} {} {}", answer.status, answer.content_type, answer.content());
}

// The number behind a series: "freehold_jobs{state=\"dead\"}"; "-" when it is not there.
std::string number(const std::string& text, const std::string& series) {
  const std::string found = between("\n" + text, "\n" + series + " ", "\n");
  return found.empty() ? "-" : found;
}

// The metric that a line belongs to: its name without what a histogram adds.
std::string family_of(std::string name) {
  for (const std::string_view ending : {"_bucket", "_sum", "_count"})
    if (name.ends_with(ending) && name.contains("request_seconds"))
      name.resize(name.size() - ending.size());
  return name;
}

// What a reader of Prometheus' text format would refuse: a series that is there twice, or one whose
// metric was not introduced right before.
std::string mistakes_in(const std::string& text) {
  std::set<std::string> families;
  std::set<std::string> series;
  std::string family;
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    const std::string line = text.substr(at, text.find('\n', at) - at);
    if (line.starts_with("# HELP ")) continue;
    if (line.starts_with("# TYPE ")) {
      family = line.substr(7, line.find(' ', 7) - 7);
      if (!families.insert(family).second) return "two families: " + line;
      continue;
    }
    const std::string name = line.substr(0, line.rfind(' '));
    if (family_of(name.substr(0, name.find('{'))) != family) return "of no family: " + line;
    if (!series.insert(name).second) return "twice: " + line;
  }
  return "";
}

}  // namespace

TEST_CASE("anybody who reaches the staff listener may ask how the program is, and no one else") {
  const auto scratch = new_database();
  Program program(settings_for(scratch.admin()));
  Visitor probe(program, Listener::staff);
  CHECK(said(probe, "/healthz") == "200 text/plain; charset=utf-8 ok\n");
  CHECK(said(probe, "/readyz") == "200 text/plain; charset=utf-8 ready, without Redis\n");
  CHECK(probe.get("/metrics").status == 200);
  Visitor customer(program);
  for (const char* path : {"/healthz", "/readyz", "/metrics"})
    CHECK(customer.get(path).status == 404);
}

TEST_CASE("the metrics tell requests of both listeners, queries, connections and jobs apart") {
  const auto scratch = new_database();
  Program program(settings_for(scratch.admin()));
  Workspace workspace = sign_up(program, scratch.admin(), "ada@example.com", "Acme");
  Visitor staff = staff_member(program, "sam@staff.example");
  for (int i = 0; i < 3; ++i) workspace.owner.get(workspace.path("/documents"));
  staff.get("/failed-events");
  Visitor probe(program, Listener::staff);
  const std::string text = probe.get("/metrics").body;
  CHECK(mistakes_in(text) == "");

  const std::string requests = "freehold_http_requests_total{listener=";
  CHECK(number(text,
               requests + R"("public",method="GET",route="/t/{slug}/documents",status="2xx"})") ==
        "3");
  CHECK(number(text, requests + R"("staff",method="GET",route="/failed-events",status="2xx"})") ==
        "1");
  CHECK(number(text, R"(freehold_http_request_seconds_count{listener="staff",method="POST",)"
                     R"(route="/login"})") == "1");
  // As often as it was run, which nobody but the database could say better.
  const std::string runs = number(text, R"(freehold_query_runs_total{query="staff.find_session"})");
  REQUIRE(runs != "-");
  CHECK(std::stoi(runs) >= 2);
  CHECK(number(text, R"(freehold_query_failures_total{query="staff.find_session"})") == "0");
  CHECK(std::stod(number(text, R"(freehold_query_seconds_total{query="staff.find_session"})")) > 0);
  CHECK(std::stoi(number(text, R"(freehold_database_connections{role="fh_staff",state="open"})")) >=
        1);
  CHECK(number(text, R"(freehold_jobs{state="dead"})") == "0");
  CHECK(number(text, "freehold_redis_up") == "0");
  CHECK(number(text, "freehold_password_hashes_total") != "-");
}

TEST_CASE("a failed webhook is discarded from the command line, which asks which one and why") {
  const auto scratch = new_database();
  const app::Settings settings = settings_for(scratch.admin());
  const Program program(settings);
  rows(scratch.admin(),
       "insert into billing.stripe_event (id, livemode, type, customer_id, created_at, "
       "received_at, state, reason, payload) values ('evt_1', false, 'invoice.paid', 'cus_x', "
       "now(), now(), 'dead', 'unknown_customer', '{}')");
  const auto event = [&] {
    return value(scratch.admin(),
                 "select state || coalesce(' ' || discarded_because, '') from "
                 "billing.stripe_event where id = 'evt_1'");
  };
  CHECK_THROWS(app::discard_webhooks(settings, {.because = "a reason"}));
  CHECK_THROWS(app::discard_webhooks(settings, {.event = "evt_1"}));
  CHECK(app::discard_webhooks(settings, {.event = "evt_1", .dry_run = true}) == 0);
  CHECK(event() == "dead");
  CHECK(app::discard_webhooks(settings, {.event = "evt_1", .because = "an old account"}) == 0);
  CHECK(event() == "discarded an old account");
}
