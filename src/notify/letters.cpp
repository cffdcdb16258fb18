// Which event causes which letter, and what it says.
#include "access/access.hpp"
#include "billing/billing.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "identity/mails.hpp"
#include "metering/metering.hpp"
#include "notify/notify.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::notify {
namespace {

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

template <class SomeId>
SomeId id_of(const Job& job, std::string_view key) {
  const auto id = SomeId::parse(text_of(job, key));
  if (!id) throw events::Discard{"the event names no " + std::string(key)};
  return *id;
}

std::string words_of(Duration duration) {
  const auto hours = duration / freehold::hours(1);
  if (hours >= 1) return hours == 1 ? "an hour" : std::to_string(hours) + " hours";
  return std::to_string(duration / minutes(1)) + " minutes";
}

html::Action button(std::string label, std::string url) {
  return {.label = std::move(label), .url = std::move(url), .kind = "primary"};
}

// --- identity ------------------------------------------------------------------------------------

Task<> confirm_address(Notify& notify, const Job& job) {
  const auto token = id_of<identity::TokenId>(job, "token");
  db::IdentityTx tx = notify.database.identity();
  const auto mail = co_await identity::signup_mail(tx, notify.identity, token);
  co_await tx.commit();
  if (!mail) co_return;
  Letter letter{.name = "signup",
                .to = mail->email,
                .subject = "Confirm your address",
                .title = "Confirm your address",
                .paragraphs = {"Somebody, we hope you, asked for an account with this address. "
                               "Confirm it to make your workspace."}};
  letter.button = button("Confirm address", notify.base_url + mail->path);
  letter.note = "The link works once, for " + words_of(mail->valid_for) +
                ". If it was not you, do nothing: without your confirmation there is no account.";
  letter.reason = "You get this mail because this address was entered in our sign-up form.";
  co_await send(notify, job, std::move(letter));
}

Task<std::optional<identity::Person>> person_of(Notify& notify, const Job& job) {
  const auto user = id_of<UserId>(job, "user");
  db::IdentityRead db = notify.database.identity_read();
  co_return co_await identity::find_person(db, user);
}

Task<> have_account(Notify& notify, const Job& job) {
  const auto person = co_await person_of(notify, job);
  if (!person) co_return;
  Letter letter{.name = "existing_account",
                .to = person->email,
                .subject = "You already have an account",
                .title = "You already have an account",
                .paragraphs = {
                    "Somebody asked for a new account with this address, but there is one already. "
                    "Log in instead, or set a new password if you have forgotten yours."}};
  letter.button = button("Log in", notify.base_url + "/login");
  letter.reason = "You get this mail because this address was entered in our sign-up form.";
  co_await send(notify, job, std::move(letter));
}

Task<> reset_password(Notify& notify, const Job& job) {
  const auto token = id_of<identity::TokenId>(job, "token");
  db::IdentityTx tx = notify.database.identity();
  const auto mail = co_await identity::reset_mail(tx, notify.identity, token);
  co_await tx.commit();
  if (!mail) co_return;
  Letter letter{
      .name = "password_reset",
      .to = mail->person.email,
      .subject = "Set a new password",
      .title = "Set a new password",
      .paragraphs = {
          "You asked for a new password. Setting it ends all other sessions of your account."}};
  letter.button = button("Set a new password", notify.base_url + mail->path);
  letter.note = "The link works once, for " + words_of(mail->valid_for) +
                ". If it was not you, do nothing: your password stays as it is.";
  letter.reason = "You get this mail because a new password was asked for.";
  co_await send(notify, job, std::move(letter));
}

Task<> password_was_changed(Notify& notify, const Job& job) {
  const auto person = co_await person_of(notify, job);
  if (!person) co_return;
  Letter letter{
      .name = "password_changed",
      .to = person->email,
      .subject = "Your password was changed",
      .title = "Your password was changed",
      .paragraphs = {"The password of your account was changed, and all other sessions have ended.",
                     "If it was not you, set a new password now."}};
  letter.button = button("Set a new password", notify.base_url + "/forgot");
  letter.reason = "You get this mail because it concerns the safety of your account.";
  co_await send(notify, job, std::move(letter));
}

// --- the workspace -------------------------------------------------------------------------------

struct Place {
  tenancy::Tenant tenant;
  std::optional<identity::Person> owner;  // the first of them
};

// The workspace of the job, and who answers for it: the owner who belongs to it longest.
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

std::string url_in(const Notify& notify, const Place& place, std::string_view path) {
  return notify.base_url + "/t/" + place.tenant.slug + std::string(path);
}

// To the first owner: a job sends one letter. Others read the banner in the console.
Task<> send_to_owner(Notify& notify, const Job& job, const Place& place, Letter letter) {
  if (!place.owner) co_return;
  letter.to = place.owner->email;
  letter.reason =
      "You get this mail because you are an owner of " + harmless(place.tenant.name) + ".";
  co_await send(notify, job, std::move(letter));
}

Task<> welcome(Notify& notify, const Job& job) {
  const Place place = co_await place_of(notify, job);
  const catalog::Plan* trial = notify.catalog.trial_plan();
  Letter letter{
      .name = "welcome", .subject = "Your workspace is ready", .title = "Your workspace is ready"};
  letter.paragraphs.push_back(harmless(place.tenant.name) + " is set up and yours.");
  if (trial != nullptr)
    letter.paragraphs.push_back(
        fmt::format("For {} days it has everything of the {} plan. No card is needed; afterwards "
                    "it goes on with the {} plan by itself.",
                    *trial->trial_days, trial->name, notify.catalog.default_plan().name));
  letter.button = button("Open the workspace", url_in(notify, place, "/start"));
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
    letter.subject = fmt::format("{}: {} % of the limit is used", label, percent);
    letter.paragraphs = {numbers + " Nothing is refused yet.",
                         "At the limit new calls are refused until the count starts anew. A larger "
                         "plan lifts it at once."};
  }
  letter.title = letter.subject;
  letter.button = button("Compare plans", url_in(notify, place, "/billing/plans"));
  co_await send_to_owner(notify, job, place, std::move(letter));
}

Task<> confirm_plan(Notify& notify, const Job& job) {
  const Place place = co_await place_of(notify, job);
  const catalog::Plan* plan = notify.catalog.find(text_of(job, "plan"));
  const std::string name = plan != nullptr ? plan->name : "new";
  Letter letter{.name = "subscription_started",
                .subject = "Your plan is active",
                .title = "Your plan is active"};
  letter.paragraphs = {
      fmt::format("{} is on the {} plan now. Thank you.", harmless(place.tenant.name), name),
      "Invoices, the card and cancelling are in the billing pages of the workspace."};
  letter.button = button("Open billing", url_in(notify, place, "/billing"));
  co_await send_to_owner(notify, job, place, std::move(letter));
}

// A plan changes for many reasons; this is the one that no other letter tells of.
bool is_end_of_trial(const Notify& notify, const Job& job, const billing::Trial& trial) {
  return trial.ends_at && *trial.ends_at <= job.event.occurred_at &&
         text_of(job, "from") == trial.plan &&
         text_of(job, "to") == notify.catalog.default_plan().key;
}

Task<> tell_of_trial_end(Notify& notify, const Job& job) {
  db::ControlRead db = notify.database.control_read(job.actor());
  const auto trial = co_await billing::get_trial(db);
  const auto subscriptions = co_await billing::subscriptions(db);
  if (!subscriptions.empty() || !is_end_of_trial(notify, job, trial)) co_return;
  const Place place = co_await place_of(notify, job);
  Letter letter{
      .name = "trial_ended", .subject = "Your trial has ended", .title = "Your trial has ended"};
  letter.paragraphs = {fmt::format("{} goes on with the {} plan. Nothing was deleted.",
                                   harmless(place.tenant.name), notify.catalog.default_plan().name),
                       "What the trial had on top comes back at once with a plan that has it."};
  letter.button = button("Compare plans", url_in(notify, place, "/billing/plans"));
  co_await send_to_owner(notify, job, place, std::move(letter));
}

Task<> confirm_end(Notify& notify, const Job& job) {
  const Place place = co_await place_of(notify, job);
  Letter letter{.name = "subscription_ended",
                .subject = "Your plan has ended",
                .title = "Your plan has ended"};
  letter.paragraphs = {fmt::format("{} goes on with the {} plan. Nothing was deleted.",
                                   harmless(place.tenant.name),
                                   notify.catalog.default_plan().name)};
  letter.button = button("Compare plans", url_in(notify, place, "/billing/plans"));
  co_await send_to_owner(notify, job, place, std::move(letter));
}

Task<> tell_of_failed_payment(Notify& notify, const Job& job) {
  const Place place = co_await place_of(notify, job);
  Letter letter{.name = "payment_failed",
                .subject = "A payment did not go through",
                .title = "A payment did not go through"};
  letter.paragraphs = {
      fmt::format(
          "The last payment for {} was refused by the bank. Everything keeps working for now.",
          harmless(place.tenant.name)),
      "Pay the open invoice or use another card; the billing page says until when."};
  letter.button = button("Open billing", url_in(notify, place, "/billing"));
  co_await send_to_owner(notify, job, place, std::move(letter));
}

Task<> tell_of_recovery(Notify& notify, const Job& job) {
  const Place place = co_await place_of(notify, job);
  Letter letter{.name = "payment_recovered",
                .subject = "The payment went through",
                .title = "The payment went through"};
  letter.paragraphs = {fmt::format("The open invoice of {} is paid. Everything works as before.",
                                   harmless(place.tenant.name))};
  letter.button = button("Open billing", url_in(notify, place, "/billing"));
  co_await send_to_owner(notify, job, place, std::move(letter));
}

// Only the way down is worth a letter of its own: the way up is told by the payment.
Task<> tell_of_access(Notify& notify, const Job& job) {
  if (text_of(job, "to") != name_of(entitlements::Access::limited)) co_return;
  const Place place = co_await place_of(notify, job);
  Letter letter{.name = "read_only",
                .subject = "Your workspace is read-only",
                .title = "Your workspace is read-only"};
  letter.paragraphs = {
      fmt::format("The open invoice of {} was not paid in time. Reading keeps working; everything "
                  "else comes back at once when it is paid.",
                  harmless(place.tenant.name))};
  letter.button = button("Open billing", url_in(notify, place, "/billing"));
  co_await send_to_owner(notify, job, place, std::move(letter));
}

using Write = Task<> (*)(Notify&, const Job&);

struct Cause {
  std::string_view kind;
  EventType on;
  Write write;
};

constexpr Cause causes[] = {
    {"notify.confirm_address", identity::signup_requested, confirm_address},
    {"notify.have_account", identity::signup_for_existing_account, have_account},
    {"notify.reset_password", identity::password_reset_requested, reset_password},
    {"notify.password_changed", identity::password_changed, password_was_changed},
    {"notify.welcome", tenancy::tenant_created, welcome},
    {"notify.invite", access::invitation_sent, invite},
    {"notify.usage", metering::threshold_reached, warn_of_usage},
    {"notify.trial_ended", entitlements::plan_changed, tell_of_trial_end},
    {"notify.subscription_started", billing::subscription_started, confirm_plan},
    {"notify.subscription_ended", billing::subscription_ended, confirm_end},
    {"notify.payment_failed", billing::payment_failed, tell_of_failed_payment},
    {"notify.payment_recovered", billing::payment_recovered, tell_of_recovery},
    {"notify.access_changed", entitlements::access_changed, tell_of_access},
};

}  // namespace

events::Work work(Notify& notify) {
  events::Work work;
  for (const Cause& cause : causes) {
    work.subscriptions.push_back(
        {.kind = cause.kind,
         .on = cause.on,
         .run = [&notify, write = cause.write](const Job& job) { return write(notify, job); },
         .max_attempts = 12,
         .timeout = std::chrono::seconds(90)});
  }
  return work;
}

}  // namespace freehold::notify
