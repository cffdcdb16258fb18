// What the letters of this module share. Private to the module.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "identity/identity.hpp"
#include "notify/notify.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::notify {

using Write = Task<> (*)(Notify&, const events::Job&);

// "On this event, write this."
struct Cause {
  std::string_view kind;  // of the job
  EventType on;
  Write write;
};

std::vector<Cause> person_letters();     // to people, about their accounts
std::vector<Cause> workspace_letters();  // welcome, invitations, limits
std::vector<Cause> plan_letters();       // trial, subscription, access
std::vector<Cause> dunning_letters();    // unpaid invoices
std::vector<Cause> ending_letters();     // after the last subscription has ended
std::vector<Cause> invoice_letters();    // paid ones
std::vector<Cause> task_letters();       // to staff, about what waits for them

// What the event of the job carries; empty or 0 when it does not.
std::string text_of(const events::Job& job, std::string_view key);
std::int64_t number_of(const events::Job& job, std::string_view key);
template <class SomeId>
SomeId id_of(const events::Job& job, std::string_view key) {
  const auto id = SomeId::parse(text_of(job, key));
  if (!id) throw events::Discard{"the event names no " + std::string(key)};
  return *id;
}

html::Action button(std::string label, std::string url);

struct Place {
  tenancy::Tenant tenant;
  std::optional<identity::Person> owner;  // the one who belongs to it longest
};
// The workspace of the job, and who answers for it.
Task<Place> place_of(Notify& notify, const events::Job& job);
// "it goes on with the Free plan by itself", or is locked where there is no free plan.
std::string goes_on_with(const Notify& notify);
// "Acme goes on with the Free plan. Nothing was deleted."
std::string after_end(const Notify& notify, const Place& place);
std::string url_in(const Notify& notify, const Place& place, std::string_view path);

// To the first owner: a job sends one letter. Others read the banner in the console.
Task<> send_to_owner(Notify& notify, const events::Job& job, const Place& place, Letter letter);

// The same letter to each of the addresses; one that is refused for good keeps no other from it.
Task<> send_to_each(Notify& notify, const events::Job& job, const Letter& letter,
                    std::vector<std::string> emails);

// Removes the records of letters that went out more than a month ago, long after the last attempt
// of their jobs. What the mailbox shows stays.
Task<> forget_sent(Notify& notify);

}  // namespace freehold::notify
