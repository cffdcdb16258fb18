// The connections of one io thread to one product. Private to the module.
#pragma once

#include <memory>
#include <vector>

#include "gateway/line.hpp"
#include "gateway/upstream.hpp"
#include "http/passage.hpp"

namespace freehold::gateway {

class Pool {
 public:
  Pool(const Executor& executor, UpstreamAddress address);

  // One that waits for a request, used within `freshness`; null: none.
  std::unique_ptr<Line> take(std::chrono::milliseconds freshness);
  // For the next request.
  void keep(std::unique_ptr<Line> line);
  // Closes those that have waited too long.
  void prune();
  bool empty() const { return idle_.empty(); }
  void clear() { idle_.clear(); }

  // A new connection; null with `why` when there is none. Gives up when the passage does.
  Task<std::unique_ptr<Line>> connect(http::Passage& passage, std::string& why);

 private:
  using Endpoint = asio::generic::stream_protocol::endpoint;
  Task<std::vector<Endpoint>> find_addresses(http::Passage& passage, std::string& why);

  Executor executor_;
  UpstreamAddress address_;
  std::vector<Endpoint> found_;  // of a name, for a few seconds
  std::chrono::steady_clock::time_point found_at_ = {};
  std::vector<std::unique_ptr<Line>> idle_;  // the last one used at the end
};

}  // namespace freehold::gateway
