// The start page of `freehold up`: nine things to see, each ticked when it has happened in this
// installation, with the ways to product, staff panel, simulator and mailbox, and log-ins that need
// no typing. None of it exists in `freehold serve`.
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "app/parts.hpp"

namespace freehold::app {

class Tour {
 public:
  Tour(Node::Parts& parts, TourConfig config);

  // What happened until now is the demo's story: only what comes later is the newcomer's doing.
  void begin(Instant now);
  // Notes that a page was asked for; on any thread.
  void note_visit(std::string_view route);
  void note(std::string_view mark);

  // Looks at what has happened since, and says everything that has been seen so far.
  Task<std::set<std::string, std::less<>>> marks();

  const TourConfig& config() const { return config_; }
  Node::Parts& parts() { return parts_; }

 private:
  void keep();

  Node::Parts& parts_;
  TourConfig config_;
  std::mutex mutex_;
  Instant since_;
  std::set<std::string, std::less<>> marks_;
};

void tour_routes(http::Router& at, Tour& tour);

}  // namespace freehold::app
