// For the tests of this module: its pages on a database of their own, and browsers that use them.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/async.hpp"
#include "core/json.hpp"
#include "db/blocking_connection.hpp"
#include "http/edge.hpp"
#include "identity/credentials.hpp"
#include "identity/mails.hpp"
#include "identity/pages.hpp"
#include "identity/pending.hpp"
#include "identity/signup.hpp"
#include "tests/support/world.hpp"

namespace freehold::identity {

inline const std::string pale_password = "tractor-violet-42-lamp";

using FormFields = std::vector<std::pair<std::string, std::string>>;

struct Site {
  explicit Site(const std::vector<Secret>& master_keys = {Secret("the only key")});

  test::ScratchDatabase scratch;
  Runtime runtime;
  ManualClock business;
  ManualClock machine;
  Clocks clocks;
  db::Database database;
  Passwords passwords;
  Links links;
  Sessions sessions;
  html::Views views;
  std::vector<std::string> throttled;  // keys of attempts, with their class, in order
  std::string full;                    // the class whose next attempt is one too many
  Identity identity;
  http::Router router;
  std::unique_ptr<http::Edge> edge;

  // Rows of a statement as the administrator, cells separated by "|", rows by newlines.
  std::string rows(const std::string& sql);
  // "ok", or the SQLSTATE with which this role's statement is refused.
  std::string attempt_as(std::string_view role, const std::string& sql);
  // The payload of the latest event of this type; fails the test when there is none.
  json::object latest(const EventType& event);
  std::string event_types();  // of all events so far, in order, separated by spaces

  // The path in the mail that the latest event causes.
  Task<std::string> mailed_link(const EventType& event);
  // Makes an account and its workspace by signing up; answers the person's id.
  Task<UserId> account(std::string email, std::string workspace = "Acme");
};

// A test on a site of its own: runs the coroutine to its end. What it throws fails the test.
void on_site(Site& site, Task<> (*work)(Site&));
void on_site(Task<> (*work)(Site&));

class Browser {
 public:
  explicit Browser(Site& site) : site_(site) {}

  std::string ip = "203.0.113.7";
  std::string user_agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
  std::map<std::string, std::string> cookies;

  Task<http::Response> get(std::string path);
  // A form of the page that was loaded last; its token goes along.
  Task<http::Response> post(std::string path, FormFields fields = {});

  Task<http::Response> sign_up(std::string email, std::string password = pale_password,
                               std::string workspace = "Acme");
  Task<http::Response> log_in(std::string email, std::string password = pale_password);
  Task<bool> is_logged_in();

 private:
  Task<http::Response> send(http::Request& request);
  Site& site_;
  std::string csrf_token_;
};

// "303 /signup/sent", "422 There is a problem: …; …", "200 <h1>": what a person would notice.
std::string seen(const http::Response& response);

}  // namespace freehold::identity
