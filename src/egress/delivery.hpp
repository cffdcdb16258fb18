// One mail on its way to an SMTP server (RFC 5321).
#pragma once

#include <string>
#include <string_view>

#include "egress/easy.hpp"

namespace freehold::egress {

// libcurl holds pointers to it: it stays where it is.
class Delivery {
 public:
  // Throws std::invalid_argument for an address or message that could smuggle commands.
  Delivery(const SmtpServer& server, const Mail& mail, const Config& config);
  Delivery(const Delivery&) = delete;
  Delivery& operator=(const Delivery&) = delete;

  CURL* handle() const { return easy_.get(); }

  // Returns when the server has taken the mail. Throws MailFailure.
  void finish(CURLcode result) const;

 private:
  static std::size_t on_reply(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_send(char* data, std::size_t size, std::size_t count, void* self);

  void set_server(const SmtpServer& server);
  bool is_refused_for_good(CURLcode result) const;
  int reply_code() const;

  std::string host_;
  std::string message_;
  ParsedUrl url_;
  List recipients_;
  std::string reply_;  // the last line the server said, but for its good-bye
  std::size_t sent_ = 0;
  bool ended_ = false;  // the end of the message was sent, or is about to be
  Easy easy_;           // last, so that it goes first: it points at the rest
};

}  // namespace freehold::egress
