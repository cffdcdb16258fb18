// One HTTP request and its answer.
#pragma once

#include <string>
#include <string_view>

#include "egress/address.hpp"
#include "egress/easy.hpp"

namespace freehold::egress {

// libcurl holds pointers to it: it stays where it is.
class Exchange {
 public:
  // Throws Failure `not_allowed` for a URL, method or header that must not be sent.
  Exchange(Call call, const Config& config, const Guard& guard);
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  CURL* handle() const { return easy_.get(); }

  // What came of it. Throws Failure.
  Answer finish(CURLcode result);

 private:
  static std::size_t on_head(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_send(char* data, std::size_t size, std::size_t count, void* self);
  static curl_socket_t on_open(void* self, curlsocktype, curl_sockaddr* address);

  [[noreturn]] void refuse(std::string_view why) const;
  void parse_url();
  void set_request();
  void set_body();
  void add_headers();
  bool is_idempotent() const;
  bool count(std::size_t bytes);
  void read_header(std::string_view line);
  FailureKind kind_of(CURLcode result) const;

  Call call_;
  const Guard& guard_;
  ParsedUrl url_;
  std::string host_;
  List headers_;
  Answer answer_;
  std::size_t sent_ = 0;
  std::size_t received_ = 0;
  bool too_large_ = false;
  bool refused_ = false;
  Easy easy_;  // last, so that it goes first: it points at the rest
};

}  // namespace freehold::egress
