#include "notify/unsubscribe.hpp"

#include "core/async.hpp"
#include "core/json.hpp"

namespace freehold::notify {
namespace {

const db::Query<void, UserId, Instant> end{"notify.unsubscribe", R"(
  insert into notify.unsubscribed (user_id, unsubscribed_at)
  values ($1, $2)
      on conflict on constraint people_unsubscribe_once do nothing)"};

const db::Query<void, UserId> begin_again{"notify.subscribe_again", R"(
  delete from notify.unsubscribed
   where user_id = $1)"};

const db::Query<bool, UserId> select{"notify.is_unsubscribed", R"(
  select true
    from notify.unsubscribed
   where user_id = $1)"};

std::string token_of(const Notify& notify, UserId user) {
  const std::string id = to_string(user);
  const Digest digest = hmac_sha256(notify.link_key.reveal(), "unsubscribe:" + id);
  return id + "." + to_base64url(view(digest));
}

UserId user_of(const Notify& notify, std::string_view token) {
  const auto id = UserId::parse(token.substr(0, token.find('.')));
  if (!id || !equal_in_constant_time(token, token_of(notify, *id)))
    throw Problem::not_found("link");
  return *id;
}

std::string page_url(std::string_view token, std::string_view rest = "") {
  return "/unsubscribe/" + std::string(token) + std::string(rest);
}

Task<http::Response> show(Pages& pages, http::Request& req, db::Database&) {
  const std::string_view token = req.parameter("token");
  const UserId user = user_of(pages.notify, token);
  const bool over = co_await is_unsubscribed(pages.notify, user);
  html::Frame frame = pages.frame(req);
  frame.layout = "auth";
  frame.title = over ? "You get no more of these mails" : "No more mails like this?";
  const json::object page{{"over", over},
                          {"title", frame.title},
                          {"action", page_url(token, over ? "/withdrawal" : "")}};
  const json::value model = html::page_model(frame, page);
  co_return http::html(200, pages.notify.views.render("notify/unsubscribe", model));
}

// What a mail program sends by itself, and the button of the page: twice is the same as once.
Task<http::Response> unsubscribe(Pages& pages, http::Request& req, db::Database&) {
  const UserId user = user_of(pages.notify, req.parameter("token"));
  db::SystemTx tx = pages.notify.database.system();
  co_await tx.run(end, user, tx.now());
  co_await tx.commit();
  co_return http::see_other(page_url(req.parameter("token")));
}

Task<http::Response> withdraw(Pages& pages, http::Request& req, db::Database&) {
  const UserId user = user_of(pages.notify, req.parameter("token"));
  db::SystemTx tx = pages.notify.database.system();
  co_await tx.run(begin_again, user);
  co_await tx.commit();
  co_return http::see_other(page_url(req.parameter("token")));
}

}  // namespace

std::string unsubscribe_url(const Notify& notify, UserId user) {
  return notify.base_url + page_url(token_of(notify, user));
}

Task<bool> is_unsubscribed(Notify& notify, UserId user) {
  db::SystemRead db = notify.database.system_read();
  const auto found = co_await db.find(select, user);
  co_return found.has_value();
}

void routes(http::Router& at, Pages& pages) {
  auto with = at.with(pages);
  with.get("/unsubscribe/{token}", show, http::anyone);
  // The token is the proof; a mail program has neither a cookie nor a form's token.
  with.post("/unsubscribe/{token}", unsubscribe, http::webhook);
  with.post("/unsubscribe/{token}/withdrawal", withdraw, http::anyone);
}

}  // namespace freehold::notify
