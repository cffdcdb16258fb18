#include "simulator/journal.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "core/crypto.hpp"

namespace freehold::simulator {

namespace {

constexpr std::size_t seal_length = 8;

[[noreturn]] void fail(const std::filesystem::path& file, std::string_view what) {
  throw std::runtime_error("simulator journal " + file.string() + ": " + std::string(what) + ": " +
                           std::strerror(errno));
}

void write_all(int descriptor, std::string_view bytes, const std::filesystem::path& file) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(file, "cannot write");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string seal_of(std::string_view line) {
  const Digest digest = sha256(line);
  return to_hex(view(digest).substr(0, seal_length / 2));
}

}  // namespace

std::string sealed(std::string_view line) {
  std::string out = seal_of(line);
  out += ' ';
  out += line;
  out += '\n';
  return out;
}

std::string_view unsealed(std::string_view sealed_line) {
  if (sealed_line.size() <= seal_length + 1 || sealed_line[seal_length] != ' ') return {};
  const std::string_view line = sealed_line.substr(seal_length + 1);
  return seal_of(line) == sealed_line.substr(0, seal_length) ? line : std::string_view{};
}

Journal::Journal(std::filesystem::path file) : file_(std::move(file)) {
  if (!file_.empty()) open();
}

Journal::~Journal() {
  close();
}

void Journal::open() {
  descriptor_ = ::open(file_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (descriptor_ < 0) fail(file_, "cannot open");
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) fail(file_, "another simulator has it open");
}

void Journal::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

void Journal::read(const std::function<void(std::string_view)>& take) {
  if (descriptor_ < 0) return;
  const std::string content = read_file(file_);
  std::size_t whole = 0;  // bytes of whole lines
  while (whole < content.size()) {
    const std::size_t end = content.find('\n', whole);
    if (end == std::string::npos) break;
    const std::string_view line = unsealed(std::string_view(content).substr(whole, end - whole));
    if (line.empty())
      throw std::runtime_error("simulator journal " + file_.string() + " is damaged at byte " +
                               std::to_string(whole) + "; restore a snapshot or remove the file");
    take(line);
    whole = end + 1;
  }
  if (whole < content.size() && ::ftruncate(descriptor_, static_cast<off_t>(whole)) != 0)
    fail(file_, "cannot drop the cut-off line");
}

void Journal::append(std::string_view line) {
  if (descriptor_ < 0) return;
  const off_t before = ::lseek(descriptor_, 0, SEEK_END);
  try {
    write_all(descriptor_, sealed(line), file_);
  } catch (const std::runtime_error&) {
    // Half a line must not stand before the next one.
    if (::ftruncate(descriptor_, before) != 0) fail(file_, "cannot take a half-written line back");
    throw;
  }
}

void Journal::replace(const std::vector<std::string>& lines) {
  if (descriptor_ < 0) return;
  std::filesystem::path fresh = file_;
  fresh += ".new";
  const int descriptor = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) fail(fresh, "cannot open");
  for (const std::string& line : lines) write_all(descriptor, sealed(line), fresh);
  const bool synced = ::fsync(descriptor) == 0;
  ::close(descriptor);
  if (!synced) fail(fresh, "cannot sync");
  std::filesystem::rename(fresh, file_);
  close();
  open();
}

}  // namespace freehold::simulator
