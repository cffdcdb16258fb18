// How many events of Stripe's came, by type and by what became of them, since the process started.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace freehold::billing {

class EventCounts {
 public:
  // `fate`: hint, waiting, ignored, dead; or repeated. Types beyond the first thousand are counted
  // as "other".
  void count(std::string_view type, std::string_view fate);
  // In Prometheus' text format.
  std::string metrics() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::uint64_t> counts_;
};

}  // namespace freehold::billing
