// A ZIP file that is made while it is sent (PKWARE APPNOTE 6.3): no size has to be known before.
// Files beyond 4 GiB are not made, an archive beyond 4 GiB is (ZIP64). Private to this module.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.hpp"

struct z_stream_s;  // zlib

namespace freehold::moving {

// Each call gives the bytes to send next; begin, add…, end for each file, then finish.
class Zip {
 public:
  explicit Zip(Instant at);
  ~Zip();
  Zip(const Zip&) = delete;
  Zip& operator=(const Zip&) = delete;

  std::string begin(std::string name);
  std::string add(std::string_view bytes);
  std::string end();
  std::string finish();

 private:
  struct Entry {
    std::string name;
    std::uint32_t crc = 0;
    std::uint32_t compressed = 0;
    std::uint32_t size = 0;
    std::uint64_t offset = 0;
  };
  std::string deflated(std::string_view bytes, bool last);
  std::string directory_of(const Entry& entry) const;
  std::string sent(std::string bytes);

  std::unique_ptr<z_stream_s> stream_;
  std::vector<Entry> entries_;
  std::uint64_t written_ = 0;
  std::uint32_t stamp_;  // date and time as MS-DOS counts them
};

}  // namespace freehold::moving
