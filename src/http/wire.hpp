// HTTP/1.1 messages as bytes (RFC 9112): reads a request into a Request with Beast's parser,
// strictly, and writes the head of an answer. Private to the module.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/request.hpp"

namespace freehold::http {

struct ReadLimits {
  std::size_t head = 16 * 1024;  // bytes of request line and fields together; trailers count too
  std::size_t fields = 100;
  std::size_t body = 1024 * 1024;
  // Reading stops behind the head until limit_body says how much may follow; `body` counts for
  // nothing.
  bool head_first = false;
};

// Why a message is refused. The connection cannot go on after it.
struct Refusal {
  int status;
  std::string_view code;
  std::string_view detail;
};

inline constexpr Refusal body_too_large{413, "body_too_large", "The request's body is too large."};

class RequestReader {
 public:
  explicit RequestReader(ReadLimits limits);
  ~RequestReader();

  // Begins a new message, which goes into `request`; both must stay where they are until it is
  // done.
  void begin(Request& request);

  // Takes the bytes that have come and are not yet used; returns how many it has used. Call it
  // again with the rest and what came after.
  std::size_t feed(std::string_view bytes);

  bool done() const;       // the whole message is there
  bool head_done() const;  // only the body is missing
  // Set once the message cannot be accepted.
  const std::optional<Refusal>& refusal() const;

  // After the head:
  bool keep_alive() const;
  bool is_http_1_0() const;
  bool expects_continue() const;  // the client waits for 100 Continue before it sends the body
  bool is_chunked() const;
  std::uint64_t content_length() const;  // 0 without one
  // How long the body may be, for a reader that stopped behind the head; a longer one is refused.
  void limit_body(std::uint64_t most);

 private:
  struct Parser;
  struct State;
  std::unique_ptr<State> state_;
};

// How the answer is sent.
struct SendOptions {
  bool keep_alive = true;
  bool is_http_1_0 = false;
  std::string_view date = {};        // RFC 9110 Date
  std::string_view request_id = {};  // empty: none
};

// Status line and fields with the empty line, for a body of response.content(). Throws
// std::logic_error for a header or cookie that would break the line it stands on.
void append_head(std::string& out, const Response& response, const SendOptions& options);

// The same for an answer whose fields another server wrote: whole lines, without those of length
// and connection.
struct PassedHead {
  std::optional<std::uint64_t> length = {};
  bool in_chunks = false;
  bool keep_alive = true;
  bool is_http_1_0 = false;
  bool upgrade = false;  // the fields say to what
  std::string_view request_id = {};
};
void append_passed_head(std::string& out, int status, std::string_view fields,
                        const PassedHead& head);

// One chunk of a body in chunks (RFC 9112, 7.1); an empty one ends it.
void append_chunk(std::string& out, std::string_view piece);

// Whether an answer of this status has a body at all (RFC 9110, 6.4.1).
bool has_content(int status);

// "Sun, 06 Nov 1994 08:49:37 GMT"
std::string http_date(std::int64_t unix_seconds);

}  // namespace freehold::http
