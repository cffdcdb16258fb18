#include "tests/support/source_files.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace freehold::test {
namespace {

const std::filesystem::path root = FREEHOLD_SOURCE_DIR;

}  // namespace

std::string read_source(std::string_view path) {
  std::ifstream file(root / path, std::ios::binary);
  if (!file) throw std::runtime_error(fmt::format("there is no file {}", path));
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> sources_below(std::string_view folder) {
  std::vector<std::string> paths;
  if (!std::filesystem::exists(root / folder)) return paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder))
    if (entry.is_regular_file())
      paths.push_back(entry.path().lexically_relative(root).generic_string());
  std::ranges::sort(paths);
  return paths;
}

}  // namespace freehold::test
