// Letters about a workspace: welcome, invitations, limits.
#include "access/access.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "core/words.hpp"
#include "metering/metering.hpp"
#include "notify/letters.hpp"

namespace freehold::notify {
namespace {

using events::Job;

// Not for a workspace that was moved here: its people are no newcomers, and there may be thousands.
Task<> welcome(Notify& notify, const Job& job) {
  if (json::parse(job.event.payload).as_object().contains("source")) co_return;
  const Place place = co_await place_of(notify, job);
  const catalog::Plan* trial = notify.catalog.trial_plan();
  Letter letter{.name = "welcome",
                .subject = worded("Your workspace is ready"),
                .title = worded("Your workspace is ready")};
  letter.paragraphs.push_back(harmless(place.tenant.name) + " is set up and yours.");
  if (trial != nullptr)
    letter.paragraphs.push_back(
        fmt::format("For {} days it has everything of the {} plan. No card is needed; afterwards "
                    "{}.",
                    *trial->trial_days, trial->name, goes_on_with(notify)));
  letter.button = button(worded("Open the workspace"), url_in(notify, place, "/start"));
  co_await send_to_owner(notify, job, place, std::move(letter));
}

// The token of this job's letter; the same on every attempt, so that a second attempt does not
// break the link of a first one that did arrive.
std::string invitation_token(const Notify& notify, const Job& job) {
  const Digest digest = hmac_sha256(notify.link_key.reveal(), "invitation:" + to_string(job.id));
  return to_base64url(view(digest));
}

Task<> invite(Notify& notify, const Job& job) {
  const auto id = id_of<access::InvitationId>(job, "invitation");
  const std::string token = invitation_token(notify, job);
  db::ControlTx tx = notify.database.control(job.actor());
  const auto invitation = co_await access::set_invitation_token(tx, id, token);
  const tenancy::Tenant tenant = co_await tenancy::get_tenant(tx);
  std::vector<identity::Person> inviter;
  if (invitation) inviter = co_await identity::people(tx, {invitation->invited_by});
  co_await tx.commit();
  if (!invitation) co_return;
  const std::string who = inviter.empty() ? "Somebody" : harmless(inviter.front().name);
  const std::string where = harmless(tenant.name);
  Letter letter{.name = "invitation",
                .to = invitation->email,
                .subject = who + " invited you to " + where,
                .title = "You are invited to " + where};
  letter.paragraphs.push_back(
      fmt::format("{} invited you to work in {} as {}.", who, where, name_of(invitation->role)));
  letter.button = button("Look at the invitation", notify.base_url + "/invite/" + token);
  letter.note = "The invitation is good until " + format_date(invitation->expires_at) +
                ". Nothing happens before you accept it.";
  letter.reason = "You get this mail because " + who + " entered this address.";
  co_await send(notify, job, std::move(letter));
}

Task<> warn_of_usage(Notify& notify, const Job& job) {
  const Place place = co_await place_of(notify, job);
  const std::string label = notify.catalog.label_of(text_of(job, "meter"));
  const std::int64_t percent = number_of(job, "percent");
  const std::string numbers =
      fmt::format("{} of {} are used.", catalog::with_thousands(number_of(job, "used")),
                  catalog::with_thousands(number_of(job, "limit")));
  Letter letter{.name = percent >= 100 ? "limit_reached" : "limit_near"};
  if (percent >= 100) {
    letter.subject = fmt::format("{}: the limit is reached", label);
    letter.paragraphs = {numbers + " New calls are refused until the count starts anew.",
                         "A larger plan lifts the limit at once."};
  } else {
    letter.subject = fmt::format("{}: {}% of the limit is used", label, percent);
    letter.paragraphs = {numbers + " Nothing is refused yet.",
                         "At the limit new calls are refused until the count starts anew. A larger "
                         "plan lifts it at once."};
  }
  letter.title = letter.subject;
  letter.button = button("Compare plans", url_in(notify, place, "/billing/plans"));
  co_await send_to_owner(notify, job, place, std::move(letter));
}

}  // namespace

std::vector<Cause> workspace_letters() {
  return {{"notify.welcome", tenancy::tenant_created, welcome},
          {"notify.invite", access::invitation_sent, invite},
          {"notify.usage", metering::threshold_reached, warn_of_usage}};
}

}  // namespace freehold::notify
