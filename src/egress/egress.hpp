// What leaves the program: HTTP calls and mail, over libcurl. Nothing here follows a redirect,
// reads a proxy from the environment or a .netrc, or waits longer than it was told to.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/crypto.hpp"
#include "core/runtime.hpp"
#include "core/task.hpp"

namespace freehold::egress {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Call {
  std::string method = "GET";
  std::string url{};  // http or https, without user and password in it
  Headers headers{};
  std::string body{};
  std::chrono::milliseconds connect_timeout{5'000};  // name look-up, connection and TLS
  std::chrono::milliseconds timeout{15'000};         // everything
  std::size_t answer_limit = 1024 * 1024;            // bytes of head and body
  // The URL comes from a customer: only public addresses are dialled (and Config::allow_cidrs), on
  // the ports 80, 443 and 8443. The address that is checked is the one that is dialled.
  bool guarded = false;
};

struct Answer {
  int status = 0;  // any: a 500 is an answer
  Headers headers{};
  std::string body{};

  // The first of that name, in any case; empty when there is none.
  std::string_view header(std::string_view name) const;
};

enum class FailureKind { resolve, connect, tls, timeout, too_large, not_allowed, closed };

// There is no answer. what() names the host, never the path or a header.
struct Failure : std::runtime_error {
  Failure(FailureKind kind, bool request_may_have_arrived, const std::string& what)
      : std::runtime_error(what), kind(kind), request_may_have_arrived(request_may_have_arrived) {}
  FailureKind kind;
  // False: the other side has certainly not seen the request, it may be made again elsewhere.
  bool request_may_have_arrived;
};

struct SmtpServer {
  // required: STARTTLS or no mail. optional: STARTTLS when offered, for a relay on this machine.
  // implicit: TLS from the first byte (port 465). Certificates are always verified.
  enum class Security { required, optional, implicit };

  std::string host{};
  int port = 587;
  Security security = Security::required;
  std::string user{};  // empty: no AUTH
  Secret password{};
  std::string our_name = "localhost";  // what we say in EHLO
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds timeout{60'000};
};

struct Mail {
  std::string from;     // envelope sender: a bare address
  std::string to;       // one recipient: a bare address
  std::string message;  // RFC 5322 bytes with CRLF, as mime.hpp makes them
};

// The mail was not accepted. what() is the server's answer, or what happened to the connection.
struct MailFailure : std::runtime_error {
  MailFailure(bool permanent, bool request_may_have_arrived, const std::string& what)
      : std::runtime_error(what),
        permanent(permanent),
        request_may_have_arrived(request_may_have_arrived) {}
  // The server refuses this sender, recipient or message for good (5xx). Anything else (4xx,
  // log-in, network) may pass later.
  bool permanent;
  // The connection broke between the end of the message and the server's answer.
  bool request_may_have_arrived;
};

struct Config {
  // What guarded calls may reach besides public addresses, on any port: "10.1.0.0/16", "fd00::/8".
  std::vector<std::string> allow_cidrs{};
  // PEM file of the authorities that are trusted; the system's when empty.
  std::string ca_file{};
  std::string user_agent = "Freehold";
};

// Connections are kept and used again, per io thread; those of guarded calls are kept apart, so
// that a guarded call never meets a connection that was opened unguarded. Made before the runtime
// runs, ended after it.
class Client {
 public:
  // Throws std::invalid_argument for a CIDR that does not parse.
  Client(Runtime& runtime, Config config);
  ~Client();

  // Throws Failure. Cancelling the awaiting task ends the transfer. libcurl sends a request again
  // on a new connection when a kept one turns out to have been closed, but never one that is not
  // idempotent: POST and PATCH without an Idempotency-Key fail with `closed` instead.
  Task<Answer> send(Call call);

  // Throws MailFailure; std::invalid_argument for an address or message that could smuggle
  // commands.
  Task<> send_mail(const SmtpServer& server, const Mail& mail);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace freehold::egress
