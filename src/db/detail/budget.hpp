// How the connections of a node are shared out.
//
//   role     shared   own   what for
//   app         4      2    the product's rows
//   control     2      3    members, plans, billing
//   auth        2      1    sessions of every request; log-ins
//   staff       1      1    the staff panel
//   worker      1      2    queues
//   mover       -      1    moves and purges
//
// per io thread with the default budget of 20 for each; 40 on two threads. A smaller budget is
// divided in the same proportions, but each pool keeps one connection, so 11 is the least. A larger
// one goes to the exclusive pools: more than 4 shared connections on a thread carry no more. A pool
// with fewer connections than there are threads lies on some of them and serves all.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "db/db.hpp"

namespace freehold::db::detail {

struct Share {
  Role role;
  bool is_exclusive;
  int weight;           // per thread
  int connections = 0;  // of the node
};

// Throws std::invalid_argument when the budget does not give each pool one.
std::vector<Share> divide(int budget, unsigned threads);

// How many of a pool's connections lie on `thread`. The n-th pool begins at the n-th thread, so
// that small pools do not all lie on the first.
int connections_on(unsigned thread, unsigned threads, int connections, std::size_t n);

}  // namespace freehold::db::detail
