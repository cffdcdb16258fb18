#include "http/metrics.hpp"

#include <fmt/format.h>

#include <array>
#include <atomic>

namespace freehold::http {
namespace {

// Upper bounds in microseconds.
constexpr std::array<std::uint32_t, 14> bounds{500,       1'000,     2'500,     5'000,     10'000,
                                               25'000,    50'000,    100'000,   250'000,   500'000,
                                               1'000'000, 2'500'000, 5'000'000, 10'000'000};
constexpr std::size_t classes = 6;  // of status: 1xx to 5xx by their first digit

using Cell = std::atomic<std::uint64_t>;

// Only one thread writes, so that no read-modify-write is needed.
void add(Cell& cell, std::uint64_t by) {
  cell.store(cell.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
}

}  // namespace

struct Metrics::Cells {
  std::array<Cell, classes> by_class{};
  std::array<Cell, bounds.size() + 1> buckets{};
  Cell micros{};
};

Metrics::Metrics(const Router& router, const std::vector<Route>& passed, unsigned threads)
    : routes_(router.routes()), passed_(passed) {
  for (unsigned i = 0; i < threads; ++i)
    by_thread_.push_back(std::make_unique<Cells[]>(routes_.size() + passed_.size() + 1));
}

Metrics::~Metrics() = default;

// Our own routes, those that are passed on, and last what no route took.
std::size_t Metrics::at_of(const Route* route) const {
  if (route == nullptr) return routes_.size() + passed_.size();
  const auto in = [route](const std::vector<Route>& routes) {
    return !std::less<>()(route, routes.data()) &&
           std::less<>()(route, routes.data() + routes.size());
  };
  if (in(routes_)) return std::size_t(route - routes_.data());
  return routes_.size() + std::size_t(route - passed_.data());
}

void Metrics::count(unsigned thread, const Route* route, int status,
                    std::chrono::nanoseconds took) {
  Cells& cells = by_thread_[thread][at_of(route)];
  const auto micros = std::uint64_t(took.count() / 1000);
  std::size_t bucket = 0;
  while (bucket < bounds.size() && micros > bounds[bucket]) ++bucket;
  add(cells.by_class[std::size_t(status / 100) % classes], 1);
  add(cells.buckets[bucket], 1);
  add(cells.micros, micros);
}

template <class CellOf>
std::uint64_t Metrics::sum(std::size_t at, CellOf cell_of) const {
  std::uint64_t total = 0;
  for (const auto& cells : by_thread_) total += cell_of(cells[at]).load(std::memory_order_relaxed);
  return total;
}

std::uint64_t Metrics::add_counts(std::string& text, std::size_t at,
                                  std::string_view labels) const {
  std::uint64_t all = 0;
  for (std::size_t i = 0; i < classes; ++i) {
    const auto n = sum(at, [i](const Cells& cells) -> const Cell& { return cells.by_class[i]; });
    all += n;
    if (n > 0)
      text += fmt::format("freehold_http_requests_total{{{},status=\"{}xx\"}} {}\n", labels, i, n);
  }
  return all;
}

void Metrics::add_times(std::string& text, std::size_t at, std::string_view labels) const {
  std::uint64_t below = 0;
  for (std::size_t i = 0; i <= bounds.size(); ++i) {
    below += sum(at, [i](const Cells& cells) -> const Cell& { return cells.buckets[i]; });
    const std::string bound = i < bounds.size() ? fmt::format("{}", bounds[i] / 1e6) : "+Inf";
    text += fmt::format("freehold_http_request_seconds_bucket{{{},le=\"{}\"}} {}\n", labels, bound,
                        below);
  }
  const auto micros = sum(at, [](const Cells& cells) -> const Cell& { return cells.micros; });
  text += fmt::format("freehold_http_request_seconds_sum{{{}}} {}\n", labels, double(micros) / 1e6);
  text += fmt::format("freehold_http_request_seconds_count{{{}}} {}\n", labels, below);
}

void Metrics::add_to(Families& text, std::string_view listener) const {
  for (std::size_t at = 0; at <= routes_.size() + passed_.size(); ++at) {
    std::string_view method;
    std::string_view path = "none";
    if (at < routes_.size()) {
      method = name_of(routes_[at].method);
      path = routes_[at].path;
    } else if (at < routes_.size() + passed_.size()) {
      path = passed_[at - routes_.size()].path;
    }
    const std::string labels =
        fmt::format("listener=\"{}\",method=\"{}\",route=\"{}\"", listener, method, path);
    if (add_counts(text.counts, at, labels) > 0) add_times(text.times, at, labels);
  }
}

}  // namespace freehold::http
