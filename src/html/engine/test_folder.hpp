// A folder that a test fills, gone with it.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace freehold::html {

class TestFolder {
 public:
  TestFolder() { REQUIRE(::mkdtemp(path_.data()) != nullptr); }
  ~TestFolder() { std::filesystem::remove_all(path_); }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  TestFolder& write(std::string_view file, std::string_view text) {
    const std::filesystem::path path = std::filesystem::path(path_) / file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return *this;
  }
  TestFolder& link(std::string_view file, const std::filesystem::path& target) {
    const std::filesystem::path path = std::filesystem::path(path_) / file;
    std::filesystem::create_directories(path.parent_path());
    std::filesystem::create_symlink(target, path);
    return *this;
  }

  const std::string& path() const { return path_; }
  // `text` without this folder's path, which is another each time.
  std::string bare(std::string text) const {
    for (auto at = text.find(path_); at != text.npos; at = text.find(path_))
      text.replace(at, path_.size(), "OWN");
    return text;
  }

 private:
  std::string path_ = "/tmp/freehold-templates.XXXXXX";
};

}  // namespace freehold::html
