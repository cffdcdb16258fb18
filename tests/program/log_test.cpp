// What the log says of a request and of everything that followed from it.
#include "core/log.hpp"

#include <doctest/doctest.h>

#include "app/parts.hpp"
#include "core/json.hpp"
#include "notify/test_post_office.hpp"
#include "tests/program/rows.hpp"
#include "tests/program/workspace.hpp"
#include "tests/support/captured_log.hpp"

using namespace freehold;
using namespace freehold::program;

namespace {

constexpr std::string_view trace = "0af7651916cd43dd8448eb211c80319c";

struct Following {
  Following()
      : scratch(new_database()),
        database(scratch.admin()),
        program(settings_for(database)),
        workspace(sign_up(program, database, "ada@example.com", "Acme")) {
    program.parts().notify.smtp = office.server();
    log::set_level(log::Level::info);
  }
  ~Following() { log::set_level(log::Level::error); }

  // A form of the page that was loaded last, sent by somebody who traces.
  http::Response post_traced(const std::string& path, const FormFields& fields) {
    http::Request form = workspace.owner.request(http::Method::post, workspace.path(path));
    form.add_header("Content-Type", "application/x-www-form-urlencoded");
    form.add_header("traceparent", fmt::format("00-{}-b7ad6b7169203331-01", trace));
    form.body = encoded(fields);
    return workspace.owner.send(std::move(form));
  }

  notify::PostOffice office;
  test::ScratchDatabase scratch;
  std::string database;
  Program program;
  Workspace workspace;
};

std::string text_in(const json::object& line, std::string_view name) {
  const json::value* found = line.if_contains(name);
  return found == nullptr ? "-" : std::string(found->as_string());
}

// "job.retried tenant_… req_… 0af7…\n" of each line whose event begins so. A line of the request
// before may still come, so a request counts by its trace.
std::string causes(const test::CapturedLog& log, std::string_view event) {
  std::string all;
  const std::string text = log.text();
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    const json::value parsed = json::parse(text.substr(at, text.find('\n', at) - at));
    const json::object& line = parsed.as_object();
    if (!line.at("event").as_string().starts_with(event)) continue;
    if (event == "http.request" && text_in(line, "trace") != trace) continue;
    all += fmt::format("{} {} {} {}\n", text_in(line, "event"), text_in(line, "tenant"),
                       text_in(line, "request"), text_in(line, "trace"));
  }
  return all;
}

}  // namespace

TEST_CASE("a request and the job that fails because of it have one name and one trace in the log") {
  Following all;
  all.office.answer_recipients("451 try later");
  all.workspace.owner.get(all.workspace.path("/team/invitations"));
  const test::CapturedLog log;
  const auto invited =
      all.post_traced("/team/invitations", {{"email", "eve@example.com"}, {"role", "viewer"}});
  CHECK(invited.status == 303);
  all.program.settle();
  const std::string cause = fmt::format(
      "{} {} {}", to_string(all.workspace.id()),
      value(all.database, "select request_id from events.outbox where type = 'invitation.sent'"),
      trace);
  CHECK(causes(log, "http.request") == "http.request " + cause + "\n");
  CHECK(causes(log, "job.") == "job.retried " + cause + "\n");

  all.office.answer_recipients("550 no such user");
  all.program.machine().advance(minutes(1));
  all.program.settle();
  CHECK(causes(log, "job.dead") == "job.dead " + cause + "\n");
}

TEST_CASE(
    "what a job causes in turn carries the request's names on, and so does a command to Stripe") {
  Following all;  // nobody answers for Stripe
  const std::string first = rows(all.database,
                                 "select tenant_id, request_id, trace_id from events.outbox "
                                 "where type = 'tenant.created'");
  CHECK(rows(all.database,
             "select tenant_id, request_id, trace_id from billing.command "
             "where kind = 'customer.create'") == first);

  const test::CapturedLog log;
  all.program.machine().advance(minutes(2));
  all.program.settle();
  const std::string names =
      value(all.database, "select request_id || ' ' || trace_id from billing.command");
  CHECK(causes(log, "billing.") ==
        fmt::format("billing.command_postponed {} {}\n", to_string(all.workspace.id()), names));
}
