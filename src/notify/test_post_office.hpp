// For the tests of this module: a mail server on loopback that keeps what it takes.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "egress/egress.hpp"
#include "egress/test_peer.hpp"

namespace freehold::notify {

class PostOffice {
 public:
  PostOffice();

  // What it says to each recipient from now on: "250 ok", "550 no such user", "451 try later".
  void answer_recipients(std::string answer);
  std::vector<std::string> letters();  // the messages it took, as they came
  std::string envelopes();             // "<hello@example.com> -> <ada@example.com>\n" of each try
  egress::SmtpServer server() const;

 private:
  void serve(egress::TestConnection& connection);
  std::string reply_to(const std::string& line);

  std::mutex mutex_;
  std::string answer_ = "250 ok";
  std::vector<std::string> letters_;
  std::string envelopes_;
  egress::TestPeer peer_;
};

}  // namespace freehold::notify
