#include "db/detail/budget.hpp"

#include <doctest/doctest.h>

using namespace freehold::db;
using namespace freehold::db::detail;

namespace {

// A line for each pool: how many connections it has on each thread.
std::string table_of(int budget, unsigned threads) {
  std::string table;
  std::size_t n = 0;
  for (const Share& share : divide(budget, threads)) {
    table += fmt::format("{} {}", name_of(share.role), share.is_exclusive ? "own   " : "shared");
    for (unsigned thread = 0; thread < threads; ++thread) {
      table += fmt::format(" {}", connections_on(thread, threads, share.connections, n));
    }
    table += "\n";
    ++n;
  }
  return table;
}

int sum(const std::vector<Share>& shares) {
  int total = 0;
  for (const Share& share : shares) total += share.connections;
  return total;
}

}  // namespace

TEST_CASE("the default budget on two threads is the documented table") {
  CHECK(table_of(40, 2) ==
        "fh_app shared 4 4\n"
        "fh_app own    2 2\n"
        "fh_control shared 2 2\n"
        "fh_control own    3 3\n"
        "fh_auth shared 2 2\n"
        "fh_auth own    1 1\n"
        "fh_staff shared 1 1\n"
        "fh_staff own    1 1\n"
        "fh_worker shared 1 1\n"
        "fh_worker own    2 2\n"
        "fh_mover own    1 1\n");
}

TEST_CASE("the least budget gives each pool one, not all on one thread") {
  CHECK(table_of(11, 4) ==
        "fh_app shared 1 0 0 0\n"
        "fh_app own    0 1 0 0\n"
        "fh_control shared 0 0 1 0\n"
        "fh_control own    0 0 0 1\n"
        "fh_auth shared 1 0 0 0\n"
        "fh_auth own    0 1 0 0\n"
        "fh_staff shared 0 0 1 0\n"
        "fh_staff own    0 0 0 1\n"
        "fh_worker shared 1 0 0 0\n"
        "fh_worker own    0 1 0 0\n"
        "fh_mover own    0 0 1 0\n");
}

TEST_CASE("more than enough goes to the exclusive pools") {
  CHECK(table_of(60, 1) ==
        "fh_app shared 4\n"
        "fh_app own    10\n"
        "fh_control shared 2\n"
        "fh_control own    15\n"
        "fh_auth shared 2\n"
        "fh_auth own    5\n"
        "fh_staff shared 1\n"
        "fh_staff own    5\n"
        "fh_worker shared 1\n"
        "fh_worker own    10\n"
        "fh_mover own    5\n");
}

TEST_CASE("every connection of a budget is given away once") {
  for (const unsigned threads : {1U, 2U, 3U, 8U, 64U}) {
    for (int budget = 11; budget < 400; ++budget) {
      const std::vector<Share> shares = divide(budget, threads);
      int placed = 0;
      for (std::size_t n = 0; n < shares.size(); ++n) {
        for (unsigned thread = 0; thread < threads; ++thread) {
          placed += connections_on(thread, threads, shares[n].connections, n);
        }
      }
      REQUIRE(sum(shares) == budget);
      REQUIRE(placed == budget);
    }
  }
}
