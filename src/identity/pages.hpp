// The pages of this module, and what they stand on: put together once by the program.
//
//   /signup /signup/sent /verify/{token}     /login /logout     /forgot /reset/{token}
//   /account /account/security               /select
//
// POST /verify/{token} makes a tenant as well, so it belongs to onboarding: see signup.hpp.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/task.hpp"
#include "core/time.hpp"
#include "db/db.hpp"
#include "events/events.hpp"
#include "html/frame.hpp"
#include "html/html.hpp"
#include "http/router.hpp"
#include "identity/identity.hpp"
#include "identity/links.hpp"
#include "identity/passwords.hpp"

namespace freehold::identity {

// `burst` at once, and as many again spread over `over`.
struct RateClass {
  std::string_view name;
  int burst;
  Duration over;
};

// What is counted is in the name: attempts from one network (an IPv4 address or an IPv6 /64), for
// one account, or for both together.
namespace rates {
inline constexpr RateClass login_network{"login.network", 60, minutes(10)};
inline constexpr RateClass login_account{"login.account", 50, hours(1)};
inline constexpr RateClass login_both{"login.both", 10, minutes(15)};
inline constexpr RateClass signup_network{"signup.network", 30, hours(1)};
inline constexpr RateClass mail_account{"mail.account", 5, hours(1)};
inline constexpr RateClass mail_network{"mail.network", 30, hours(1)};
inline constexpr RateClass link_network{"link.network", 60, minutes(10)};
inline constexpr RateClass all[] = {login_network, login_account, login_both,  signup_network,
                                    mail_account,  mail_network,  link_network};
}  // namespace rates

// Counts one attempt. How long to wait when there have been too many; nothing: go on. Keys hold no
// address of a person, only its hash.
using Throttle = std::function<Task<std::optional<std::chrono::seconds>>(std::string key,
                                                                         const RateClass& rate)>;

// What was chosen on the price list before signing up; from an address it may be any text.
struct Wish {
  std::string plan = {};      // "business"; empty: nothing
  std::string interval = {};  // "year"
};

// What a new workspace starts with, in the catalogue's words: "14 days of the Pro plan. No card
// needed.", and beside the form what the trial includes and costs.
struct Offer {
  std::string summary;
  std::optional<html::Aside> aside;
  Wish wish = {};  // what was wished, as far as it can be bought
};

struct Identity {
  db::Database& database;
  Clocks clocks;
  Config config;
  Passwords& passwords;
  const Links& links;
  Sessions& sessions;
  const html::Views& views;
  Throttle throttle;
  // Brand, theme, form token and footer of this request's pages; the handler sets layout and title.
  std::function<html::Frame(const http::Request&)> frame;
  std::function<Offer(const Wish&)> offer;
  // Addresses of the product, each exact, that log-in, choice of workspace and log-out may lead to.
  std::vector<std::string> return_urls = {};
};

void routes(http::Router& at, Identity& identity);

// Where a page that needs a log-in sends a visitor: "/login?next=…", which leads back to `path`, a
// path of this site with its query.
std::string login_url(std::string_view path);
// There, and back to the page of this request. A fragment asks htmx to move the whole page.
http::Response to_login(const http::Request& request);

// Removes what has long expired, hourly.
events::Work work(Identity& identity);

}  // namespace freehold::identity
