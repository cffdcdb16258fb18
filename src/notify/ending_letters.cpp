// After the last subscription has ended: letters that ask back, the last notice before what is
// stored is deleted, and that it was.
#include "billing/billing.hpp"
#include "billing/retention.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "core/words.hpp"
#include "notify/letters.hpp"
#include "notify/unsubscribe.hpp"

namespace freehold::notify {
namespace {

using events::Job;

// What a letter is about.
struct Left {
  std::string name;  // of the workspace
  std::string ended;
  std::optional<std::string> kept_until;  // nothing: for as long as it is here
};

Left left_of(const Place& place, const billing::Retention& retention) {
  Left left{.name = harmless(place.tenant.name),
            .ended = format_date(retention.ended_at),
            .kept_until = {}};
  if (retention.purge_at()) left.kept_until = format_date(*retention.purge_at());
  return left;
}

std::string kept_words(const Left& left) {
  if (!left.kept_until) return "Nothing was deleted.";
  return fmt::format("Everything it has stored is kept until {}.", *left.kept_until);
}

void add_ways(const Notify& notify, const Place& place, Letter& letter) {
  letter.button = button("Choose a plan", url_in(notify, place, "/billing/plans"));
  letter.link = html::Action{.label = "Or take everything along",
                             .url = url_in(notify, place, "/settings/export")};
}

Letter first_letter(const Left& left) {
  return {.name = "win_back_first",
          .subject = left.name + " is still here",
          .title = left.name + " is still here",
          .paragraphs = {fmt::format("The plan of {} ended on {}. {}", left.name, left.ended,
                                     kept_words(left)),
                         "Choose a plan, and it goes on where you stopped: the same members, the "
                         "same address, the same data."}};
}

Letter reminder_letter(const Left& left) {
  return {.name = "win_back_reminder",
          .subject = "What was missing in " + left.name + "?",
          .title = "What was missing?",
          .paragraphs = {
              fmt::format("{} has been without a paid plan since {}.", left.name, left.ended),
              "If something did not work for you, answer this mail: a person reads it. "
              "If it was the size of the plan, another one may fit better.",
              kept_words(left)}};
}

Letter last_letter(const Left& left) {
  return {.name = "win_back_last",
          .subject = "The last mail about " + left.name,
          .title = "The last mail about this",
          .paragraphs = {fmt::format("We do not ask again whether {} goes on.", left.name),
                         kept_words(left) +
                             " You can choose a plan or take everything along whenever you like."}};
}

Letter letter_of(const std::string& step, const Left& left) {
  if (step == "first") return first_letter(left);
  return step == "last" ? last_letter(left) : reminder_letter(left);
}

// Nothing when there is a plan again, when a later letter is due already, or to who wants none.
Task<> ask_back(Notify& notify, const Job& job) {
  db::ControlRead db = notify.database.control_read(job.actor());
  const auto retention = co_await billing::find_retention(db);
  if (!retention || retention->state == "purged") co_return;
  const int latest = co_await billing::latest_win_back(db, text_of(job, "subscription"));
  if (latest != number_of(job, "day")) co_return;
  const Place place = co_await place_of(notify, job);
  if (!place.owner) co_return;
  const bool unwanted = co_await is_unsubscribed(notify, place.owner->id);
  if (unwanted) co_return;
  Letter letter = letter_of(text_of(job, "step"), left_of(place, *retention));
  add_ways(notify, place, letter);
  letter.unsubscribe_url = unsubscribe_url(notify, place.owner->id);
  co_await send_to_owner(notify, job, place, std::move(letter));
}

// Nothing when it was called off, or put off, in the meantime.
Task<> give_notice(Notify& notify, const Job& job) {
  db::ControlRead db = notify.database.control_read(job.actor());
  const auto retention = co_await billing::find_retention(db);
  const auto announced = parse_rfc3339(text_of(job, "purge_at"));
  if (!retention || !announced || retention->purge_at() != *announced) co_return;
  const Place place = co_await place_of(notify, job);
  const Left left = left_of(place, *retention);
  const std::string day = format_date(*announced);
  Letter letter{.name = "purge_notice",
                .subject = fmt::format("{} will be deleted on {}", left.name, day),
                .title = "Your data will be deleted on " + day};
  letter.paragraphs = {
      fmt::format("The plan of {} ended on {}. What it has stored is deleted on {}, for good.",
                  left.name, left.ended, day),
      "With a plan before that day nothing is deleted and everything goes on. If you do not want "
      "one, take your data along now: the export is open until then."};
  add_ways(notify, place, letter);
  co_await send_to_owner(notify, job, place, std::move(letter));
}

Task<> confirm_purge(Notify& notify, const Job& job) {
  const Place place = co_await place_of(notify, job);
  const std::string name = harmless(place.tenant.name);
  Letter letter{.name = "purged",
                .subject = "The data of " + name + " is deleted",
                .title = "Your data is deleted"};
  letter.paragraphs = {
      fmt::format("What {} had stored was deleted on {}, as we had written. Invoices are kept for "
                  "as long as the law wants.",
                  name, format_date(job.event.occurred_at)),
      worded("The workspace is empty and still yours: with a plan you can begin anew in it.")};
  letter.button = button("Open billing", url_in(notify, place, "/billing"));
  co_await send_to_owner(notify, job, place, std::move(letter));
}

}  // namespace

std::vector<Cause> ending_letters() {
  return {{"notify.win_back", billing::win_back_step_reached, ask_back},
          {"notify.purge_notice", billing::purge_announced, give_notice},
          {"notify.purged", billing::tenant_purged, confirm_purge}};
}

}  // namespace freehold::notify
