#include "app/clock_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <stdexcept>

namespace freehold::app {
namespace {

static_assert(SharedMicros::is_always_lock_free, "processes share no lock");
constexpr std::size_t size = sizeof(SharedMicros);

[[noreturn]] void refuse(const std::filesystem::path& path, std::string_view what) {
  throw std::runtime_error(fmt::format("{} {}", path.string(), what));
}

struct File {
  explicit File(int opened) : descriptor(opened) {}
  ~File() { close(descriptor); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int descriptor;
};

void* map(const File& file, const std::filesystem::path& path, int protection) {
  void* const memory = mmap(nullptr, size, protection, MAP_SHARED, file.descriptor, 0);
  if (memory == MAP_FAILED) refuse(path, "cannot be mapped into memory");
  return memory;
}

}  // namespace

PublishedOffset::PublishedOffset(const std::filesystem::path& path) {
  const File file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (file.descriptor < 0 || ftruncate(file.descriptor, size) != 0)
    refuse(path, "cannot be written");
  micros_ = static_cast<SharedMicros*>(map(file, path, PROT_READ | PROT_WRITE));
}

PublishedOffset::~PublishedOffset() {
  munmap(micros_, size);
}

FollowedClock::FollowedClock(const Clock& base, const std::filesystem::path& path) : base_(base) {
  const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat about{};
  if (file.descriptor < 0 || fstat(file.descriptor, &about) != 0)
    refuse(path, "cannot be read: dev.clock_file names the clock of a `freehold up`");
  if (about.st_size != off_t(size)) refuse(path, "is not the clock of a `freehold up`");
  micros_ = static_cast<const SharedMicros*>(map(file, path, PROT_READ));
}

FollowedClock::~FollowedClock() {
  munmap(const_cast<SharedMicros*>(micros_), size);
}

Instant FollowedClock::now() const {
  return base_.now() + Duration{micros_->load(std::memory_order_acquire)};
}

}  // namespace freehold::app
