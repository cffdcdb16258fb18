// `freehold config check`: whether a node could start with these settings, and what it would take
// of the database server.
#pragma once

#include "app/settings.hpp"

namespace freehold::app {

// The report; the settings have been read without a mistake.
struct Checked {
  std::string report;
  bool is_sound = false;
};
Checked check_settings(const Settings& settings);

}  // namespace freehold::app
