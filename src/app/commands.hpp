// What `freehold` can be told to do. Each returns the process's exit status.
#pragma once

#include <string>

#include "app/settings.hpp"

namespace freehold::app {

struct UpOptions {
  std::string var = "var";
  int port = 8080;          // of the product; the staff panel and the simulator take the next two
  std::string plans = {};   // a file like plans.toml; empty: the built-in one
  std::string assets = {};  // a checkout to read templates and assets from
  bool demo = true;         // the three demo workspaces
};
int up(const UpOptions& options);

int serve(const Settings& settings);
int work(const Settings& settings);
int migrate(const Settings& settings);
int doctor(const Settings& settings);
int sync_plans(const Settings& settings, bool dry_run);
// Prints the password, which is shown once.
int create_staff(const Settings& settings, const std::string& email);
// Every route of both listeners, with who may call it. Needs no servers and no settings.
std::string routes_table();

}  // namespace freehold::app
