#include "app/clock_file.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "simulator/clock.hpp"

using namespace freehold;
using namespace freehold::app;

namespace {

struct Folder {
  Folder() { REQUIRE(::mkdtemp(path.data()) != nullptr); }
  ~Folder() { std::filesystem::remove_all(path); }
  std::filesystem::path operator/(const char* name) const {
    return std::filesystem::path(path) / name;
  }
  std::string path = "/tmp/freehold-clock.XXXXXX";
};

}  // namespace

TEST_CASE("a move of the published clock is seen at once, and is still there after a restart") {
  const Folder folder;
  const ManualClock machine{*parse_rfc3339("2026-11-22T09:00:00Z")};
  {
    const PublishedOffset published(folder / "clock");
    simulator::SharedClock clock(machine, published.micros());
    const FollowedClock followed(machine, folder / "clock");
    CHECK(followed.now() == machine.now());
    clock.advance(days(24));
    CHECK(followed.now() == machine.now() + days(24));
    clock.set_offset(-days(120));
    CHECK(followed.now() == machine.now() - days(120));
  }
  const FollowedClock meanwhile(machine, folder / "clock");
  const PublishedOffset again(folder / "clock");
  simulator::SharedClock clock(machine, again.micros());
  CHECK(clock.now() == machine.now() - days(120));
  clock.advance(days(1));
  CHECK(meanwhile.now() == machine.now() - days(119));
}

TEST_CASE("a file that is no clock is refused by its name") {
  const Folder folder;
  const ManualClock machine{Instant{}};
  std::ofstream(folder / "notes") << "not a clock";
  const auto refusal = [&](const char* name) {
    try {
      const FollowedClock followed(machine, folder / name);
      return std::string();
    } catch (const std::runtime_error& error) {
      return std::string(error.what()).substr(folder.path.size());
    }
  };
  CHECK(refusal("missing") ==
        "/missing cannot be read: dev.clock_file names the clock of a `freehold up`");
  CHECK(refusal("notes") == "/notes is not the clock of a `freehold up`");
}
