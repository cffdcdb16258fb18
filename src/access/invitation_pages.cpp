// /team/invitations: who was asked to come, and asking somebody.
#include "access/screens.hpp"
#include "core/async.hpp"
#include "core/crypto.hpp"
#include "core/json.hpp"
#include "core/words.hpp"

namespace freehold::access {
namespace {

using tenancy::Role;

// Letters go where the inviter says, so nobody may send many: neither to one address, whoever sends
// them, nor from one workspace.
constexpr identity::RateClass to_address{"invitation.address", 5, hours(1)};
constexpr identity::RateClass from_workspace{"invitation.workspace", 60, days(1)};

void refuse_after(std::optional<std::chrono::seconds> wait, std::string_view where) {
  if (!wait) return;
  throw Problem::too_many_requests(
      fmt::format("Too many invitations were sent {}. Wait {} minutes, then try again.", where,
                  (wait->count() + 59) / 60),
      long(wait->count()));
}

Task<> count_letter(const Console& console, const Actor& actor, std::string_view email) {
  const Digest digest = sha256(email);
  std::string address = "address:" + to_hex(view(digest).substr(0, 16));
  const auto wait_for_address = co_await console.throttle(std::move(address), to_address);
  refuse_after(wait_for_address, "to this address");
  std::string workspace = "workspace:" + to_string(actor.tenant());
  const auto wait_for_workspace = co_await console.throttle(std::move(workspace), from_workspace);
  refuse_after(wait_for_workspace, worded("from this workspace"));
}

html::Form invite_form(const http::Request& req) {
  const auto own = parse_enum<Role>(req.actor().role());
  html::Field role{.name = "role", .label = "Role", .kind = "radios", .value = "member"};
  const auto offer = [&](Role given, std::string hint) {
    if (own && may_give(*own, given))
      role.options.push_back({std::string(name_of(given)), label_of(given), std::move(hint)});
  };
  offer(Role::viewer, "Reads");
  offer(Role::member, "Reads and writes");
  offer(Role::admin, "Manages members, keys and settings as well");
  offer(Role::owner, "May do everything, billing and owners included");
  return {.id = "invite",
          .action = place(req, "/team/invitations"),
          .submit = "Send invitation",
          .busy = "Sending…",
          .fields = {{.name = "email",
                      .label = "Email",
                      .kind = "email",
                      .hint = "They get a link that works once, for seven days.",
                      .autocomplete = "off"},
                     std::move(role)}};
}

json::object row_of(const http::Request& req, const Everybody& all, const Invitation& invitation,
                    Instant now) {
  const std::string url = place(req, "/team/invitations/" + to_string(invitation.id));
  const Member* inviter = all.find(invitation.invited_by);
  const bool expired = invitation.expires_at <= now;
  json::object row = time_of(invitation.created_at);
  row["email"] = invitation.email;
  row["role_label"] = label_of(invitation.role);
  row["inviter"] = inviter == nullptr ? "Former member" : inviter->name;
  row["status"] = to_json(expired ? html::Badge{"Expired", "warn", true}
                                  : html::Badge{"Waiting", "neutral", true});
  row["until"] =
      fmt::format("{} {}", expired ? "Ended" : "Until", format_date(invitation.expires_at));
  row["resend_url"] = url + "/resend";
  row["revoke_url"] = url + "/revocation";
  return row;
}

std::optional<html::Toast> toast_of(const http::Request& req) {
  if (req.query.has("sent")) return html::Toast{.text = "The invitation is on its way"};
  if (req.query.has("revoked"))
    return html::Toast{.text = "The invitation is withdrawn; its link no longer works"};
  return {};
}

Task<http::Response> invitations_page(Console& console, http::Request& req, db::ControlRead& db,
                                      html::Form form) {
  const Everybody all = co_await everybody(db);
  const auto invitations = co_await open_invitations(db);
  html::Frame frame = co_await frame_of(console, req, "Invitations");
  frame.breadcrumbs = {{.label = "Team", .url = place(req, "/team")}, {.label = "Invitations"}};
  frame.toast = toast_of(req);
  frame.has_errors = !form.errors.empty();
  const std::string cost =
      console.cost_of_member ? co_await console.cost_of_member(req.actor()) : std::string();
  if (!cost.empty()) form.fields.front().hint = form.fields.front().hint.value_or("") + " " + cost;
  json::array rows;
  for (const Invitation& invitation : invitations)
    rows.push_back(row_of(req, all, invitation, db.now()));
  json::object page{
      {"tabs", team_tabs(req, all.members.size(), invitations.size())},
      {"invitations", std::move(rows)},
      {"may", req.actor().can(permissions::members_manage)},
      {"may_not_why", why_not(console, all, "invite people", permissions::members_manage)},
      {"form", html::form_model(form)},
      {"none", to_json(html::Empty{.icon = "mail",
                                   .title = "No open invitations",
                                   .text = "Whoever accepts one appears under Members."})}};
  co_return show(console, "access/invitations", frame, std::move(page),
                 frame.has_errors ? 422 : 200);
}

Task<http::Response> show_invitations(Console& console, http::Request& req, db::ControlRead& db) {
  html::Form form = invite_form(req);
  co_return co_await invitations_page(console, req, db, std::move(form));
}

Task<FieldErrors> mistakes_of(db::ControlRead& db, std::optional<std::string> email,
                              std::optional<Role> role) {
  FieldErrors errors;
  if (!email) errors.push_back({"email", "Enter an email address, like name@example.com."});
  if (!role) errors.push_back({"role", "Choose a role."});
  if (!email) co_return errors;
  const Everybody all = co_await everybody(db);
  if (std::ranges::find(all.members, *email, &Member::email) != all.members.end())
    errors.push_back({"email", worded("This person belongs to the workspace already.")});
  const auto open = co_await open_invitations(db);
  if (std::ranges::find(open, *email, &Invitation::email) != open.end())
    errors.push_back({"email", "This address is invited already. Send the mail again instead."});
  co_return errors;
}

Task<http::Response> send(Console& console, http::Request& req, db::ControlTx& tx) {
  const std::string typed(req.form().get("email"));
  const auto email = identity::canonical_email(typed);
  const auto role = parse_enum<Role>(req.form().get("role"));
  FieldErrors errors = co_await mistakes_of(tx, email, role);
  if (!errors.empty()) {
    html::Form form = invite_form(req);
    form.fields[0].value = typed;
    form.fields[1].value = req.form().get("role");
    form.errors = std::move(errors);
    co_return co_await invitations_page(console, req, tx, std::move(form));
  }
  co_await count_letter(console, req.actor(), *email);
  co_await invite(tx, *email, *role);
  co_return http::see_other(place(req, "/team/invitations?sent=1"));
}

Task<http::Response> send_again(Console& console, http::Request& req, db::ControlTx& tx) {
  const auto id = req.id_of<InvitationId>("invitation_id");
  const auto invitation = co_await find_invitation(tx, id);
  if (!invitation) throw Problem::not_found("invitation");
  co_await count_letter(console, req.actor(), invitation->email);
  co_await resend_invitation(tx, id);
  co_return http::see_other(place(req, "/team/invitations?sent=1"));
}

Task<http::Response> withdraw(http::Request& req, db::ControlTx& tx) {
  co_await revoke_invitation(tx, req.id_of<InvitationId>("invitation_id"));
  co_return http::see_other(place(req, "/team/invitations?revoked=1"));
}

}  // namespace

void invitation_routes(http::Router& at, Console& console) {
  using namespace permissions;
  auto with = at.with(console);
  with.get("/t/{slug}/team/invitations", show_invitations, members_read);
  with.post("/t/{slug}/team/invitations", send, members_manage);
  with.post("/t/{slug}/team/invitations/{invitation_id}/resend", send_again, members_manage);
  at.post("/t/{slug}/team/invitations/{invitation_id}/revocation", withdraw, members_manage);
}

}  // namespace freehold::access
