// What a module tells the program about itself, as data: the keys it brings and what its events and
// constraints mean. Every module has `Module module()` in its face; the program lists them
// (app/modules.cpp) and stops the start when two say the same. Its migrations lie in its folder;
// its routes and jobs are functions of what it stands on (`routes`, `work`).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/keys.hpp"

namespace freehold {

// Which roles hold a permission, stated beside the permission. Owners hold every one. A permission
// that is not `for_keys` cannot be held by an API key, whatever the key's role.
struct Grant {
  Permission permission;
  bool admin = false;
  bool member = false;
  bool viewer = false;
  bool for_keys = true;
};

// A feature, limit or meter that plans may assign a value to, with the words that people read.
struct DeclaredKey {
  std::string key;    // "documents.api_calls": begins with the module's name
  std::string label;  // "API calls"
};

// An event that the module emits, for those who follow events.
struct DeclaredEvent {
  EventType type;
  std::string_view payload;  // the keys of its payload: "invitation", "from, to"; empty: none
  std::string_view about;    // one sentence: when it happens
};

// What people and programs read when one of the module's constraints stopped their request.
struct ConstraintProblem {
  std::string_view constraint;
  int status;
  std::string_view code;
  std::string_view detail;
};

struct Module {
  std::string_view name;  // of its folder, namespace, library and schema
  std::vector<Grant> permissions = {};
  std::vector<DeclaredKey> features = {};
  std::vector<DeclaredKey> limits = {};
  std::vector<DeclaredKey> meters = {};
  std::vector<DeclaredEvent> events = {};
  std::vector<ConstraintProblem> constraints = {};
};

}  // namespace freehold
