// What is written to standard error as long as it lives: the log of a program in a test.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <stdexcept>
#include <string>

namespace freehold::test {

class CapturedLog {
 public:
  CapturedLog() {
    char path[] = "/tmp/freehold-log-XXXXXX";
    file_ = ::mkostemp(path, O_CLOEXEC | O_APPEND);
    if (file_ < 0) throw std::runtime_error("no temporary file");
    ::unlink(path);
    before_ = ::dup(STDERR_FILENO);
    ::dup2(file_, STDERR_FILENO);
  }
  ~CapturedLog() {
    ::dup2(before_, STDERR_FILENO);
    ::close(before_);
    ::close(file_);
  }
  CapturedLog(const CapturedLog&) = delete;
  CapturedLog& operator=(const CapturedLog&) = delete;

  std::string text() const {
    struct stat about{};
    ::fstat(file_, &about);
    std::string written(std::size_t(about.st_size), '\0');
    written.resize(std::size_t(::pread(file_, written.data(), written.size(), 0)));
    return written;
  }

 private:
  int file_ = -1;
  int before_ = -1;
};

}  // namespace freehold::test
