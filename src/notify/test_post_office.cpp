#include "notify/test_post_office.hpp"

namespace freehold::notify {

PostOffice::PostOffice()
    : peer_([this](egress::TestConnection& connection) { serve(connection); }) {}

void PostOffice::answer_recipients(std::string answer) {
  const std::lock_guard guard(mutex_);
  answer_ = std::move(answer);
}

std::vector<std::string> PostOffice::letters() {
  const std::lock_guard guard(mutex_);
  return letters_;
}

std::string PostOffice::envelopes() {
  const std::lock_guard guard(mutex_);
  return envelopes_;
}

egress::SmtpServer PostOffice::server() const {
  return {.host = "localhost",
          .port = peer_.port(),
          .security = egress::SmtpServer::Security::optional,
          .user = "freehold",
          .password = Secret("the mail password")};
}

std::string PostOffice::reply_to(const std::string& line) {
  const auto address = [&] {
    return line.substr(line.find('<'), line.find('>') - line.find('<') + 1);
  };
  const std::lock_guard guard(mutex_);
  if (line.starts_with("EHLO")) return "250-mail.test\r\n250 AUTH PLAIN";
  if (line.starts_with("MAIL")) envelopes_ += address();
  if (line.starts_with("RCPT")) envelopes_ += " -> " + address() + "\n";
  if (line.starts_with("RCPT")) return answer_;
  if (line.starts_with("DATA")) return "354 go on";
  return line.starts_with("QUIT") ? "221 bye" : "250 ok";
}

void PostOffice::serve(egress::TestConnection& connection) {
  connection.write("220 mail.test\r\n");
  for (auto line = connection.read_through("\r\n"); !line.empty();
       line = connection.read_through("\r\n")) {
    if (line.starts_with("AUTH")) {
      connection.write("334 \r\n");
      connection.read_through("\r\n");
      connection.write("235 welcome\r\n");
      continue;
    }
    connection.write(reply_to(line) + "\r\n");
    if (!line.starts_with("DATA")) continue;
    const std::string letter = connection.read_through("\r\n.\r\n");
    const std::lock_guard guard(mutex_);
    letters_.push_back(letter);
    connection.write("250 taken\r\n");
  }
}

}  // namespace freehold::notify
