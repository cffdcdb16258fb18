#include "app/alone.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string>

namespace freehold::app {
namespace {

std::string text_of(int file) {
  std::array<char, 32> text{};
  const ssize_t length = pread(file, text.data(), text.size(), 0);
  std::string found(text.data(), length > 0 ? std::size_t(length) : 0);
  while (!found.empty() && found.back() == '\n') found.pop_back();
  return found;
}

}  // namespace

Alone::Alone(std::filesystem::path path)
    : path_(std::move(path)), file_(open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
  if (file_ < 0) throw std::runtime_error(fmt::format("{} cannot be written", path_.string()));
  if (flock(file_, LOCK_EX | LOCK_NB) != 0) {
    const std::string other = text_of(file_);
    close(file_);
    throw std::runtime_error(
        fmt::format("Freehold is running in {} already (process {}). Stop it first, or choose "
                    "another folder with --var and another port with --port.",
                    path_.parent_path().string(), other));
  }
  const std::string mine = fmt::format("{}\n", getpid());
  if (ftruncate(file_, 0) != 0 || pwrite(file_, mine.data(), mine.size(), 0) < 0)
    throw std::runtime_error(fmt::format("{} cannot be written", path_.string()));
}

Alone::~Alone() {
  unlink(path_.c_str());
  close(file_);
}

}  // namespace freehold::app
