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
  // For the routes that `router` has now, and those of a gateway.
  Metrics(const Router& router, const std::vector<Route>& passed, unsigned threads);
  ~Metrics();

  // Called on io thread `thread`; route null: no route matched.
  void count(unsigned thread, const Route* route, int status, std::chrono::nanoseconds took);

  // Adds what was counted to the text of these families, which may hold other listeners' already:
  // freehold_http_requests_total{listener,method,route,status} and
  // freehold_http_request_seconds{listener,method,route}. A route is its pattern, never a path.
  struct Families {
    std::string counts =
        "# HELP freehold_http_requests_total Requests answered.\n"
        "# TYPE freehold_http_requests_total counter\n";
    std::string times =
        "# HELP freehold_http_request_seconds From the whole request to its answer.\n"
        "# TYPE freehold_http_request_seconds histogram\n";
  };
  void add_to(Families& text, std::string_view listener) const;

 private:
  struct Cells;
  template <class CellOf>
  std::uint64_t sum(std::size_t at, CellOf cell_of) const;
  // How many it were.
  std::uint64_t add_counts(std::string& text, std::size_t at, std::string_view labels) const;
  void add_times(std::string& text, std::size_t at, std::string_view labels) const;

  std::size_t at_of(const Route* route) const;

  const std::vector<Route>& routes_;
  const std::vector<Route>& passed_;
  std::vector<std::unique_ptr<Cells[]>> by_thread_;
};

}  // namespace freehold::http
