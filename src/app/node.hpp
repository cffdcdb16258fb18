// A node: everything that serves requests and runs jobs, put together once. What each part needs is
// in its constructor, in the order of the layers.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "app/settings.hpp"
#include "core/runtime.hpp"
#include "core/task.hpp"
#include "core/time.hpp"

namespace freehold::app {

// What `freehold up` adds to a node that `freehold serve` has not.
struct Extras {
  // Origins besides the product's that a form may lead to: Stripe's pages.
  std::vector<std::string> form_action;
  // More routes on the public listener (the start page) and on the development listener (mailbox).
  bool start_page = false;
};

class Node {
 public:
  Node(Runtime& runtime, const Settings& settings, Clocks clocks, Extras extras);
  ~Node();

  // Checks the connection budget and, unless everything is as the program expects, throws a
  // sentence.
  Task<> check();
  // Listens and begins to run; the runtime is started by the caller.
  void serve();
  void work();
  // Finishes what is in hand: requests, then jobs, then connections.
  Task<> drain();

  int public_port() const;
  int staff_port() const;
  // The table of all routes of both listeners, for docs/api/routes.txt.
  std::string routes() const;

  struct Parts;
  Parts& parts() { return *parts_; }

 private:
  std::unique_ptr<Parts> parts_;
};

}  // namespace freehold::app
