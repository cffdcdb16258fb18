// The mailbox of a development machine: every letter, with its links.
#include "core/async.hpp"
#include "core/json.hpp"
#include "notify/notify.hpp"

namespace freehold::notify {
namespace {

struct MailTag {
  static constexpr std::string_view prefix = "mail";
};
using MailId = Id<MailTag>;

struct Kept {
  MailId id;
  std::string recipient;
  std::string subject;
  std::string body_text;
  std::string body_html;
  Instant sent_at;
};
BOOST_DESCRIBE_STRUCT(Kept, (), (id, recipient, subject, body_text, body_html, sent_at))

const db::Query<Kept, std::string> newest{"notify.mailbox", R"(
  select id, coalesce(recipient) as recipient, coalesce(subject) as subject,
         coalesce(body_text) as body_text, coalesce(body_html) as body_html,
         coalesce(sent_at) as sent_at
    from notify.mail
   where recipient is not null
     and sent_at is not null
     and ($1 = '' or recipient = $1)
   order by created_at desc, id desc
   limit 100)"};

const db::Query<Kept, MailId> one{"notify.mailbox_one", R"(
  select id, coalesce(recipient) as recipient, coalesce(subject) as subject,
         coalesce(body_text) as body_text, coalesce(body_html) as body_html,
         coalesce(sent_at) as sent_at
    from notify.mail
   where id = $1
     and recipient is not null
     and sent_at is not null)"};

Task<std::vector<Kept>> find(const Mailbox& mailbox, std::string to) {
  db::SystemRead db = mailbox.notify.database.system_read();
  co_return co_await db.rows(newest, std::move(to));
}

Task<Kept> get(const Mailbox& mailbox, MailId id) {
  db::SystemRead db = mailbox.notify.database.system_read();
  const auto found = co_await db.find(one, id);
  if (!found) throw Problem::not_found("mail");
  co_return *found;
}

// The addresses in a letter's text, so that they can be followed without its HTML.
std::vector<std::string> links_in(std::string_view text) {
  std::vector<std::string> links;
  for (auto at = text.find("http"); at != std::string_view::npos; at = text.find("http", at + 1)) {
    const auto end = std::min(text.find_first_of(" \r\n\t<>\"", at), text.size());
    std::string link{text.substr(at, end - at)};
    if (link.find("://") != std::string::npos && std::ranges::find(links, link) == links.end())
      links.push_back(std::move(link));
  }
  return links;
}

json::object line_of(const Kept& mail) {
  return {{"url", "/mailbox/" + to_string(mail.id)},
          {"recipient", mail.recipient},
          {"subject", mail.subject},
          {"sent_at", to_rfc3339(mail.sent_at)},
          {"sent_at_text", format_date_time(mail.sent_at)}};
}

Task<http::Response> list(Mailbox& mailbox, http::Request& req) {
  const auto mails = co_await find(mailbox, std::string(req.query.get("to")));
  json::object model;
  json::array lines;
  for (const Kept& mail : mails) lines.push_back(line_of(mail));
  model["mails"] = std::move(lines);
  html::Frame frame = mailbox.frame(req);
  frame.title = "Mailbox";
  co_return http::html(200, mailbox.notify.views.render("notify/mailbox",
                                                        html::page_model(frame, std::move(model))));
}

// What other pages may do, and a frame of our own besides: the letter.
constexpr std::string_view letter_page_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src "
    "'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'";

Task<http::Response> show(Mailbox& mailbox, http::Request& req) {
  const Kept mail = co_await get(mailbox, req.id_of<MailId>("mail_id"));
  json::object model{{"mail", line_of(mail)}};
  model["mail"].as_object()["text"] = mail.body_text;
  model["mail"].as_object()["html_url"] = "/mailbox/" + to_string(mail.id) + "/html";
  model["links"] = to_json(links_in(mail.body_text));
  html::Frame frame = mailbox.frame(req);
  frame.title = mail.subject;
  const json::value page = html::page_model(frame, std::move(model));
  co_return http::html(200, mailbox.notify.views.render("notify/letter", page))
      .with_header("Content-Security-Policy", std::string(letter_page_policy));
}

// Links lead away from the page, not only from the frame in it.
std::string with_links_to_top(std::string html) {
  const auto head = html.find("<head>");
  if (head != html.npos) html.insert(head + 6, "<base target=\"_top\">");
  return html;
}

// The letter's own HTML, for an iframe: no script, no form.
Task<http::Response> show_html(Mailbox& mailbox, http::Request& req) {
  const Kept mail = co_await get(mailbox, req.id_of<MailId>("mail_id"));
  co_return http::html(200, with_links_to_top(mail.body_html))
      .with_header("Content-Security-Policy",
                   "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors "
                   "'self'; sandbox allow-top-navigation-by-user-activation");
}

Task<http::Response> list_json(Mailbox& mailbox, http::Request& req) {
  const auto mails = co_await find(mailbox, std::string(req.query.get("to")));
  json::array all;
  for (const Kept& mail : mails) {
    json::object each = line_of(mail);
    each["text"] = mail.body_text;
    each["links"] = to_json(links_in(mail.body_text));
    all.push_back(std::move(each));
  }
  co_return http::json_response(200, json::object{{"data", std::move(all)}});
}

}  // namespace

void mailbox_routes(http::Router& at, Mailbox& mailbox) {
  auto with = at.with(mailbox);
  with.get("/mailbox", list, http::anyone);
  with.get("/mailbox.json", list_json, http::anyone);
  with.get("/mailbox/{mail_id}", show, http::anyone);
  with.get("/mailbox/{mail_id}/html", show_html, http::anyone);
}

}  // namespace freehold::notify
