// /invite/{token}: opening the link shows the invitation, a button accepts it. The token came
// through our mail, so whoever holds it may make the account of the invited address; an account
// that exists already is entered by its password, never by the token alone.
#include "core/async.hpp"
#include "core/json.hpp"
#include "core/words.hpp"
#include "html/form.hpp"
#include "identity/signup.hpp"
#include "onboarding/pages.hpp"

namespace freehold::onboarding {
namespace {

using access::Acceptance;
using access::Invitation;

constexpr int gone = 410;

// All that a page about an invitation can say.
struct Visit {
  std::string path;  // of the invitation: "/invite/…"
  TenantId tenant;
  std::string slug;
  std::string workspace;
  Invitation invitation;
  std::string inviter;
  // Nothing: it stands. Otherwise why accepting it will not do.
  std::optional<Acceptance> refused;
  std::optional<identity::Person> person;  // who is signed in
  bool is_member = false;                  // the person signed in is
  bool has_account = false;                // the invited address has
  bool is_for_person() const { return person && person->email == invitation.email; }
};

std::string invite_path(const http::Request& req) {
  return "/invite/" + std::string(req.parameter("token"));
}

html::Frame hosted(const Onboarding& onboarding, const http::Request& req, std::string title) {
  html::Frame frame = onboarding.identity.frame(req);
  frame.layout = "auth";
  frame.title = std::move(title);
  return frame;
}

http::Response say(const Onboarding& onboarding, const http::Request& req,
                   const html::Message& message, int status) {
  const html::Frame frame = hosted(onboarding, req, message.title);
  json::object page{{"message", to_json(message)}};
  return show(onboarding, "onboarding/message", frame, std::move(page), status);
}

// --- What is known ---------------------------------------------------------------------------

Task<> look_at_invitation(Onboarding& onboarding, access::InvitationRef ref, Visit& visit) {
  const Actor reader = ActorMint::job(ref.tenant_id, "onboarding.show_invitation");
  db::ControlRead db = onboarding.database.control_read(reader);
  const auto invitation = co_await access::find_invitation(db, ref.invitation_id);
  if (!invitation) throw Problem::not_found("invitation");
  const tenancy::Tenant tenant = co_await tenancy::get_tenant(db);
  const auto inviter = co_await tenancy::find_member(db, invitation->invited_by);
  std::vector<UserId> ids{invitation->invited_by};
  const auto people = co_await identity::people(db, std::move(ids));
  visit.tenant = ref.tenant_id;
  visit.slug = tenant.slug;
  visit.workspace = tenant.name;
  visit.invitation = *invitation;
  visit.inviter = people.empty() ? "A former member" : people.front().name;
  if (invitation->revoked_at)
    visit.refused = Acceptance::revoked;
  else if (invitation->accepted_at)
    visit.refused = Acceptance::already_used;
  else if (invitation->expires_at <= db.now())
    visit.refused = Acceptance::expired;
  else if (!inviter || !access::may_give(inviter->role, invitation->role))
    visit.refused = Acceptance::inviter_may_not;
}

Task<> look_at_person(Onboarding& onboarding, const http::Request& req, Visit& visit) {
  db::IdentityRead people = onboarding.database.identity_read();
  if (req.session_) visit.person = co_await identity::find_person(people, req.session_->user);
  const auto invited = co_await identity::find_person_by_email(people, visit.invitation.email);
  visit.has_account = invited.has_value();
  if (!visit.person) co_return;
  const auto belongs =
      co_await tenancy::find_belonging(onboarding.database, visit.slug, visit.person->id);
  visit.is_member = belongs.has_value();
}

// Nothing: the token opens no invitation. A resent mail ends the tokens before it.
Task<std::optional<Visit>> look_up(Onboarding& onboarding, http::Request& req) {
  co_await identity::count_link_use(onboarding.identity, req);
  const auto ref =
      co_await access::find_invitation_by_token(onboarding.database, req.parameter("token"));
  if (!ref) co_return std::nullopt;
  Visit visit;
  visit.path = invite_path(req);
  co_await look_at_invitation(onboarding, *ref, visit);
  co_await look_at_person(onboarding, req, visit);
  co_return visit;
}

// --- Pages that end here -----------------------------------------------------------------------

http::Response unknown_page(const Onboarding& onboarding, const http::Request& req) {
  return say(onboarding, req,
             {.title = "This link does not work",
              .paragraphs = {"It may be cut off, or a newer mail has replaced it. Open the link of "
                             "the latest mail again, or ask for a new invitation."}},
             404);
}

html::Message refusal_of(const Visit& visit, Acceptance refused) {
  const std::string ask = fmt::format("Ask {} to send a new one.", visit.inviter);
  switch (refused) {
    case Acceptance::expired:
      return {
          .title = "This invitation has expired",
          .paragraphs = {
              fmt::format("It was open until {}.", format_date(visit.invitation.expires_at)), ask}};
    case Acceptance::revoked:
      return {.title = "This invitation was withdrawn",
              .paragraphs = {fmt::format("{} no longer expects you under this link. {}",
                                         visit.workspace, ask)}};
    case Acceptance::already_used:
      return {.title = "This invitation was accepted before",
              .paragraphs = {"Each invitation works once. If it was you, log in to go on."},
              .actions = html::Buttons{{{"Log in", "/login", "primary"}}}};
    case Acceptance::inviter_may_not:
      return {.title = "This invitation no longer counts",
              .paragraphs = {fmt::format("{} may not give this role in {} any more. Ask somebody "
                                         "who manages the {} for a new invitation.",
                                         visit.inviter, visit.workspace, words().workspace)}};
    case Acceptance::already_member:
    case Acceptance::accepted:
      break;
  }
  return {.title = worded("You belong to this workspace already"),
          .paragraphs = {fmt::format("There is nothing left to accept: {} is yours to use.",
                                     visit.workspace)},
          .actions = html::Buttons{{{worded("Open workspace"), "/t/" + visit.slug, "primary"}}}};
}

http::Response refused_page(const Onboarding& onboarding, const http::Request& req,
                            const Visit& visit, Acceptance refused) {
  const int status = refused == Acceptance::already_member ? 200 : gone;
  return say(onboarding, req, refusal_of(visit, refused), status);
}

// --- The invitation --------------------------------------------------------------------------

html::Form accept_form(const Visit& visit) {
  return {.id = "accept", .action = visit.path, .submit = "Accept invitation", .busy = "Joining…"};
}

html::Form account_form(const Visit& visit, std::string name, FieldErrors errors) {
  html::Form form = accept_form(visit);
  form.submit = "Create account and join";
  form.fields = {{.name = "name",
                  .label = "Your name",
                  .value = std::move(name),
                  .autocomplete = "name",
                  .max_length = 80},
                 {.name = "password",
                  .label = "Password",
                  .kind = "password",
                  .hint = "At least 8 characters. Several words are easy to remember and hard to "
                          "guess.",
                  .autocomplete = "new-password",
                  .max_length = int(identity::longest_password)}};
  form.errors = std::move(errors);
  return form;
}

html::Form switch_form(const Visit& visit) {
  return {.id = "switch",
          .action = visit.path + "/switch",
          .submit = "Log out and continue",
          .busy = "Logging out…",
          .cancel = html::Action{"Stay logged in", "/select"}};
}

json::object facts_of(const Visit& visit) {
  std::string role(name_of(visit.invitation.role));
  role.front() = char(role.front() - 'a' + 'A');
  return {{"workspace_name", visit.workspace},
          {"inviter", visit.inviter},
          {"role", std::move(role)},
          {"email", visit.invitation.email},
          {"until", format_date(visit.invitation.expires_at)},
          {"somebody_else", nullptr},
          {"form", nullptr},
          {"login_url", nullptr},
          {"decline_url", visit.path + "/decline"}};
}

http::Response form_page(const Onboarding& onboarding, const http::Request& req, const Visit& visit,
                         const html::Form& form) {
  html::Frame frame = hosted(onboarding, req, "Join " + visit.workspace);
  frame.has_errors = !form.errors.empty();
  json::object page = facts_of(visit);
  page["form"] = html::form_model(form);
  return show(onboarding, "onboarding/invitation", frame, std::move(page),
              frame.has_errors ? 422 : 200);
}

http::Response somebody_else_page(const Onboarding& onboarding, const http::Request& req,
                                  const Visit& visit) {
  const html::Frame frame = hosted(onboarding, req, "You are logged in as somebody else");
  json::object page = facts_of(visit);
  page["somebody_else"] = visit.person->email;
  page["form"] = html::form_model(switch_form(visit));
  return show(onboarding, "onboarding/invitation", frame, std::move(page),
              http::is_safe(req.method) ? 200 : 403);
}

http::Response login_page(const Onboarding& onboarding, const http::Request& req,
                          const Visit& visit) {
  const html::Frame frame = hosted(onboarding, req, "Join " + visit.workspace);
  json::object page = facts_of(visit);
  page["login_url"] = identity::login_url(visit.path);
  return show(onboarding, "onboarding/invitation", frame, std::move(page));
}

// The page of an invitation that this request cannot accept, whatever it sends.
std::optional<http::Response> closed_page(const Onboarding& onboarding, const http::Request& req,
                                          const std::optional<Visit>& visit) {
  if (!visit) return unknown_page(onboarding, req);
  if (visit->is_member) return refused_page(onboarding, req, *visit, Acceptance::already_member);
  if (visit->refused) return refused_page(onboarding, req, *visit, *visit->refused);
  if (visit->person && !visit->is_for_person()) return somebody_else_page(onboarding, req, *visit);
  return std::nullopt;
}

Task<http::Response> show_invitation(Onboarding& onboarding, http::Request& req) {
  const auto visit = co_await look_up(onboarding, req);
  if (auto closed = closed_page(onboarding, req, visit)) co_return std::move(*closed);
  if (visit->person) co_return form_page(onboarding, req, *visit, accept_form(*visit));
  if (visit->has_account) co_return login_page(onboarding, req, *visit);
  co_return form_page(onboarding, req, *visit, account_form(*visit, "", {}));
}

// --- Accepting -------------------------------------------------------------------------------

Task<Acceptance> accept_as(Onboarding& onboarding, const http::Request& req, const Visit& visit,
                           UserId user) {
  const Actor actor = ActorMint::user(visit.tenant, user, "", {}, req.origin());
  db::ControlTx tx = onboarding.database.control(actor);
  const Acceptance outcome = co_await access::accept_invitation(tx, visit.invitation.id, user);
  if (outcome == Acceptance::accepted) co_await tx.commit();
  co_return outcome;
}

FieldErrors mistakes_of(const Onboarding& onboarding, const Visit& visit, const std::string& name,
                        const std::string& password) {
  FieldErrors errors;
  if (auto mistake = identity::name_mistake("Your name", name))
    errors.push_back({"name", std::move(*mistake)});
  const std::vector<std::string> known{name, visit.invitation.email, visit.workspace,
                                       onboarding.brand.current()->look.name};
  if (auto mistake = identity::password_mistake(password, known))
    errors.push_back({"password", std::move(*mistake)});
  return errors;
}

Task<std::optional<UserId>> make_account(Onboarding& onboarding, const Visit& visit,
                                         std::string name, std::string password) {
  auto hash = co_await onboarding.identity.passwords.hash(std::move(password));
  identity::NewAccount draft{visit.invitation.email, std::move(name), std::move(hash)};
  db::IdentityTx tx = onboarding.database.identity();
  const auto user = co_await identity::open_account(tx, std::move(draft), onboarding.clocks);
  co_await tx.commit();
  co_return user;
}

// The account is made first and by itself: it is worth having even when the invitation ends in the
// same instant.
Task<http::Response> join_with_new_account(Onboarding& onboarding, http::Request& req,
                                           const Visit& visit) {
  const std::string name(req.form().get("name"));
  const std::string password(req.form().get("password"));
  FieldErrors errors = mistakes_of(onboarding, visit, name, password);
  if (!errors.empty())
    co_return form_page(onboarding, req, visit, account_form(visit, name, std::move(errors)));
  const auto user = co_await make_account(onboarding, visit, name, password);
  if (!user) co_return http::see_other(identity::login_url(visit.path));
  const Acceptance outcome = co_await accept_as(onboarding, req, visit, *user);
  if (outcome != Acceptance::accepted) co_return refused_page(onboarding, req, visit, outcome);
  co_return co_await identity::enter(onboarding.identity, req, *user,
                                     "/t/" + visit.slug + "?joined=1");
}

Task<http::Response> accept(Onboarding& onboarding, http::Request& req, db::Database&) {
  const auto visit = co_await look_up(onboarding, req);
  if (auto closed = closed_page(onboarding, req, visit)) co_return std::move(*closed);
  if (!visit->person && visit->has_account)
    co_return http::see_other(identity::login_url(visit->path));
  if (!visit->person) co_return co_await join_with_new_account(onboarding, req, *visit);
  const Acceptance outcome = co_await accept_as(onboarding, req, *visit, visit->person->id);
  if (outcome != Acceptance::accepted) co_return refused_page(onboarding, req, *visit, outcome);
  co_return http::see_other("/t/" + visit->slug + "?joined=1");
}

// Nothing is stored: who declines does not owe anybody an answer, and may change their mind.
Task<http::Response> decline(Onboarding& onboarding, http::Request& req) {
  const auto visit = co_await look_up(onboarding, req);
  if (!visit) co_return unknown_page(onboarding, req);
  const html::Action back{"Back to the invitation", visit->path};
  co_return say(
      onboarding, req,
      {.title = "Nothing happened",
       .paragraphs = {fmt::format("You did not join {}, and nobody is told. You can close "
                                  "this page; the invitation ends by itself.",
                                  visit->workspace)},
       .actions = html::Buttons{{back}}},
      200);
}

Task<http::Response> switch_person(Onboarding& onboarding, http::Request& req,
                                   db::Database& database) {
  if (req.session_) {
    db::IdentityTx tx = database.identity();
    co_await onboarding.identity.sessions.close(tx, req.session_->user, req.session_->id);
    co_await tx.commit();
  }
  co_return http::see_other(invite_path(req))
      .with_cookie({.name = std::string(identity::Sessions::cookie), .value = "", .max_age = 0});
}

}  // namespace

void invitation_routes(http::Router& at, Onboarding& onboarding) {
  auto with = at.with(onboarding);
  with.get("/invite/{token}", show_invitation, http::anyone);
  with.post("/invite/{token}", accept, http::anyone);
  with.get("/invite/{token}/decline", decline, http::anyone);
  with.post("/invite/{token}/switch", switch_person, http::anyone);
}

}  // namespace freehold::onboarding
