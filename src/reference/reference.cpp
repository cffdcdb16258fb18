#include "reference/reference.hpp"

#include "core/async.hpp"
#include "core/crypto.hpp"
#include "http/operation.hpp"
#include "reference/openapi.hpp"
#include "reference/pages.hpp"

namespace freehold::reference {
namespace {

constexpr http::Tag about_reference{"Reference", "What this document is."};

http::Operation reading(Schemas&) {
  http::Parameter known = http::text_parameter(
      "If-None-Match", "The `ETag` of the document that you have.", "W/\"0123456789abcdef\"");
  known.in_header = true;
  http::Answer document{.status = 200,
                        .about = "OpenAPI 3.1.",
                        .schema = {{"type", "object"}, {"required", {"openapi", "info", "paths"}}}};
  document.headers = {{"ETag", "Another document has another one."}};
  return {.id = "get_openapi",
          .tag = &about_reference,
          .summary = "Read the document of the API",
          .about = "This document. It needs no key.",
          .parameters = {std::move(known)},
          .answers = {std::move(document),
                      {.status = 304,
                       .about = "It is the one that you have.",
                       .headers = {{"ETag", "That of both."}}}}};
}

// The body is shared with no one, so that it can be compressed as any other.
Task<http::Response> show(Reference& reference, http::Request& req) {
  http::Response response{.content_type = "application/json"};
  response.with_header("Cache-Control", "public, max-age=300");
  response.with_header("ETag", reference.etag);
  if (req.header("If-None-Match").contains(reference.etag)) {
    response.status = 304;
  } else {
    response.body = reference.openapi;
  }
  co_return response;
}

}  // namespace

void routes(http::Router& at, Reference& reference) {
  at.with(reference).get("/api/v1/openapi.json", show, http::anyone, described(reading));
  page_routes(at, reference);
}

void describe(Reference& reference, const http::Router& router, std::string_view errors) {
  Codes codes(errors);
  json::object document = openapi(router, codes);
  reference.openapi = pretty(document);
  const std::string digest = to_hex(view(sha256(reference.openapi)));
  reference.etag = "W/\"" + digest.substr(0, 16) + "\"";
  reference.book = std::make_shared<const Book>(std::move(document), std::move(codes));
}

}  // namespace freehold::reference
