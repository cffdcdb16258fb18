#include "redis/target.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <stdexcept>

using namespace freehold::redis;

namespace {

std::string read(std::string_view url) {
  try {
    const auto target = parse_target(url);
    return fmt::format("{} user={} password={}", target.name(), target.user, target.password);
  } catch (const std::invalid_argument& refused) {
    const std::string why = refused.what();
    return why.substr(0, why.find(';'));
  }
}

}  // namespace

TEST_CASE("the URL says where Redis is and who we are") {
  CHECK(read("redis://localhost") == "redis://localhost:6379 user= password=");
  CHECK(read("redis://10.0.0.1:7000/0") == "redis://10.0.0.1:7000 user= password=");
  CHECK(read("redis://:s%40cret@h/") == "redis://h:6379 user= password=s@cret");
  CHECK(read("rediss://app:pw@[::1]:1") == "rediss://[::1]:1 user=app password=pw");
  CHECK(read("unix:///run/r%20edis.sock") == "unix:///run/r edis.sock user= password=");
  CHECK(read("unix://app:pw@/run/redis.sock") == "unix:///run/redis.sock user=app password=pw");
}

TEST_CASE("a URL that cannot be used is refused without repeating it") {
  CHECK(read("") == "the URL of Redis does not parse");
  CHECK(read("localhost:6379") == "the URL of Redis has an unknown scheme");
  CHECK(read("http://h") == "the URL of Redis has an unknown scheme");
  CHECK(read("redis://") == "the URL of Redis has no host");
  CHECK(read("redis://h/1") ==
        "the URL of Redis names a database other than 0, which Redis Cluster does not have");
  CHECK(read("redis://h?db=1") == "the URL of Redis has a query or a fragment");
  CHECK(read("unix://host/path") == "the URL of Redis has no absolute path");
  CHECK(read("unix:") == "the URL of Redis has no absolute path");
  CHECK(read("redis://app@h") == "the URL of Redis has a user without a password");
}
