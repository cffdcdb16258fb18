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
  // Notes what an answer shows to have been done; on any thread.
  void note_answer(const http::Request& req, const http::Route& route,
                   const http::Response& response);
  void note(std::string_view mark);

  // Looks at what has happened since, and says everything that has been seen so far.
  Task<std::set<std::string, std::less<>>> marks();

  const TourConfig& config() const { return config_; }
  Node::Parts& parts() { return parts_; }

 private:
  void add(std::string_view mark);
  void read_event(const events::Event& event);
  void keep();

  Node::Parts& parts_;
  TourConfig config_;
  std::mutex mutex_;
  Instant since_;
  Instant read_;  // events until then were looked at
  std::set<std::string, std::less<>>
      ending_;  // subscriptions that were cancelled, and not kept yet
  std::set<std::string, std::less<>> marks_;
};

void tour_routes(http::Router& at, Tour& tour);

}  // namespace freehold::app
