#include "db/detail/backoff.hpp"

#include <doctest/doctest.h>

using freehold::db::detail::Backoff;
using namespace std::chrono_literals;

TEST_CASE("after each failure the next attempt waits up to twice as long, to two seconds") {
  Backoff backoff;
  const Backoff::Time now{};
  CHECK(backoff.may_try(now));
  for (const auto delay : {50ms, 100ms, 200ms, 400ms, 800ms, 1600ms, 2000ms, 2000ms}) {
    backoff.on_failure(now);
    CHECK(backoff.is_failing());
    CHECK_FALSE(backoff.may_try(now + delay * 74 / 100));
    CHECK(backoff.may_try(now + delay));
  }
}

TEST_CASE("one success forgets the failures") {
  Backoff backoff;
  const Backoff::Time now{};
  for (int i = 0; i < 5; ++i) backoff.on_failure(now);
  backoff.on_success();
  CHECK_FALSE(backoff.is_failing());
  CHECK(backoff.may_try(now));
  backoff.on_failure(now);
  CHECK(backoff.may_try(now + 50ms));
}
