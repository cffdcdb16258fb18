// Reading templates and assets from disk while developing. Private to the module.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace freehold::html {

std::optional<std::string> read_file(const std::string& path);

struct TemplateFile {
  std::string name;
  std::string path;  // from the root of the repository, or of an owner's own
  std::string body;
};

// Every template of the repository at `root`, by path.
std::vector<TemplateFile> read_templates(const std::string& root);

// Changes when a template is written, added or removed.
std::string fingerprint(const std::string& root);

}  // namespace freehold::html
