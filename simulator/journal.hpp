// The file that makes the simulator durable: one line per committed change, each with a checksum,
// written before the call is answered. A line cut off by a crash is dropped at the next start; a
// broken line in the middle stops it, because that is damage and not a crash.
//
// A write reaches the kernel, not the disk: it survives kill -9 and not a power cut, which is
// enough for a stand-in and keeps a call at tens of microseconds.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace freehold::simulator {

class Journal {
 public:
  // An empty path keeps nothing. Throws std::runtime_error with the file's name when it cannot be
  // opened or another process has it open.
  explicit Journal(std::filesystem::path file);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  bool is_kept() const { return descriptor_ >= 0; }

  // Hands every whole line to `take`, then drops a line cut off at the end.
  void read(const std::function<void(std::string_view)>& take);
  // Throws std::runtime_error when the disk is full: the call is then not answered.
  void append(std::string_view line);
  // Puts these lines in the place of everything, atomically.
  void replace(const std::vector<std::string>& lines);

 private:
  void open();
  void close();

  std::filesystem::path file_;
  int descriptor_ = -1;
};

// A line as the journal and snapshots hold it: "<8 hex digits of SHA-256> <line>\n".
std::string sealed(std::string_view line);
// The line without its seal; empty when the seal is broken.
std::string_view unsealed(std::string_view sealed_line);

}  // namespace freehold::simulator
