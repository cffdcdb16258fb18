// Letters to people about their accounts.
#include "core/async.hpp"
#include "core/words.hpp"
#include "identity/mails.hpp"
#include "notify/letters.hpp"

namespace freehold::notify {
namespace {

using events::Job;

std::string words_of(Duration duration) {
  const auto hours = duration / freehold::hours(1);
  if (hours >= 1) return hours == 1 ? "an hour" : std::to_string(hours) + " hours";
  return std::to_string(duration / minutes(1)) + " minutes";
}

Task<> confirm_address(Notify& notify, const Job& job) {
  const auto token = id_of<identity::TokenId>(job, "token");
  db::IdentityTx tx = notify.database.identity();
  const auto mail = co_await identity::signup_mail(tx, notify.identity, token, job.cause());
  co_await tx.commit();
  if (!mail) co_return;
  Letter letter{
      .name = "signup",
      .to = mail->email,
      .subject = "Confirm your address",
      .title = "Confirm your address",
      .paragraphs = {worded("Somebody, we hope you, asked for an account with this address. "
                            "Confirm it to make your workspace.")}};
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
  const auto mail = co_await identity::reset_mail(tx, notify.identity, token, job.cause());
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

}  // namespace

std::vector<Cause> person_letters() {
  return {{"notify.confirm_address", identity::signup_requested, confirm_address},
          {"notify.have_account", identity::signup_for_existing_account, have_account},
          {"notify.reset_password", identity::password_reset_requested, reset_password},
          {"notify.password_changed", identity::password_changed, password_was_changed}};
}

}  // namespace freehold::notify
