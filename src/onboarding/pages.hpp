// The parts of this module's pages. Private to it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/json_fwd.hpp"
#include "html/parts.hpp"
#include "http/request.hpp"
#include "identity/identity.hpp"
#include "metering/metering.hpp"
#include "onboarding/onboarding.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::onboarding {

void signup_routes(http::Router& at, Onboarding& onboarding);
void invitation_routes(http::Router& at, Onboarding& onboarding);
void start_routes(http::Router& at, Onboarding& onboarding);
void home_routes(http::Router& at, Onboarding& onboarding);
void warning_routes(http::Router& at, Onboarding& onboarding);

http::Response show(const Onboarding& onboarding, std::string_view view, const html::Frame& frame,
                    json::object page, int status = 200);

// An address of this workspace: place(req, "/start") is "/t/acme/start".
std::string place(const http::Request& req, std::string_view path);
// Where the form of this request was, by its `return_to`; never an address of another site.
std::string back_to(const http::Request& req);

// --- The first steps -----------------------------------------------------------------------------

struct StepState {
  std::string key;
  Instant done_at;
};
BOOST_DESCRIBE_STRUCT(StepState, (), (key, done_at))

// How far this tenant has come, and whether the list was put away.
struct Progress {
  std::vector<StepState> done;
  bool dismissed = false;
  identity::Wish wish = {};
  bool is_done(std::string_view key) const;
};
Task<Progress> progress(db::ControlRead& db);
// Keeps what was wished at sign-up, in the transaction that makes the tenant.
Task<> keep_wish(db::ControlTx& tx, const identity::Wish& wish);
// Puts the list away for the whole workspace, or takes it out again.
Task<> dismiss(db::ControlTx& tx);
Task<> reopen(db::ControlTx& tx);

// The steps that this person may take, after the one that everybody has behind them.
html::Checklist first_steps(const Onboarding& onboarding, const http::Request& req,
                            const Progress& progress);

// --- The warning that a limit is nearly reached --------------------------------------------------

struct DismissedWarning {
  std::string meter;
  Instant period_start;
  std::int64_t percent = 0;
  friend bool operator==(const DismissedWarning&, const DismissedWarning&) = default;
};
BOOST_DESCRIBE_STRUCT(DismissedWarning, (), (meter, period_start, percent))

bool is_full(const metering::Usage& usage);
// From 80 % on, and not full.
bool is_nearly_full(const metering::Usage& usage);
// What this person has put away, in whatever period.
Task<std::vector<DismissedWarning>> dismissed_warnings(db::ControlRead& db, UserId person);
bool is_dismissed(const std::vector<DismissedWarning>& dismissed, const metering::Usage& usage);

// --- Around a console page -----------------------------------------------------------------------

struct Around {
  std::vector<tenancy::Belonging> belongings;
  std::optional<identity::Person> person;
  Progress progress;
  std::shared_ptr<const entitlements::Snapshot> snapshot;
  std::vector<metering::Usage> usage;
  std::vector<DismissedWarning> dismissed;  // read only when there is something to warn of
  std::optional<Instant> purge_at = {};     // of a workspace whose subscription has ended
};
Task<Around> look_around(Onboarding& onboarding, http::Request& req);
html::Frame frame_around(const Onboarding& onboarding, const http::Request& req,
                         const Around& around);
// "Pro plan", "Pro trial until 6 Dec 2026".
std::string plan_words(const entitlements::Snapshot& snapshot);
// What the workspace should know, the most urgent first; the first of them is the page's banner.
std::vector<html::Banner> notices(const Onboarding& onboarding, const http::Request& req,
                                  const Around& around);

}  // namespace freehold::onboarding
