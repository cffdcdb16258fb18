#include "core/log.hpp"

#include <doctest/doctest.h>

#include "core/actor.hpp"
#include "tests/support/captured_log.hpp"

using namespace freehold;

TEST_CASE("a line is one JSON object, whatever the values hold") {
  const std::string hostile = "a\"b\\c\nd\x01";
  CHECK(
      log::format(log::Level::warn, "thing.happened", {},
                  {{"count", 3}, {"ratio", 0.5}, {"ok", true}, {"text", hostile}},
                  "2026-11-22T00:00:00Z") ==
      R"({"time":"2026-11-22T00:00:00Z","level":"warn","event":"thing.happened","count":3,"ratio":0.5,"ok":true,"text":"a\"b\\c\u000ad\u0001"})");
}

TEST_CASE("a line says whose doing it is about, as far as that is known") {
  const auto cause_in = [](const log::Cause& cause) {
    const std::string line = log::format(log::Level::info, "x", cause, {{"n", 1}}, "t");
    return line.substr(line.find("\"n\":1") + 5);
  };
  const Origin origin{.request_id = "req_1", .trace_id = "0af7651916cd43dd8448eb211c80319c"};
  const TenantId tenant = *TenantId::parse("tenant_01h455vb4pex5vsknk084sn02q");
  CHECK(cause_in({}) == "}");
  CHECK(cause_in(log::cause_of(origin)) ==
        R"(,"request":"req_1","trace":"0af7651916cd43dd8448eb211c80319c"})");
  CHECK(cause_in(log::cause_of(ActorMint::job(tenant, "a.job", origin))) ==
        R"(,"tenant":"tenant_01h455vb4pex5vsknk084sn02q","request":"req_1",)"
        R"("trace":"0af7651916cd43dd8448eb211c80319c"})");
  CHECK(cause_in(log::cause_of(ActorMint::job(tenant, "a.job"))) ==
        R"(,"tenant":"tenant_01h455vb4pex5vsknk084sn02q"})");
}

TEST_CASE("collected lines are written as they are, however many") {
  std::string lines;
  for (int i = 0; i < 300; ++i) lines += "{\"line\":" + std::to_string(i) + "}\n";
  lines += std::string(9000, 'x') + "\n";

  const test::CapturedLog captured;
  log::write_lines(lines);
  CHECK(captured.text() == lines);
}
