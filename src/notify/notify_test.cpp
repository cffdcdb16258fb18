// Which event causes which letter, to whom, and that it comes once.
#include <doctest/doctest.h>

#include "access/access.hpp"
#include "billing/card_trials.hpp"
#include "metering/metering.hpp"
#include "notify/test_site.hpp"
#include "tenancy/tenancy.hpp"

using namespace freehold;
using namespace freehold::notify;

namespace {

constexpr std::string_view card_that_fails_later = "4000000000000341";
constexpr std::string_view password = "tractor-violet-42-lamp";
constexpr Meter api_calls{"documents.api_calls"};

Task<> add_member(Site& site, UserId user, tenancy::Role role) {
  db::ControlTx tx = site.world.database().control(site.money.owner);
  co_await tenancy::add_member(tx, user, role);
  co_await tx.commit();
}

Task<> invite(Site& site, std::string email, access::InvitationId& made) {
  db::ControlTx tx = site.world.database().control(site.money.owner);
  const auto invitation = co_await access::invite(tx, std::move(email), tenancy::Role::member);
  co_await tx.commit();
  made = invitation.id;
}

Task<> send_again(Site& site, access::InvitationId id) {
  db::ControlTx tx = site.world.database().control(site.money.owner);
  co_await access::resend_invitation(tx, id);
  co_await tx.commit();
}

Task<> revoke(Site& site, access::InvitationId id) {
  db::ControlTx tx = site.world.database().control(site.money.owner);
  co_await access::revoke_invitation(tx, id);
  co_await tx.commit();
}

Task<> use(Site& site, std::int64_t n, std::string key) {
  const auto snapshot = co_await site.money.gates.snapshot(site.money.owner);
  co_await metering::consume(site.world.database(), site.money.owner, *snapshot, api_calls, n,
                             std::move(key));
}

Task<> look_up(Site& site, std::string token, bool& opens) {
  const auto found = co_await access::find_invitation_by_token(site.world.database(), token);
  opens = found.has_value();
}

bool opens(Site& site, const std::string& link) {
  bool answer = false;
  const std::string token = link.substr(std::string_view("/invite/").size());
  site.world.run([&](db::Database&) { return look_up(site, token, answer); });
  return answer;
}

access::InvitationId invited(Site& site, const std::string& email) {
  access::InvitationId id;
  site.world.run([&](db::Database&) { return invite(site, email, id); });
  return id;
}

void sign_up_form(Site& site, const std::string& email) {
  site.browser.get("/signup");
  site.browser.post(
      "/signup",
      {{"email", email}, {"password", std::string(password)}, {"workspace", "Northwind"}});
  site.settle();
}

std::string number_of_newest(Site& site) {
  std::string number = site.world.rows(
      "select number from billing.invoice where status = 'paid' and total > 0 "
      "order by paid_at desc limit 1");
  number.pop_back();
  return number;
}

Task<std::string> some_pdf(const Actor&, std::string) {
  co_return "%PDF-1.5";
}

Task<> fetch_again(Site& site) {
  co_await billing::sync_now(site.money.billing, site.money.owner);
}

Task<> refuse_trial(Site& site) {
  db::ControlTx tx = site.world.database().control(site.money.owner);
  co_await events::emit(tx, billing::trial_refused, R"({"subscription":"sub_1"})");
  co_await tx.commit();
}

}  // namespace

TEST_CASE("a sign-up gets a link to confirm its address, and nobody learns who has an account") {
  Site site;
  sign_up_form(site, "maya@example.com");
  CHECK(site.new_letters() == "maya@example.com: Confirm your address\n");
  const std::string link = site.link("signup");
  CHECK(link.starts_with("/verify/"));
  CHECK(site.browser.get(link).status == 200);
  CHECK(site.text("signup") ==
        "Confirm your address\n\n"
        "Somebody, we hope you, asked for an account with this address. Confirm it to make your "
        "workspace.\n\n"
        "Confirm address:\n"
        "http://127.0.0.1:8080" +
            link +
            "\n\n"
            "The link works once, for 24 hours. If it was not you, do nothing: without your "
            "confirmation there is no account.\n\n"
            "--\n"
            "Freehold http://127.0.0.1:8080\n"
            "You get this mail because this address was entered in our sign-up form.\n\n");

  site.person(UserId::make(site.world.machine().now()), "ada@example.com", "Ada");
  sign_up_form(site, "ada@example.com");
  CHECK(site.new_letters() == "ada@example.com: You already have an account\n");
  CHECK(site.link("existing_account") == "/login");
}

TEST_CASE("a forgotten password gets a link, a new one a notice, an unknown address nothing") {
  Site site;
  site.person(UserId::make(site.world.machine().now()), "ada@example.com", "Ada");
  site.browser.get("/forgot");
  site.browser.post("/forgot", {{"email", "nobody@example.com"}});
  site.settle();
  CHECK(site.new_letters() == "");

  site.browser.get("/forgot");
  site.browser.post("/forgot", {{"email", "ada@example.com"}});
  site.settle();
  CHECK(site.new_letters() == "ada@example.com: Set a new password\n");
  const std::string link = site.link("password_reset");
  CHECK(link.starts_with("/reset/"));

  site.browser.get(link);
  CHECK(site.browser.post(link, {{"password", "an umbrella for nine geese"}}).status == 303);
  site.settle();
  CHECK(site.new_letters() == "ada@example.com: Your password was changed\n");
  CHECK(site.link("password_changed") == "/forgot");
  // The link is used: its letter is not written anew.
  site.run_again("notify.reset_password");
  CHECK(site.new_letters() == "");
}

TEST_CASE("a new workspace welcomes its owner with the days of the trial") {
  Site site;
  site.sign_up();
  CHECK(site.new_letters() == "ada@example.com: Your workspace is ready\n");
  CHECK(site.link("welcome") == "/t/acme/start");
  CHECK(site.text("welcome").find("For 14 days it has everything of the Pro plan. No card is "
                                  "needed; afterwards it goes on with the Free plan by itself.") !=
        std::string::npos);
}

TEST_CASE("an invitation goes to whom it names, and its newest letter has the link that works") {
  Site site;
  site.sign_up();
  site.new_letters();
  const auto id = invited(site, "jonas@example.com");
  site.settle();
  CHECK(site.new_letters() == "jonas@example.com: Ada Lovelace invited you to Acme\n");
  const std::string first = site.link("invitation");
  CHECK(opens(site, first));

  // The same letter again, as after a worker's death, breaks no link.
  site.run_again("notify.invite");
  CHECK(site.new_letters() == "");
  CHECK(opens(site, first));

  site.world.machine().advance(seconds(1));
  site.world.business().advance(seconds(1));
  site.world.run([&](db::Database&) { return send_again(site, id); });
  site.settle();
  CHECK(site.new_letters() == "jonas@example.com: Ada Lovelace invited you to Acme\n");
  CHECK_FALSE(opens(site, first));

  const auto withdrawn = invited(site, "late@example.com");
  site.world.run([&](db::Database&) { return revoke(site, withdrawn); });
  site.settle();
  CHECK(site.new_letters() == "");
}

TEST_CASE("a paid invoice goes to each of the invoice addresses, once, whatever comes how often") {
  Site site;
  site.notify.invoice_pdf = some_pdf;
  site.sign_up();
  site.money.mail.doubled = true;
  site.money.mail.shuffled = true;
  site.money.page("/t/acme/billing/details",
                  "version=0&invoice_emails=books%40acme.example%0Afinance%40acme.example");
  site.money.buy("4242424242424242");
  site.settle();
  site.new_letters();
  site.money.advance(days(16));
  site.settle();
  const std::string subject = ": Invoice " + number_of_newest(site) + " is paid\n";
  CHECK(site.new_letters() == "books@acme.example" + subject + "finance@acme.example" + subject);
  CHECK(
      site.text("invoice_paid").contains("[invoice-" + number_of_newest(site) + ".pdf, 8 bytes]"));
  CHECK(site.link("invoice_paid").starts_with("/t/acme/billing/invoices/in_1"));

  site.run_again("notify.invoice_paid");
  site.money.world.run([&](db::Database&) { return fetch_again(site); });
  site.settle();
  CHECK(site.new_letters() == "");
}

TEST_CASE("the first owner reads about the plan and its payments, others do not") {
  Site site;
  site.sign_up();
  const auto colleague = UserId::make(site.world.machine().now());
  site.person(colleague, "zoe@example.com", "Zoe");
  site.world.run([&](db::Database&) { return add_member(site, colleague, tenancy::Role::owner); });
  site.settle();
  site.new_letters();

  site.money.buy(std::string(card_that_fails_later));
  site.settle();
  CHECK(site.new_letters() == "ada@example.com: Your plan is active\n");
  CHECK(site.text("subscription_started").find("Acme is on the Pro plan now.") !=
        std::string::npos);

  site.money.advance(days(14) + hours(3));
  site.settle();
  CHECK(site.new_letters() == "ada@example.com: A payment did not go through\n");
  site.money.advance(days(7));
  site.settle();
  CHECK(site.new_letters() == "ada@example.com: Your workspace is read-only\n");
  site.money.pay_with_another_card();
  site.settle();
  CHECK(site.new_letters() == "ada@example.com: Invoice " + number_of_newest(site) +
                                  " is paid\nada@example.com: The payment went through\n");
  CHECK(site.link("payment_recovered") == "/t/acme/billing");
  site.money.cancel();
  site.money.advance(days(40));
  site.settle();
  CHECK(site.new_letters() ==
        "ada@example.com: What was missing in Acme?\nada@example.com: Your plan has ended\n");
}

TEST_CASE("a trial that is refused for its card is told of, with the reason") {
  Site site;
  site.sign_up();
  site.new_letters();
  site.world.run([&](db::Database&) { return refuse_trial(site); });
  site.settle();
  CHECK(site.new_letters() == "ada@example.com: Your plan began without a trial\n");
  CHECK(site.text("trial_refused").find("had its trial in another workspace") != std::string::npos);
}

TEST_CASE("whoever may only read because of a dispute is told so, and of no open invoice") {
  Site site;
  site.money.billing.policy.dispute_access = billing::AfterReturn::limited;
  site.sign_up();
  site.money.buy("4000000000000259");  // its first charge is disputed
  site.money.advance(days(15));
  site.settle();
  CHECK(site.text("read_only")
            .find("A payment of Acme is disputed with the bank. Reading keeps "
                  "working; everything else comes back at once when the dispute "
                  "is decided.") != std::string::npos);
}

TEST_CASE("staff who want it hear of each new task once, with what to do and where") {
  Site site;
  site.notify.task_mail = {"ops@example.com", "money@example.com"};
  site.notify.staff_url = "http://127.0.0.1:8081";
  site.sign_up();
  site.money.buy("4000000000000259");  // its first charge is disputed
  site.settle();
  site.new_letters();
  site.money.advance(days(15));
  site.settle();
  const std::string letters = site.new_letters();
  CHECK(letters.find("money@example.com: Disputed payment: Acme\n"
                     "ops@example.com: Disputed payment: Acme\n") != std::string::npos);
  const std::string text = site.text("task");
  CHECK(text.find("Answer with evidence") != std::string::npos);
  CHECK(text.find("It is about du_") != std::string::npos);
  CHECK(text.find("http://127.0.0.1:8081/tasks") != std::string::npos);
  CHECK(text.find("staff.task_mail") != std::string::npos);

  site.run_again("notify.task");
  site.world.run([&](db::Database&) { return fetch_again(site); });
  site.settle();
  CHECK(site.new_letters() == "");
}

TEST_CASE("nobody hears of tasks where no address is named, or when the task is over") {
  Site site;
  site.sign_up();
  site.money.buy("4000000000000259");
  site.money.advance(days(15));
  site.settle();
  CHECK(site.new_letters().find("Disputed payment") == std::string::npos);

  site.world.rows("update billing.task set resolved_at = now(), resolved_by = 'state' returning 1");
  site.notify.task_mail = {"ops@example.com"};
  site.run_again("notify.task");
  CHECK(site.new_letters() == "");
}

TEST_CASE("an unpaid invoice is reminded of step by step, each once, until the cut") {
  Site site;
  site.sign_up();
  site.money.buy(std::string(card_that_fails_later));
  site.settle();
  site.new_letters();
  std::string story;
  const auto live = [&](Duration by) {
    site.money.advance(by);
    site.settle();
    story += site.new_letters();
  };
  live(days(14) + hours(3));
  for (int day = 1; day <= 8; ++day) live(days(1));
  CHECK(story ==
        "ada@example.com: A payment did not go through\n"
        "ada@example.com: An invoice is still unpaid\n"
        "ada@example.com: Full access ends on 13 Dec 2026\n"
        "ada@example.com: Your workspace is read-only\n");
  CHECK(site.text("payment_failed").find("The card is tried again on ") != std::string::npos);
  CHECK(site.text("payment_reminder").find("Everything keeps working until 13 Dec 2026.") !=
        std::string::npos);
}

TEST_CASE("what a reminder says follows the bank's reason") {
  Site site;
  site.sign_up();
  site.money.buy(std::string(card_that_fails_later));
  site.money.advance(days(14) + hours(3));
  site.settle();
  const auto reason = [&](const std::string& failure) {
    site.world.rows("update billing.invoice set failure = '" + failure + "' returning 1");
    site.run_again("notify.dunning");
    return site.text("payment_failed");
  };
  // A letter goes out once for a job, so each reason has a job of its own.
  const auto say = [&](const std::string& failure) {
    site.world.rows("delete from notify.mail where letter = 'payment_failed' returning 1");
    return reason(failure);
  };
  CHECK(say("authentication_required").find("confirm the payment yourself") != std::string::npos);
  CHECK(say("authentication_required").find("/invoice/") != std::string::npos);
  CHECK(say("hard_decline").find("does not accept this card any more") != std::string::npos);
  CHECK(say("no_payment_method").find("There is no card to charge") != std::string::npos);
  CHECK(say("soft_decline").find("is tried again on ") != std::string::npos);
}

TEST_CASE("a trial that ends without a plan is told of once") {
  Site site;
  site.sign_up();
  site.new_letters();
  site.money.advance(days(14) + hours(1));
  site.settle();
  CHECK(site.new_letters() == "ada@example.com: Your trial has ended\n");
  CHECK(site.text("trial_ended").find("Acme goes on with the Free plan.") != std::string::npos);
  site.money.advance(days(40));
  site.settle();
  CHECK(site.new_letters() == "");
}

TEST_CASE("80 % and 100 % of a limit are told of once each") {
  Site site;
  site.sign_up();
  site.new_letters();
  int call = 0;
  for (const std::int64_t n : {7999, 1, 1, 1999}) {
    const std::string key = "call " + std::to_string(++call);
    site.world.run([&](db::Database&) { return use(site, n, key); });
    site.settle();
  }
  CHECK(site.new_letters() ==
        "ada@example.com: API calls: 80% of the limit is used\n"
        "ada@example.com: API calls: the limit is reached\n");
  CHECK(site.text("limit_near").find("8,000 of 10,000 are used. Nothing is refused yet.") !=
        std::string::npos);
  CHECK(site.link("limit_reached") == "/t/acme/billing/plans");
}

TEST_CASE("a letter that was sent is not sent again, however often its job runs") {
  Site site;
  site.sign_up();
  sign_up_form(site, "maya@example.com");
  const std::string before = site.world.rows("select count(*), max(sent_at) from notify.mail");
  site.world.business().advance(minutes(5));
  for (int n = 0; n < 3; ++n) {
    site.run_again("notify.welcome");
    site.run_again("notify.confirm_address");
  }
  CHECK(site.world.rows("select count(*), max(sent_at) from notify.mail") == before);
}

TEST_CASE("names that people chose are harmless in subjects and right in text and HTML") {
  Site site;
  site.sign_up();
  site.rename("St. Gallen & Co.");
  invited(site, "jonas@example.com");
  site.settle();
  site.new_letters();
  CHECK(site.text("invitation").starts_with("You are invited to St. Gallen & Co.\n"));
  CHECK(site.html("invitation").find("work in St. Gallen &amp; Co. as member.") !=
        std::string::npos);

  site.rename("Win <b>now</b> at https://evil.example/x");
  invited(site, "kim@example.com");
  site.settle();
  CHECK(site.new_letters() ==
        "kim@example.com: Ada Lovelace invited you to Win  b now  b  at https   evil example x\n");
  CHECK(site.html("invitation").find("evil.example") == std::string::npos);
}

TEST_CASE("text and HTML of each letter are well formed") {
  Site site;
  site.sign_up();
  sign_up_form(site, "maya@example.com");
  site.rename("Müller & Söhne <GmbH>");
  invited(site, "jonas@example.com");
  site.world.run([&](db::Database&) { return use(site, 8000, "call"); });
  site.money.buy(std::string(card_that_fails_later));
  for (const int by : {15, 3, 3, 1}) {
    site.money.advance(days(by));
    site.settle();
  }
  int letters = 0;
  for (const std::string name :
       {"welcome", "signup", "invitation", "limit_near", "subscription_started", "payment_failed",
        "payment_reminder", "payment_last_warning", "read_only"}) {
    CAPTURE(name);
    const std::string html = site.html(name);
    CHECK(test::mistakes_in(html) == "");
    CHECK(html.starts_with("<!doctype html>"));
    CHECK(html.find("{{") == std::string::npos);
    const std::string text = site.text(name);
    for (const std::string_view markup : {"&amp;", "&#", "</", "{{", "\n\n\n\n"})
      CHECK_MESSAGE(text.find(markup) == std::string::npos, markup);
    CHECK(text.find("\n--\nFreehold http://127.0.0.1:8080\nYou get this mail because") !=
          std::string::npos);
    ++letters;
  }
  CHECK(letters == 9);
}
