#include "egress/delivery.hpp"

#include <cstring>

#include "egress/mime.hpp"

namespace freehold::egress {
namespace {

using Security = SmtpServer::Security;

void check_address(const std::string& address) {
  if (!is_mail_address(address)) throw std::invalid_argument("this is no mail address: " + address);
}

// A line end that is not CRLF means the end of the message to some servers and not to others.
void check_message(std::string_view message) {
  for (std::size_t i = 0; i < message.size(); ++i) {
    const bool after_cr = i > 0 && message[i - 1] == '\r';
    const bool bare_lf = message[i] == '\n' && !after_cr;
    const bool bare_cr = after_cr && message[i] != '\n';
    if (bare_lf || bare_cr || message[i] == '\0')
      throw std::invalid_argument("the message has a bare CR, LF or NUL");
  }
  if (!message.ends_with("\r\n")) throw std::invalid_argument("the message does not end with CRLF");
}

}  // namespace

Delivery::Delivery(const SmtpServer& server, const Mail& mail, const Config& config)
    : host_(server.host), message_(mail.message), easy_(make_easy(config, "smtp,smtps")) {
  check_address(mail.from);
  check_address(mail.to);
  check_message(message_);
  set_server(server);
  recipients_.add(mail.to);
  set(easy_, CURLOPT_MAIL_FROM, mail.from.c_str());
  set(easy_, CURLOPT_MAIL_RCPT, recipients_.get());
  set(easy_, CURLOPT_UPLOAD, 1L);
  set(easy_, CURLOPT_INFILESIZE_LARGE, curl_off_t(message_.size()));
  set(easy_, CURLOPT_READFUNCTION, &Delivery::on_send);
  set(easy_, CURLOPT_READDATA, this);
  set(easy_, CURLOPT_HEADERFUNCTION, &Delivery::on_reply);
  set(easy_, CURLOPT_HEADERDATA, this);
}

void Delivery::set_server(const SmtpServer& server) {
  const bool implicit = server.security == Security::implicit;
  url_.reset(curl_url());
  if (!url_) throw std::bad_alloc();
  const bool valid =
      curl_url_set(url_.get(), CURLUPART_SCHEME, implicit ? "smtps" : "smtp", 0) == CURLUE_OK &&
      curl_url_set(url_.get(), CURLUPART_HOST, server.host.c_str(), 0) == CURLUE_OK &&
      curl_url_set(url_.get(), CURLUPART_PORT, std::to_string(server.port).c_str(), 0) ==
          CURLUE_OK &&
      curl_url_set(url_.get(), CURLUPART_PATH, ("/" + server.our_name).c_str(), CURLU_URLENCODE) ==
          CURLUE_OK;
  if (!valid) throw std::invalid_argument("this is no mail server: " + server.host);
  set(easy_, CURLOPT_CURLU, url_.get());
  const bool optional = server.security == Security::optional;
  set(easy_, CURLOPT_USE_SSL, long(optional ? CURLUSESSL_TRY : CURLUSESSL_ALL));
  set(easy_, CURLOPT_CONNECTTIMEOUT_MS, long(server.connect_timeout.count()));
  set(easy_, CURLOPT_TIMEOUT_MS, long(server.timeout.count()));
  if (server.user.empty()) return;
  set(easy_, CURLOPT_USERNAME, server.user.c_str());
  set(easy_, CURLOPT_PASSWORD, server.password.reveal().c_str());
}

std::size_t Delivery::on_reply(char* data, std::size_t size, std::size_t count, void* self) {
  auto& delivery = *static_cast<Delivery*>(self);
  const auto line = bytes_of(data, size, count);
  // The answer to QUIT comes after the one that tells why.
  if (!line.starts_with("221")) delivery.reply_ = line.substr(0, line.find_last_not_of("\r\n") + 1);
  return line.size();
}

std::size_t Delivery::on_send(char* data, std::size_t size, std::size_t count, void* self) {
  auto& delivery = *static_cast<Delivery*>(self);
  const auto left = std::string_view(delivery.message_).substr(delivery.sent_);
  const auto length = std::min(left.size(), size * count);
  std::memcpy(data, left.data(), length);
  delivery.sent_ += length;
  if (delivery.sent_ == delivery.message_.size()) delivery.ended_ = true;
  return length;
}

void Delivery::finish(CURLcode result) const {
  if (result == CURLE_OK) return;
  const bool answered = ended_ && reply_code() >= 400;
  const auto what = reply_code() >= 400 ? reply_ : std::string(curl_easy_strerror(result));
  throw MailFailure(is_refused_for_good(result), ended_ && !answered,
                    fmt::format("mail server {}: {}", host_, what));
}

// A 5xx to the sender, the recipient or the message. One to our greeting or log-in speaks of the
// settings, and the mail can go out once they are right.
bool Delivery::is_refused_for_good(CURLcode result) const {
  if (reply_code() < 500) return false;
  return ended_ || result == CURLE_SEND_ERROR;
}

int Delivery::reply_code() const {
  int code = 0;
  std::from_chars(reply_.data(), reply_.data() + std::min<std::size_t>(reply_.size(), 3), code);
  return code;
}

}  // namespace freehold::egress
