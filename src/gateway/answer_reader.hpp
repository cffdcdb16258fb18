// An answer of another server as bytes (RFC 9112), read with Beast's parser and as strictly as a
// request: what could be understood in two ways is refused. Private to the module.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace freehold::gateway {

class AnswerReader {
 public:
  AnswerReader();
  ~AnswerReader();
  AnswerReader(const AnswerReader&) = delete;
  AnswerReader& operator=(const AnswerReader&) = delete;

  // Begins a new answer; one to HEAD has no body, whatever its fields say.
  void begin(bool to_head);

  // Takes the bytes that have come and are not yet used; returns how many it has used. What they
  // hold of the body is added to `body`, which the caller empties. Stops behind the answer.
  std::size_t feed(std::string_view bytes, std::string& body);
  // The other server has ended the connection: that may be the end of the body.
  void feed_end();

  bool begun() const;  // a byte of it has come
  bool head_done() const;
  bool done() const;
  bool failed() const;  // it breaks the grammar, or ended too early

  // After the head:
  int status() const;
  // A 1xx other than 101: another answer follows.
  bool is_interim() const;
  bool has_body() const;
  std::optional<std::uint64_t> length() const;  // as its field says it, also without a body
  bool keep_alive() const;
  // The protocol of a 101; empty otherwise.
  std::string_view upgrade() const;
  bool is_event_stream() const;
  // What goes on to the client: whole lines, without those that belong to this connection.
  const std::string& fields() const;

 private:
  struct Head;
  struct Parser;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace freehold::gateway
