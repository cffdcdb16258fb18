// How many requests each route answered, how, and how fast, in Prometheus' text format 0.0.4.
//
// Each io thread counts in cells of its own, so that counting costs a few nanoseconds and no lock;
// the text adds them up.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "http/router.hpp"

namespace freehold::http {

class Metrics {
 public:
  // For the routes that `router` has now.
  Metrics(const Router& router, unsigned threads);
  ~Metrics();

  // Called on io thread `thread`; route null: no route matched.
  void count(unsigned thread, const Route* route, int status, std::chrono::nanoseconds took);

  // freehold_http_requests_total{method,route,status} and
  // freehold_http_request_seconds{method,route}. A route is its pattern, never a path.
  std::string text() const;

 private:
  struct Cells;
  const std::vector<Route>& routes_;
  std::vector<std::unique_ptr<Cells[]>> by_thread_;
};

}  // namespace freehold::http
