// For the tests of this module: a workspace that pays through the simulator's engine, the pages of
// identity, and the jobs that write letters.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "billing/test_site.hpp"
#include "http/edge.hpp"
#include "identity/links.hpp"
#include "notify/notify.hpp"
#include "notify/test_browser.hpp"

namespace freehold::notify {

inline constexpr std::string_view base_url = "http://127.0.0.1:8080";

struct Site {
  // Without a mail server, letters go to the mailbox.
  explicit Site(std::optional<egress::SmtpServer> smtp = {});
  ~Site();

  billing::Site money;
  test::World& world;
  identity::Passwords passwords;
  identity::Links links;
  identity::Sessions sessions;
  std::unique_ptr<egress::Client> egress;
  identity::Identity identity;
  brand::Brand brand;
  Notify notify;
  Pages pages;
  Mailbox mailbox;
  http::Router router;
  std::unique_ptr<http::Edge> edge;
  test::Browser browser;

  void person(UserId user, const std::string& email, const std::string& name);
  // The workspace Acme with its owner Ada, whose welcome letter is sent.
  void sign_up();
  void rename(std::string name);
  // What happens to webhooks, then the jobs that are due.
  void settle();
  // Runs the newest job of this kind once more, as the job runner does after a worker's death.
  void run_again(const std::string& kind);
  // "ada@example.com: Your workspace is ready\n" of each letter since the last call, sorted.
  std::string new_letters();
  // The only letter of this name ("welcome") or, of several, the one that was sent last.
  std::string text(const std::string& name);
  std::string html(const std::string& name);
  std::string link(const std::string& name);  // the first address in its text, as a path

 private:
  std::set<std::string> seen_;
};

}  // namespace freehold::notify
