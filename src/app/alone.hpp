// One `freehold up` at a time in a folder: a lock that the kernel gives back however the process
// ends, on a file that holds its number.
#pragma once

#include <filesystem>

namespace freehold::app {

class Alone {
 public:
  // Throws std::runtime_error with the other process's number when there is one.
  explicit Alone(std::filesystem::path path);
  ~Alone();
  Alone(const Alone&) = delete;
  Alone& operator=(const Alone&) = delete;

 private:
  std::filesystem::path path_;
  int file_;
};

}  // namespace freehold::app
