#include "http/router.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

#include "core/async.hpp"

using namespace freehold;
using namespace freehold::http;

namespace {

struct Mailer {
  std::string name;
};

Task<Response> plain(Request&) {
  co_return text(200, "plain");
}
Task<Response> mail(Mailer& mailer, Request&) {
  co_return text(200, mailer.name);
}
Task<Response> read_control(Request&, db::ControlRead&) {
  co_return text(200, "");
}
Task<Response> write_data(Request&, db::DataTx&) {
  co_return text(200, "");
}
Task<Response> by_itself(Mailer&, Request&, db::Database&) {
  co_return text(200, "");
}

constexpr Permission read_documents{96, "documents:read"};
constexpr Permission write_documents{97, "documents:write"};
constexpr Feature export_feature{"documents.export"};
constexpr Meter api_calls{"documents.api_calls"};

// "GET /t/{slug} slug=acme", "405 GET, POST", "404".
std::string matched(const Router& at, Method method, std::string path) {
  Request request;
  request.method = method;
  request.path = std::move(path);
  const auto match = at.match(request);
  if (match.route != nullptr) {
    std::string printed = std::string(name_of(match.route->method)) + " " + match.route->path;
    for (const auto& [name, value] : request.parameters) printed += " " + name + "=" + value;
    return printed;
  }
  if (match.allowed.empty()) return "404";
  std::string printed = "405";
  for (const Method allowed : match.allowed) printed.append(" ").append(name_of(allowed));
  return printed;
}

std::string why_refused(const std::vector<std::string>& paths) {
  Router at;
  try {
    for (const std::string& path : paths) at.get(path, plain, anyone);
  } catch (const std::logic_error& error) {
    return error.what();
  }
  return "";
}

const std::string document = "document_01h455vb4pex5vsknk084sn02q";

}  // namespace

TEST_CASE("a path finds its route, and its parameters their names") {
  Router at;
  at.get("/", plain, anyone);
  at.get("/t/{slug}/documents", plain, member);
  at.post("/t/{slug}/documents", plain, member);
  at.get("/t/{slug}/documents/new", plain, member);
  at.get("/t/{slug}/documents/{document_id}", plain, member);
  at.get("/t/{slug}/{user_id}", plain, member);

  CHECK(matched(at, Method::get, "/") == "GET /");
  CHECK(matched(at, Method::head, "/") == "GET /");
  CHECK(matched(at, Method::post, "/") == "405 GET");
  CHECK(matched(at, Method::get, "/t/acme/documents") == "GET /t/{slug}/documents slug=acme");
  CHECK(matched(at, Method::post, "/t/acme/documents") == "POST /t/{slug}/documents slug=acme");
  CHECK(matched(at, Method::del, "/t/acme/documents") == "405 GET POST");
  CHECK(matched(at, Method::get, "/t/acme/documents/new") ==
        "GET /t/{slug}/documents/new slug=acme");
  CHECK(matched(at, Method::get, "/t/acme/documents/" + document) ==
        "GET /t/{slug}/documents/{document_id} document_id=" + document + " slug=acme");
}

TEST_CASE(
    "a path that is no route's is not found: another's id, a slash too many, a part missing") {
  Router at;
  at.get("/t/{slug}/documents/{document_id}", plain, member);
  for (const std::string& path :
       {std::string("/t/acme/documents"), std::string("/t/acme/documents/"),
        std::string("/t/acme/documents/1"), "/t/acme/documents/" + document + "/",
        std::string("/t/acme/documents/user_01h455vb4pex5vsknk084sn02q"),
        "/t//documents/" + document, std::string("/T/acme"), std::string(""), std::string("t"),
        std::string("*")})
    CHECK_MESSAGE(matched(at, Method::get, path) == "404", path);
}

TEST_CASE("two routes that could match one path stop the start") {
  CHECK(why_refused({"/a", "/a"}) == "route GET /a: it is there already");
  CHECK(why_refused({"/t/{slug}", "/t/new"}) ==
        "route GET /t/new: a path could also match /t/{slug}");
  CHECK(why_refused({"/{a}/b", "/{b}/b"}) == "route GET /{b}/b: a path could also match /{a}/b");
  CHECK(why_refused({"/d/{document_id}", "/d/{name}"}) ==
        "route GET /d/{name}: a path could also match /d/{document_id}");
  CHECK(why_refused({"/d/{document_id}", "/d/new", "/d/{user_id}", "/d"}) == "");
  CHECK(why_refused({"/{a}/b", "/{a}/c", "/x/d"}) == "");
}

TEST_CASE("a path that is not in its plain form stops the start") {
  CHECK(why_refused({"a"}) == "route GET a: the path is not in its plain form");
  CHECK(why_refused({"/a//b"}) == "route GET /a//b: the path is not in its plain form");
  CHECK(why_refused({"/a/"}) == "route GET /a/: the path ends with /");
  CHECK(why_refused({"/a{b}"}) == "route GET /a{b}: a parameter is a whole segment, {name}");
  CHECK(why_refused({"/{}"}) == "route GET /{}: a parameter is a whole segment, {name}");
  CHECK(why_refused({"/{a}/{a}"}) == "route GET /{a}/{a}: two parameters of one name");
}

TEST_CASE("the table shows who may call what, and what a handler touches") {
  Mailer mailer{"post"};
  Router at;
  at.get("/pricing", plain, anyone);
  at.get("/api/v1/documents", read_control, read_documents, count(api_calls));
  at.with(mailer).post("/api/v1/documents/export", mail, read_documents, gate(export_feature));
  at.with(mailer).post("/api/v1/checkout", by_itself, member, {.while_limited = true});
  at.post("/t/{slug}/documents", write_data, write_documents,
          {.rate = "write", .body_limit = 1024 * 1024, .safe = true});
  at.post("/webhooks/stripe", plain, webhook);

  CHECK("\n" + at.table() == R"(
POST    /api/v1/checkout          member                      own           while limited
GET     /api/v1/documents         permission documents:read   ControlRead   meter documents.api_calls
POST    /api/v1/documents/export  permission documents:read   none          feature documents.export
GET     /pricing                  anyone                      none
POST    /t/{slug}/documents       permission documents:write  DataTx        rate write, body 1024 KiB, safe
POST    /webhooks/stripe          webhook                     none
)");
}
