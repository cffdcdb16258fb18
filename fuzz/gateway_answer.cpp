// A product's answer as bytes: read whole and read in two pieces, it must come to the same in the
// end, and what goes on to the client is whole lines and nothing of the connection.
#include <cstdint>
#include <cstdlib>

#include "gateway/answer_reader.hpp"

using namespace freehold;

namespace {

struct Result {
  std::string text;
  enum class End { waiting, done, failed } end = End::waiting;
  std::size_t used = 0;
};

void check_fields(const std::string& fields) {
  if (!fields.empty() && !fields.ends_with("\r\n")) std::abort();
  for (std::size_t at = fields.find('\n'); at != fields.npos; at = fields.find('\n', at + 1))
    if (at == 0 || fields[at - 1] != '\r') std::abort();
  if (fields.find("\r\n\r\n") != fields.npos || fields.starts_with("\r\n")) std::abort();
  if (fields.find('\0') != fields.npos) std::abort();
}

Result read(std::string_view bytes, std::size_t cut, bool to_head, bool ends) {
  gateway::AnswerReader reader;
  std::string body;
  Result result;
  reader.begin(to_head);
  for (const std::size_t come : {cut, bytes.size()}) {
    result.used += reader.feed(bytes.substr(result.used, come - result.used), body);
    if (result.used > come) std::abort();
  }
  if (ends) reader.feed_end();
  if (reader.failed()) {
    result.end = Result::End::failed;
    return result;
  }
  if (reader.head_done()) check_fields(reader.fields());
  if (!reader.done()) return result;
  if (reader.length() && reader.has_body() && body.size() != *reader.length()) std::abort();
  if (!reader.has_body() && !body.empty()) std::abort();
  result.end = Result::End::done;
  result.text = std::to_string(reader.status()) + "\n" + reader.fields() + body;
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 3, size - 3);
  const std::size_t cut = std::size_t(data[0] << 8 | data[1]) % (bytes.size() + 1);
  const bool to_head = data[2] & 1;
  const bool ends = data[2] & 2;
  const Result whole = read(bytes, bytes.size(), to_head, ends);
  const Result pieces = read(bytes, cut, to_head, ends);
  using End = Result::End;
  const bool one_waits = whole.end == End::waiting || pieces.end == End::waiting;
  if (whole.end != pieces.end && (!one_waits || whole.end == End::done || pieces.end == End::done))
    std::abort();
  if (whole.end == End::done && (whole.text != pieces.text || whole.used != pieces.used))
    std::abort();
  return 0;
}
