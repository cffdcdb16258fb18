// The staff panel: the owner's people, on a listener of their own with their own accounts, cookie
// and database role. Lists come from a roll-up of all tenants; one tenant is read by entering it as
// a member of staff, and whatever is written there says so in the tenant's own audit log.
#pragma once

#include <boost/describe.hpp>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "access/access.hpp"
#include "billing/billing.hpp"
#include "brand/brand.hpp"
#include "catalog/catalog.hpp"
#include "core/id.hpp"
#include "core/keys.hpp"
#include "core/module.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "db/db.hpp"
#include "entitlements/entitlements.hpp"
#include "events/events.hpp"
#include "html/frame.hpp"
#include "html/html.hpp"
#include "http/router.hpp"
#include "identity/pages.hpp"
#include "identity/passwords.hpp"

namespace freehold::billing {
struct DeadFilter;
struct Replayed;
}  // namespace freehold::billing

namespace freehold::staff {

inline constexpr EventType staff_created{"staff.created"};
inline constexpr EventType staff_logged_in{"staff.logged_in"};
inline constexpr EventType job_replayed{"staff.job_replayed"};  // one of no tenant
inline constexpr EventType webhooks_replayed{"staff.webhooks_replayed"};
inline constexpr EventType webhooks_discarded{"staff.webhooks_discarded"};
Module module();

inline constexpr Duration session_idle = hours(1);       // machine clock
inline constexpr Duration session_absolute = hours(12);  // machine clock
inline constexpr std::string_view cookie = "fh_staff_sid";

// One thing that the panel stands on, as /health shows it.
struct Check {
  std::string name;
  bool ok = false;
  std::string detail;
};
BOOST_DESCRIBE_STRUCT(Check, (), (name, ok, detail))

// Whose work was noted in the last five minutes, in this process: memory for 10,000 tenants. More
// of them cost a query a request, which then writes nothing that is known already.
class Activity {
 public:
  static constexpr Duration remembered_for = minutes(5);
  static constexpr std::size_t most = 10'000;

  // True for the first call in five minutes of a tenant.
  bool is_news(TenantId tenant, Instant now);

 private:
  std::mutex mutex_;
  std::unordered_map<TenantId, Instant> noted_;
  Instant swept_;
};

// What the module stands on; put together once by the program.
struct Staff {
  db::Database& database;
  Clocks clocks;
  identity::Passwords& passwords;
  const html::Views& views;
  const catalog::Catalog& catalog;
  entitlements::Gates& gates;
  const access::Roles& roles;
  brand::Brand& brand;
  billing::Billing& billing;
  identity::Throttle throttle;
  // Brand, theme and form token of this request's pages; the handlers set layout, title and the
  // rest.
  std::function<html::Frame(const http::Request&)> frame;
  // What only the program can look at: Redis, the doctor's last result. May be left out.
  std::function<Task<std::vector<Check>>()> checks = {};
  // Takes failed webhooks in again (billing::replay_events). Left out: the page has no use for it.
  std::function<Task<billing::Replayed>(billing::DeadFilter, std::function<Actor(TenantId)>)>
      replay = {};
  Activity activity = {};
};

void routes(http::Router& at, Staff& staff);

// Keeps the roll-up current: by events, and nightly from the truth.
events::Work work(Staff& staff);

// Fills the member of staff of the request and, on routes of one tenant, the actor that enters it;
// sends who is not logged in to the log-in page. For the edge of the staff listener.
Task<std::optional<http::Response>> guard(Staff& staff, http::Request& request,
                                          const http::Route& route);

// Makes an account and returns its password, which is shown once and kept only as a hash. Throws
// Problem 422 for an address that is none, 409 `staff_exists` for one that has an account.
Task<std::string> create(Staff& staff, std::string email);

// A session for an account that exists, without its password; its secret is the value of `cookie`.
// Only the start page of a development machine may call it: whoever reaches the caller is staff.
Task<std::optional<std::string>> open_session(Staff& staff, std::string email, Origin origin);

// Notes that a person or key works in the actor's tenant; others are not counted. Called for each
// request of a customer: it costs a look into memory, and at most every five minutes a write.
Task<> note_activity(Staff& staff, const Actor& actor);

// Computes one tenant's line of the roll-up from the truth. Doing it twice is the same as once.
Task<> refresh(const catalog::Catalog& catalog, db::ControlTx& tx);

}  // namespace freehold::staff
