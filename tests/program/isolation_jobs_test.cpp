// Every job, found in the program's work, with an event of ours that names their objects.
#include <doctest/doctest.h>

#include "app/parts.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "tests/program/neighbours.hpp"

using namespace freehold;
using namespace freehold::program;

namespace {

std::string value_of_theirs(const std::string& sql) {
  Neighbours& all = neighbours();
  return value(all.database, fmt::format(fmt::runtime(sql), all.theirs.tenant));
}

std::string id_of_theirs(std::string_view prefix, const std::string& sql) {
  return to_typeid(prefix, parse_uuid(value_of_theirs(sql)).value());
}

// Every word that an event's payload has anywhere in the program, with an object of theirs.
std::string payload() {
  Neighbours& all = neighbours();
  json::object words{{"document", victims(all.theirs, "document_id").front()},
                     {"key", victims(all.theirs, "key_id").front()},
                     {"invitation", victims(all.theirs, "invitation_id").front()},
                     {"membership", victims(all.theirs, "membership_id").front()},
                     {"tenant", to_string(all.theirs.id())},
                     {"tenant_id", to_string(all.theirs.id())},
                     {"slug", all.theirs.slug},
                     {"plan", "pro"},
                     {"from", "free"},
                     {"to", "pro"},
                     {"status", "active"},
                     {"meter", "documents.api_calls"},
                     {"percent", 80},
                     {"used", 5},
                     {"limit", 6}};
  words["user"] = id_of_theirs("user",
                               "select user_id from tenancy.membership where tenant_id = '{}' and "
                               "role = 'owner'");
  words["override"] = id_of_theirs(
      "override", "select id from entitlements.override where tenant_id = '{}' limit 1");
  words["invoice"] =
      value_of_theirs("select stripe_id from billing.invoice where tenant_id = '{}' limit 1");
  words["subscription"] =
      value_of_theirs("select stripe_id from billing.mirror where tenant_id = '{}'");
  words["customer"] =
      value_of_theirs("select customer_id from billing.customer where tenant_id = '{}'");
  words["event"] =
      value_of_theirs("select id from billing.stripe_event where tenant_id = '{}' limit 1");
  return json::serialize(words);
}

// About a person, whichever workspaces they belong to: identity emits them, with no tenant.
bool is_of_a_person(const EventType& type) {
  constexpr std::array personal{identity::signup_requested, identity::signup_for_existing_account,
                                identity::password_reset_requested, identity::password_changed};
  return std::ranges::any_of(personal, [&](const auto& one) { return one.key == type.key; });
}

// To refuse is right as well: whether it was done.
Task<> attempt(const events::Subscription& subscription, events::Job job, bool& done) {
  done = false;
  try {
    co_await subscription.run(job);
    done = true;
  } catch (const std::exception& error) {
    INFO(error.what());
  } catch (const events::Discard& discard) {
    INFO(discard.reason);
  } catch (const events::Snooze& snooze) {
    INFO(snooze.after.count());
  }
}

std::string letters_to_them() {
  return value(
      neighbours().database,
      fmt::format("select count(*) from notify.mail where recipient ~ '{}|theirs'", their_word));
}

}  // namespace

TEST_CASE("no job of ours changes anything of theirs, whatever its event names") {
  Neighbours& all = neighbours();
  const events::Work work = app::all_work(all.program.parts());
  REQUIRE(work.subscriptions.size() > 10);
  const std::string named = payload();
  std::string letters = letters_to_them();

  int carried_out = 0;
  std::string wrong;
  for (const events::Subscription& subscription : work.subscriptions) {
    if (is_of_a_person(subscription.on)) continue;
    const Instant now = all.program.business().now();
    const events::Job job{JobId::make(now),
                          std::string(subscription.kind),
                          {.id = EventId::make(now),
                           .type = std::string(subscription.on.key),
                           .tenant = all.ours.id(),
                           .payload = named,
                           .occurred_at = now},
                          1};
    const auto before = digests_of_tenant(all.database, all.theirs.tenant);
    bool done = false;
    all.program.run([&] { return attempt(subscription, job, done); });
    if (done) ++carried_out;
    for (const auto& table :
         differences(before, digests_of_tenant(all.database, all.theirs.tenant)))
      wrong += fmt::format("{}: changed {}\n", subscription.kind, table);
    const std::string now_sent = letters_to_them();
    if (now_sent != letters) wrong += fmt::format("{}: writes to them\n", subscription.kind);
    letters = now_sent;
  }
  CHECK(wrong == "");
  CHECK(carried_out > 5);
}
