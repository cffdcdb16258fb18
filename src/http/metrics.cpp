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

Metrics::Metrics(const Router& router, unsigned threads) : routes_(router.routes()) {
  for (unsigned i = 0; i < threads; ++i)
    by_thread_.push_back(std::make_unique<Cells[]>(routes_.size() + 1));
}

Metrics::~Metrics() = default;

void Metrics::count(unsigned thread, const Route* route, int status,
                    std::chrono::nanoseconds took) {
  const std::size_t at = route == nullptr ? routes_.size() : std::size_t(route - routes_.data());
  Cells& cells = by_thread_[thread][at];
  const auto micros = std::uint64_t(took.count() / 1000);
  std::size_t bucket = 0;
  while (bucket < bounds.size() && micros > bounds[bucket]) ++bucket;
  add(cells.by_class[std::size_t(status / 100) % classes], 1);
  add(cells.buckets[bucket], 1);
  add(cells.micros, micros);
}

std::string Metrics::text() const {
  std::string counts =
      "# HELP freehold_http_requests_total Requests answered.\n"
      "# TYPE freehold_http_requests_total counter\n";
  std::string times =
      "# HELP freehold_http_request_seconds From the whole request to its answer.\n"
      "# TYPE freehold_http_request_seconds histogram\n";
  const auto sum = [&](std::size_t at, auto cell_of) {
    std::uint64_t total = 0;
    for (const auto& cells : by_thread_)
      total += cell_of(cells[at]).load(std::memory_order_relaxed);
    return total;
  };
  for (std::size_t at = 0; at <= routes_.size(); ++at) {
    const bool matched = at < routes_.size();
    const std::string labels = matched ? fmt::format("method=\"{}\",route=\"{}\"",
                                                     name_of(routes_[at].method), routes_[at].path)
                                       : std::string("method=\"\",route=\"none\"");
    std::uint64_t all = 0;
    for (std::size_t i = 0; i < classes; ++i) {
      const auto n = sum(at, [i](const Cells& cells) -> const Cell& { return cells.by_class[i]; });
      all += n;
      if (n > 0)
        counts +=
            fmt::format("freehold_http_requests_total{{{},status=\"{}xx\"}} {}\n", labels, i, n);
    }
    if (all == 0) continue;
    std::uint64_t below = 0;
    for (std::size_t i = 0; i <= bounds.size(); ++i) {
      below += sum(at, [i](const Cells& cells) -> const Cell& { return cells.buckets[i]; });
      const std::string bound = i < bounds.size() ? fmt::format("{}", bounds[i] / 1e6) : "+Inf";
      times += fmt::format("freehold_http_request_seconds_bucket{{{},le=\"{}\"}} {}\n", labels,
                           bound, below);
    }
    const auto micros = sum(at, [](const Cells& cells) -> const Cell& { return cells.micros; });
    times +=
        fmt::format("freehold_http_request_seconds_sum{{{}}} {}\n", labels, double(micros) / 1e6);
    times += fmt::format("freehold_http_request_seconds_count{{{}}} {}\n", labels, below);
  }
  return counts + times;
}

}  // namespace freehold::http
