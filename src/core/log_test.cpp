#include "core/log.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

using namespace freehold;

TEST_CASE("a line is one JSON object, whatever the values hold") {
  const std::string hostile = "a\"b\\c\nd\x01";
  CHECK(
      log::format(log::Level::warn, "thing.happened",
                  {{"count", 3}, {"ratio", 0.5}, {"ok", true}, {"text", hostile}},
                  "2026-11-22T00:00:00Z") ==
      R"({"time":"2026-11-22T00:00:00Z","level":"warn","event":"thing.happened","count":3,"ratio":0.5,"ok":true,"text":"a\"b\\c\u000ad\u0001"})");
}

TEST_CASE("collected lines are written as they are, however many") {
  std::string lines;
  for (int i = 0; i < 300; ++i) lines += "{\"line\":" + std::to_string(i) + "}\n";
  lines += std::string(9000, 'x') + "\n";

  char path[] = "/tmp/freehold-log-XXXXXX";
  const int file = ::mkostemp(path, O_CLOEXEC);
  REQUIRE(file >= 0);
  const int kept = ::dup(STDERR_FILENO);
  ::dup2(file, STDERR_FILENO);
  log::write_lines(lines);
  ::dup2(kept, STDERR_FILENO);
  std::string written(lines.size() + 1, '\0');
  written.resize(std::size_t(::pread(file, written.data(), written.size(), 0)));
  ::close(kept);
  ::close(file);
  ::unlink(path);

  CHECK(written == lines);
}
