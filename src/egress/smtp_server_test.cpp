#include <doctest/doctest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "core/async.hpp"
#include "egress/egress.hpp"
#include "egress/mime.hpp"
#include "egress/test_peer.hpp"

using namespace freehold;
using namespace freehold::egress;

namespace {

namespace json = boost::json;
using Security = SmtpServer::Security;

// smtp_sink.mjs: npm's smtp-server and mailparser, for a second opinion on what we send.
class Sink {
 public:
  Sink(const char* mode, const TestCertificate& certificate) {
    const std::string node = std::getenv("FREEHOLD_NODE"),
                      script = std::getenv("FREEHOLD_SMTP_SINK");
    const auto cert = certificate.file(), key = certificate.key_file();
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::dup2(ends[1], STDOUT_FILENO);
      ::execl(node.c_str(), "node", script.c_str(), mode, cert.c_str(), key.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(ends[1]);
    lines_ = ::fdopen(ends[0], "r");
    port_ = int(next().as_int64());
  }
  ~Sink() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    std::fclose(lines_);
  }
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  int port() const { return port_; }
  json::value next() {
    std::string line;
    for (int c = std::fgetc(lines_); c != '\n'; c = std::fgetc(lines_)) {
      if (c == EOF) throw std::runtime_error("the mail server ended");
      line += char(c);
    }
    return json::parse(line);
  }

 private:
  pid_t pid_;
  std::FILE* lines_;
  int port_;
};

Letter letter() {
  return {
      .from = {"Acme, \"Billing\" & Söhne", "billing@example.com"},
      .to = {"Ann 安", "ann@example.org"},
      .reply_to = Mailbox{"", "help@example.com"},
      .subject =
          "Ihre Rechnung für November — 49,00 € sind fällig, zahlen Sie bitte bis 30. November",
      .text = "Grüße,\n.a line that begins with a dot\ntrailing blank \n" + std::string(200, 'x') +
              "\n",
      .html = "<p style=\"color:red\">" + std::string(100, 'y') + " = € 😀</p>\n",
      .date = Instant{1'795'313'364'000'000},
      .message_id = make_message_id("mail_1", "example.com"),
      .headers = {{"List-Unsubscribe", "<https://example.com/u/" + std::string(90, 't') + ">"}}};
}

Task<> deliver(Client& client, SmtpServer server, Mail mail, std::string& outcome) {
  try {
    co_await client.send_mail(server, mail);
    outcome = "sent";
  } catch (const MailFailure& failure) {
    outcome = fmt::format("{}: {}", failure.permanent ? "permanent" : "transient", failure.what());
  }
}

std::string send(const SmtpServer& server, std::string ca_file) {
  Runtime runtime(1, 1);
  Client client(runtime, {.ca_file = std::move(ca_file)});
  std::string outcome;
  const Mail mail{"bounces@example.com", "ann@example.org", to_mime(letter())};
  run(runtime, deliver(client, server, mail, outcome));
  return outcome;
}

SmtpServer at(const Sink& sink, Security security) {
  return {.host = "localhost",
          .port = sink.port(),
          .security = security,
          .user = "app",
          .password = Secret("right"),
          .our_name = "app.example.com"};
}

void check_arrived(const json::value& mail) {
  const auto sent = letter();
  const json::value expected{
      {"secure", true},
      {"user", "app"},
      {"ehlo", "app.example.com"},
      {"envelope", {"bounces@example.com", "ann@example.org"}},
      {"from", json::array{{{"address", sent.from.address}, {"name", sent.from.name}}}},
      {"to", json::array{{{"address", sent.to.address}, {"name", sent.to.name}}}},
      {"replyTo", json::array{{{"address", "help@example.com"}, {"name", ""}}}},
      {"subject", sent.subject},
      {"date", "2026-11-22T02:09:24.000Z"},
      {"messageId", "<mail_1@example.com>"},
      {"unsubscribe", "https://example.com/u/" + std::string(90, 't')},
      {"text", sent.text},
      {"html", sent.html},
  };
  CHECK(json::serialize(mail) == json::serialize(expected));
}

}  // namespace

TEST_CASE("a real server takes our mail over STARTTLS, and reads in it what was written") {
  const TestCertificate certificate;
  Sink sink("starttls", certificate);
  for (const auto security : {Security::required, Security::optional}) {
    CHECK(send(at(sink, security), certificate.file()) == "sent");
    check_arrived(sink.next());
  }
}

TEST_CASE("a real server takes our mail over TLS from the first byte") {
  const TestCertificate certificate;
  Sink sink("implicit", certificate);
  CHECK(send(at(sink, Security::implicit), certificate.file()) == "sent");
  check_arrived(sink.next());
}

TEST_CASE("a wrong password or certificate sends nothing, and the mail may be tried again") {
  const TestCertificate certificate;
  const Sink sink("starttls", certificate);
  auto server = at(sink, Security::required);
  CHECK(send(server, "").starts_with("transient: mail server localhost: SSL peer certificate"));
  server.security = Security::optional;
  CHECK(send(server, "").starts_with("transient: mail server localhost: SSL peer certificate"));
  server.password = Secret("wrong");
  CHECK(send(server, certificate.file()) == "transient: mail server localhost: 535 wrong password");
}
