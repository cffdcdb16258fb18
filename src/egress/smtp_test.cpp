#include <doctest/doctest.h>

#include "core/async.hpp"
#include "egress/egress.hpp"
#include "egress/test_peer.hpp"

using namespace freehold;
using namespace freehold::egress;
using namespace std::chrono_literals;

namespace {

using Security = SmtpServer::Security;

// What a scripted mail server says to each command; hangs up where it says nothing.
struct Replies {
  std::string greeting = "220 mail.test";
  std::string ehlo = "250-mail.test\r\n250 AUTH PLAIN";
  std::string auth = "235 welcome";
  std::string mail = "250 sender ok";
  std::string rcpt = "250 recipient ok";
  std::string data = "354 go on";
  std::string dot = "250 taken";
};

struct Transcript {
  std::mutex mutex;
  std::string text;

  void add(std::string_view line) {
    const std::lock_guard guard(mutex);
    text += line;
  }
  std::string all() {
    const std::lock_guard guard(mutex);
    return text;
  }
};

const std::string& reply_to(const Replies& replies, std::string_view line) {
  static const std::string unknown = "500 what?";
  static const std::string bye = "221 bye";
  for (const auto& [verb, reply] : {std::pair("EHLO", &replies.ehlo),
                                    {"AUTH", &replies.auth},
                                    {"MAIL", &replies.mail},
                                    {"RCPT", &replies.rcpt},
                                    {"DATA", &replies.data},
                                    {"QUIT", &bye}}) {
    if (line.starts_with(verb)) return *reply;
  }
  return unknown;
}

void converse(TestConnection& connection, const Replies& replies, Transcript& transcript) {
  if (replies.greeting.empty()) return;
  connection.write(replies.greeting + "\r\n");
  for (;;) {
    const auto line = connection.read_through("\r\n");
    if (line.empty()) return;
    transcript.add(line);
    if (line.starts_with("AUTH")) {
      connection.write("334 \r\n");
      transcript.add(connection.read_through("\r\n"));
    }
    const auto& reply = reply_to(replies, line);
    if (reply.empty()) return;
    connection.write(reply + "\r\n");
    if (!line.starts_with("DATA") || !reply.starts_with("354")) continue;
    transcript.add(connection.read_through("\r\n.\r\n"));
    if (replies.dot.empty()) return;
    connection.write(replies.dot + "\r\n");
  }
}

Task<> deliver(Client& client, const SmtpServer& server, const Mail& mail, std::string& outcome) {
  try {
    co_await client.send_mail(server, mail);
    outcome += "sent\n";
  } catch (const MailFailure& failure) {
    outcome +=
        fmt::format("{}{}: {}\n", failure.permanent ? "permanent" : "transient",
                    failure.request_may_have_arrived ? ", may have arrived" : "", failure.what());
  } catch (const std::invalid_argument& failure) {
    outcome += fmt::format("refused: {}\n", failure.what());
  }
}

Mail hello() {
  return {"us@example.com", "ann@example.org", "Subject: hi\r\n\r\nhello\r\n.dot\r\n"};
}

std::string send(const SmtpServer& server, const Mail& mail = hello(), Config config = {}) {
  Runtime runtime(1, 1);
  Client client(runtime, std::move(config));
  std::string outcome;
  run(runtime, deliver(client, server, mail, outcome));
  return outcome;
}

SmtpServer at(const TestPeer& peer) {
  return {.host = "localhost",
          .port = peer.port(),
          .security = Security::optional,
          .our_name = "app.example.com"};
}

std::string send(const Replies& replies) {
  Transcript transcript;
  const TestPeer peer(
      [&](TestConnection& connection) { converse(connection, replies, transcript); });
  auto server = at(peer);
  server.user = "user";
  server.password = Secret("password");
  server.timeout = 2'000ms;
  return send(server);
}

}  // namespace

TEST_CASE("a mail goes out with its envelope, log-in and escaped dots") {
  Transcript transcript;
  {
    const TestPeer peer([&](TestConnection& connection) { converse(connection, {}, transcript); });
    auto server = at(peer);
    server.user = "user";
    server.password = Secret("password");
    CHECK(send(server) == "sent\n");
  }
  CHECK(transcript.all() ==
        "EHLO app.example.com\r\n"
        "AUTH PLAIN\r\n"
        "AHVzZXIAcGFzc3dvcmQ=\r\n"
        "MAIL FROM:<us@example.com>\r\n"
        "RCPT TO:<ann@example.org>\r\n"
        "DATA\r\n"
        "Subject: hi\r\n\r\nhello\r\n..dot\r\n.\r\n"
        "QUIT\r\n");
}

TEST_CASE(
    "each refusal says whether the mail may be tried again, and whether it may have arrived") {
  const std::string server = "mail server localhost: ";
  const std::string broke = server + "Failure when receiving data from the peer\n";
  CHECK(send(Replies{}) == "sent\n");
  CHECK(send(Replies{.greeting = ""}) == "transient: " + broke);
  CHECK(send(Replies{.greeting = "554 go away"}) == "transient: " + server + "554 go away\n");
  CHECK(send(Replies{.ehlo = "550 no"}) == "transient: " + server + "500 what?\n");
  CHECK(send(Replies{.auth = "535 wrong"}) == "transient: " + server + "535 wrong\n");
  CHECK(send(Replies{.mail = "550 bad sender"}) == "permanent: " + server + "550 bad sender\n");
  CHECK(send(Replies{.mail = "451 later"}) == "transient: " + server + "451 later\n");
  CHECK(send(Replies{.rcpt = "550-no such\r\n550 user"}) == "permanent: " + server + "550 user\n");
  CHECK(send(Replies{.rcpt = "450 busy"}) == "transient: " + server + "450 busy\n");
  CHECK(send(Replies{.data = "554 no"}) == "permanent: " + server + "554 no\n");
  CHECK(send(Replies{.data = "451 later"}) == "transient: " + server + "451 later\n");
  CHECK(send(Replies{.data = ""}) == "transient: " + broke);
  CHECK(send(Replies{.dot = "554 spam"}) == "permanent: " + server + "554 spam\n");
  CHECK(send(Replies{.dot = "451 later"}) == "transient: " + server + "451 later\n");
  CHECK(send(Replies{.dot = ""}) == "transient, may have arrived: " + broke);
}

TEST_CASE("a server that cannot be reached, or does not answer, is tried again later") {
  const TestPeer silent([](TestConnection& connection) { connection.wait_until_closed(); });
  auto server = at(silent);
  server.timeout = 50ms;
  CHECK(send(server) == "transient: mail server localhost: Timeout was reached\n");
  server.port = 1;
  CHECK(send(server) == "transient: mail server localhost: Couldn't connect to server\n");
  server.host = "no-such-name.invalid";
  CHECK(send(server) ==
        "transient: mail server no-such-name.invalid: Couldn't resolve host name\n");
}

TEST_CASE("without TLS nothing is sent where TLS is required") {
  Transcript transcript;
  const TestPeer peer([&](TestConnection& connection) { converse(connection, {}, transcript); });
  auto server = at(peer);
  server.security = Security::required;
  CHECK(send(server) == "transient: mail server localhost: Requested SSL level failed\n");
  CHECK(transcript.all() == "EHLO app.example.com\r\n");
}

TEST_CASE("an address or a message that could smuggle commands is refused before it travels") {
  Transcript transcript;
  const TestPeer peer([&](TestConnection& connection) { converse(connection, {}, transcript); });
  const auto refused = [&](Mail mail) { return send(at(peer), mail); };
  const std::string address = "refused: this is no mail address: ";
  const std::string ending = "refused: the message has a bare CR, LF or NUL\n";
  const auto good = hello();
  CHECK(refused({"a@b>\r\nDATA", good.to, good.message}) == address + "a@b>\r\nDATA\n");
  CHECK(refused({good.from, "a@b> SIZE=1", good.message}) == address + "a@b> SIZE=1\n");
  CHECK(refused({good.from, "", good.message}) == address + "\n");
  CHECK(refused({good.from, good.to, "a\n.\nMAIL FROM:<x@y>\r\n"}) == ending);
  CHECK(refused({good.from, good.to, "a\r.\r\n"}) == ending);
  CHECK(refused({good.from, good.to, std::string("a\0\r\n", 4)}) == ending);
  CHECK(refused({good.from, good.to, "a\r"}) == "refused: the message does not end with CRLF\n");
  CHECK(transcript.all().empty());
}
