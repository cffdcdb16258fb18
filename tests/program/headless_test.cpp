// Sign-up, log-in and the like for products that build pages of their own: the same addresses as
// data, with the same protections.
#include <doctest/doctest.h>

#include "core/json.hpp"
#include "tests/program/workspace.hpp"

using namespace freehold;
using namespace freehold::program;

namespace {

// A program that shows its own pages: keeps cookies, and sends back the token that it was given.
struct OwnPages {
  explicit OwnPages(Program& program) : visitor(program) {}

  Visitor visitor;
  http::Response last = {};

  json::object get(const std::string& path) {
    return hear(visitor.request(http::Method::get, path));
  }

  json::object post(const std::string& path, const json::object& form = {}) {
    http::Request request = visitor.request(http::Method::post, path);
    request.add_header("Content-Type", "application/json");
    request.body = json::serialize(form);
    return hear(std::move(request));
  }

  json::object hear(http::Request request) {
    request.add_header("Accept", "application/json");
    last = visitor.send(std::move(request));
    const json::object told = json::parse(last.body).as_object();
    if (const json::value* token = told.if_contains("csrf_token"))
      visitor.csrf_token = token->as_string();
    return told;
  }
};

std::string redirect_to(const std::string& location) {
  return json::serialize(json::object{{"object", "redirect"}, {"location", location}});
}

std::string names_of(const json::object& page) {
  std::string names;
  for (const json::value& field : page.at("form").at("fields").as_array())
    names += std::string(field.at("name").as_string()) + " ";
  return names;
}

std::string errors_of(const json::object& page) {
  return json::serialize(page.at("form").at("errors"));
}

}  // namespace

TEST_CASE("a customer signs up, confirms, and logs in again without a page of ours") {
  const auto scratch = new_database();
  Program program(settings_for(scratch.admin()));
  OwnPages pages(program);

  const json::object signup = pages.get("/signup");
  CHECK(pages.last.content_type == "application/json");
  CHECK(signup.at("object").as_string() == "page");
  CHECK(signup.at("page").as_string() == "identity/signup");
  CHECK(names_of(signup) == "email password workspace ");

  const json::object refused = pages.post("/signup", {{"email", "ada"}, {"password", password}});
  CHECK(pages.last.status == 422);
  CHECK(errors_of(refused) ==
        R"([{"field":"email","message":"Enter an email address in the correct format, like )"
        R"(name@example.com"},{"field":"workspace","message":"The workspace name is missing"}])");

  const json::object form{
      {"email", "ada@example.com"}, {"password", password}, {"workspace", "Acme"}};
  CHECK(json::serialize(pages.post("/signup", form)) == redirect_to("/signup/sent"));
  program.settle();
  const std::string link = mailed_path(scratch.admin(), "ada@example.com");
  CHECK(pages.get(link).at("page").as_string() == "identity/verify");
  CHECK(json::serialize(pages.post(link)) == redirect_to("/t/acme/start"));

  OwnPages later(program);
  later.get("/login");
  const json::object wrong =
      later.post("/login", {{"email", "ada@example.com"}, {"password", "guessed"}});
  CHECK(later.last.status == 422);
  CHECK(errors_of(wrong) ==
        R"([{"field":"","message":"The email address or the password is wrong. Check both, or set )"
        R"(a new password."}])");
  const json::object right{{"email", "ada@example.com"}, {"password", password}};
  CHECK(json::serialize(later.post("/login", right)) == redirect_to("/select"));
  CHECK(json::serialize(later.get("/select")) == redirect_to("/t/acme"));
  const json::object out = later.get("/logout");
  CHECK(json::serialize(later.post(std::string(out.at("form").at("action").as_string()))) ==
        redirect_to("/login"));
  CHECK(json::serialize(later.get("/select")) == redirect_to("/login"));
}

TEST_CASE("a password is set anew, and an invitation accepted, without a page of ours") {
  const auto scratch = new_database();
  Program program(settings_for(scratch.admin()));
  Workspace acme = sign_up(program, scratch.admin(), "ada@example.com", "Acme");

  OwnPages pages(program);
  pages.get("/forgot");
  pages.post("/forgot", {{"email", "ada@example.com"}});
  CHECK(pages.last.status == 200);
  program.settle();
  const std::string link = mailed_path(scratch.admin(), "ada@example.com");
  CHECK(names_of(pages.get(link)) == "password ");
  pages.post(link, {{"password", "another-violet-42-lamp"}});
  CHECK(pages.last.status == 200);

  acme.owner.get("/login");
  acme.owner.post("/login", {{"email", "ada@example.com"}, {"password", "another-violet-42-lamp"}});
  acme.owner.get(acme.path("/team/invitations"));
  acme.owner.post(acme.path("/team/invitations"),
                  {{"email", "bob@example.com"}, {"role", "member"}});
  program.settle();
  OwnPages guest(program);
  const std::string invitation = mailed_path(scratch.admin(), "bob@example.com");
  const json::object invited = guest.get(invitation);
  CHECK(invited.at("workspace_name").as_string() == "Acme");
  CHECK(names_of(invited) == "name password ");
  CHECK(json::serialize(guest.post(invitation, {{"name", "Bob"}, {"password", password}})) ==
        redirect_to("/t/acme?joined=1"));
}

TEST_CASE("what protects a page protects the same address as data") {
  const auto scratch = new_database();
  Program program(settings_for(scratch.admin()));
  sign_up(program, scratch.admin(), "ada@example.com", "Acme");
  const json::object right{{"email", "ada@example.com"}, {"password", password}};

  OwnPages pages(program);
  const json::object without_token = pages.post("/login", right);
  CHECK(pages.last.status == 403);
  CHECK(pages.last.content_type == "application/problem+json");
  CHECK(without_token.at("code").as_string() == "form_expired");

  pages.get("/login");
  http::Request from_elsewhere = pages.visitor.request(http::Method::post, "/login");
  from_elsewhere.add_header("Sec-Fetch-Site", "cross-site");
  from_elsewhere.add_header("Content-Type", "application/json");
  from_elsewhere.body = json::serialize(right);
  CHECK(pages.hear(std::move(from_elsewhere)).at("code").as_string() == "cross_site_request");

  pages.post("/login", {{"email", json::object{}}, {"password", password}});
  CHECK(pages.last.status == 422);
  int attempts = 0;
  while (pages.last.status == 422 && attempts++ < 100)
    pages.post("/login", {{"email", "ada@example.com"}, {"password", "guessed"}});
  CHECK(pages.last.status == 429);
  CHECK(pages.last.header("Retry-After") != "");
  CHECK(pages.visitor.cookies.count("fh_sid") == 0);
}
