#include "notify/letters.hpp"

#include "core/async.hpp"
#include "core/json.hpp"

namespace freehold::notify {

using events::Job;

std::string text_of(const Job& job, std::string_view key) {
  const json::value payload = parse_json(job.event.payload);
  const json::value* found = payload.as_object().if_contains(key);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

std::int64_t number_of(const Job& job, std::string_view key) {
  const json::value payload = parse_json(job.event.payload);
  const json::value* found = payload.as_object().if_contains(key);
  return found != nullptr && found->is_int64() ? found->get_int64() : 0;
}

html::Action button(std::string label, std::string url) {
  return {.label = std::move(label), .url = std::move(url), .kind = "primary"};
}

Task<Place> place_of(Notify& notify, const Job& job) {
  db::ControlRead db = notify.database.control_read(job.actor());
  Place place;
  place.tenant = co_await tenancy::get_tenant(db);
  const auto members = co_await tenancy::members(db);
  std::vector<UserId> owners;
  for (const auto& member : members) {
    if (member.role == tenancy::Role::owner) owners.push_back(member.user_id);
  }
  const auto people = co_await identity::people(db, owners);
  for (const UserId owner : owners) {
    const auto person = std::ranges::find(people, owner, &identity::Person::id);
    if (person != people.end() && !place.owner) place.owner = *person;
  }
  co_return place;
}

std::string goes_on_with(const Notify& notify) {
  if (!notify.catalog.has_free_plan()) return "it is locked until you choose a plan";
  return fmt::format("it goes on with the {} plan by itself", notify.catalog.default_plan().name);
}

std::string after_end(const Notify& notify, const Place& place) {
  const std::string name = harmless(place.tenant.name);
  if (!notify.catalog.has_free_plan())
    return name + " is locked until it has a plan again. Nothing was deleted.";
  return fmt::format("{} goes on with the {} plan. Nothing was deleted.", name,
                     notify.catalog.default_plan().name);
}

std::string url_in(const Notify& notify, const Place& place, std::string_view path) {
  return notify.base_url + "/t/" + place.tenant.slug + std::string(path);
}

Task<> send_to_owner(Notify& notify, const Job& job, const Place& place, Letter letter) {
  if (!place.owner) co_return;
  letter.to = place.owner->email;
  letter.reason =
      "You get this mail because you are an owner of " + harmless(place.tenant.name) + ".";
  co_await send(notify, job, std::move(letter));
}

Task<> send_to_each(Notify& notify, const Job& job, const Letter& letter,
                    std::vector<std::string> emails) {
  std::optional<events::Discard> refused;
  for (int copy = 0; copy < int(emails.size()); ++copy) {
    Letter one = letter;
    one.to = emails[std::size_t(copy)];
    one.copy = copy;
    try {
      co_await send(notify, job, std::move(one));
    } catch (const events::Discard& discard) {
      refused = discard;
    }
  }
  if (refused) throw events::Discard(*refused);
}

events::Work work(Notify& notify) {
  std::vector<Cause> causes = person_letters();
  for (const auto& more : {workspace_letters(), plan_letters(), dunning_letters(), ending_letters(),
                           invoice_letters(), task_letters()})
    causes.insert(causes.end(), more.begin(), more.end());
  events::Work work;
  for (const Cause& cause : causes) {
    work.subscriptions.push_back(
        {.kind = cause.kind,
         .on = cause.on,
         .run = [&notify, write = cause.write](const Job& job) { return write(notify, job); },
         .max_attempts = 12,
         .timeout = std::chrono::seconds(90)});
  }
  work.crons.push_back({.name = "notify.forget_sent",
                        .every = days(1),
                        .run = [&notify](const Job&) { return forget_sent(notify); }});
  return work;
}

}  // namespace freehold::notify
