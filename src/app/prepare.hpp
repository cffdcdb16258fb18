// What has to be true of the database before anybody is served.
#pragma once

#include <string>
#include <vector>

#include "app/settings.hpp"

namespace freehold::app {

// Who migrates: database.admin_url, or else database.url with its own user.
const std::string& admin_of(const Settings& settings);

// Makes the roles and applies what is missing; what was applied.
std::vector<std::string> prepare_database(const Settings& settings);

// The doctor's report; false when there is an isolation finding.
struct Examined {
  bool safe;
  std::string report;
};
Examined examine_database(const Settings& settings);

}  // namespace freehold::app
