// A request as bytes from the network: read whole and read in two pieces, it must come to the same
// in the end. A head that comes in pieces is looked at when it is all there, so a mistake may show
// later.
#include <cstdlib>

#include "core/utf8.hpp"
#include "http/syntax.hpp"
#include "http/wire.hpp"

using namespace freehold;

namespace {

struct Result {
  std::string text;
  enum class End { waiting, done, refused } end = End::waiting;
  std::size_t used = 0;
};

void check_path(const http::Request& request) {
  const std::string& path = request.path;
  const bool plain = path == "*" || path.starts_with('/');
  if (!plain || !is_utf8(path) || path.find('\0') != path.npos) std::abort();
  if (path.find("//") != path.npos || path.find("/../") != path.npos) std::abort();
}

Result read(std::string_view bytes, std::size_t cut) {
  http::RequestReader reader({.head = 2048, .fields = 20, .body = 4096});
  http::Request request;
  reader.begin(request);
  Result result;
  for (const std::size_t come : {cut, bytes.size()}) {
    if (reader.done() || reader.refusal()) break;
    result.used += reader.feed(bytes.substr(result.used, come - result.used));
    if (result.used > come) std::abort();
  }
  if (reader.refusal()) {
    result.end = Result::End::refused;
    return result;
  }
  if (reader.head_done()) check_path(request);
  if (!reader.done()) return result;
  result.end = Result::End::done;
  result.text = request.target + "\n" + request.host + "\n" + request.body + "\n" +
                std::string(request.header("cookie"));
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::size_t cut = std::size_t(data[0] << 8 | data[1]) % (bytes.size() + 1);
  const Result whole = read(bytes, bytes.size());
  const Result pieces = read(bytes, cut);
  using End = Result::End;
  const bool one_waits = whole.end == End::waiting || pieces.end == End::waiting;
  if (whole.end != pieces.end && (!one_waits || whole.end == End::done || pieces.end == End::done))
    std::abort();
  if (whole.end == End::done && (whole.text != pieces.text || whole.used != pieces.used))
    std::abort();
  return 0;
}
