// A node: everything that serves requests and runs jobs, put together once. What each part needs is
// in its constructor, in the order of the layers.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/settings.hpp"
#include "core/runtime.hpp"
#include "core/task.hpp"
#include "core/time.hpp"

namespace freehold::app {

// What the start page of `freehold up` links to and lets people be.
struct TourConfig {
  std::string staff_url;
  std::string simulator_url;     // the mailbox is below it
  std::filesystem::path folder;  // where it keeps what has been done
};

struct Extras {
  // Origins besides the product's that a form may lead to: Stripe's pages.
  std::vector<std::string> form_action = {};
  std::optional<TourConfig> tour = {};  // `freehold up` only
};

class Node {
 public:
  Node(Runtime& runtime, const Settings& settings, Clocks clocks, const Extras& extras);
  ~Node();

  // Checks the connection budget and, unless everything is as the program expects, throws a
  // sentence.
  Task<> check();
  // Listens and begins to run; the runtime is started by the caller.
  void serve();
  void work();
  // Answers /healthz, /readyz and /metrics for a process that only works, where worker.listen says.
  void serve_operations();
  // Runs every job that is due, instead of work(): for a story that is played before it.
  Task<> settle();
  // Finishes what is in hand: requests, then jobs, then connections.
  Task<> drain();

  int public_port() const;
  int staff_port() const;
  // The table of all routes of both listeners, for docs/api/routes.txt.
  std::string routes() const;
  // The document of the API.
  std::string openapi() const;

  struct Parts;
  Parts& parts() { return *parts_; }

 private:
  events::Worker& worker();

  std::unique_ptr<Parts> parts_;
};

}  // namespace freehold::app
