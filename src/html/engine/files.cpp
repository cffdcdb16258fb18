#include "html/engine/files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "html/engine/names.hpp"

namespace freehold::html {

namespace fs = std::filesystem;

namespace {

// The modules' folders; the simulator is one itself.
std::vector<fs::path> module_folders(const fs::path& root) {
  std::vector<fs::path> folders{root / "simulator"};
  for (const char* group : {"src", "product"}) {
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(root / group, none))
      folders.push_back(entry.path());
  }
  return folders;
}

std::vector<fs::path> template_paths(const std::string& root) {
  std::vector<fs::path> paths;
  for (const fs::path& folder : module_folders(root)) {
    std::error_code none;
    for (const auto& entry : fs::recursive_directory_iterator(folder / "templates", none)) {
      const fs::path extension = entry.path().extension();
      if (extension == ".tpl" || extension == ".txt") paths.push_back(entry.path());
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::vector<TemplateFile> read_templates(const std::string& root) {
  std::vector<TemplateFile> files;
  for (const fs::path& path : template_paths(root)) {
    std::optional<std::string> body = read_file(path.string());
    if (!body) continue;
    const std::string relative = fs::relative(path, root).generic_string();
    files.push_back({template_name(relative), relative, std::move(*body)});
  }
  return files;
}

std::string fingerprint(const std::string& root) {
  std::string print;
  for (const fs::path& path : template_paths(root)) {
    std::error_code none;
    const auto written = fs::last_write_time(path, none).time_since_epoch().count();
    print += fmt::format("{} {}\n", path.string(), static_cast<long long>(written));
  }
  return print;
}

}  // namespace freehold::html
