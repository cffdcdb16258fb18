// GET /brand/{file}. A drawing that somebody uploaded may load and run nothing, also where it is
// opened by itself: RFC 9110 has no word for that, CSP's sandbox does.
#include "brand/brand.hpp"
#include "core/async.hpp"
#include "http/assets.hpp"

namespace freehold::brand {
namespace {

constexpr std::string_view policy =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";

http::Asset asset(const std::shared_ptr<const Face>& face, std::string_view body,
                  std::string_view type, std::string_view hash) {
  return {.body = body, .br = {}, .gz = {}, .type = type, .hash = hash, .owner = face};
}

std::optional<http::Asset> find(const std::shared_ptr<const Face>& face, std::string_view path) {
  // Of a look that another node has, or that was before (a mail leads to its logo): what there is
  // now is sent, and kept by nobody.
  const bool is_css = path.ends_with(".css");
  if (is_css && !face->css.empty())
    return asset(face, face->css, "text/css; charset=utf-8", face->css_hash);
  if (!is_css && face->logo)
    return asset(face, face->logo->bytes, face->logo->type, face->logo_hash);
  return {};
}

Task<http::Response> answer(const Brand& brand, const http::Request& request) {
  const auto asset = find(brand.current(), request.path);
  if (!asset) throw Problem::not_found("file");
  http::Response response = http::asset_response(request, *asset);
  response.with_header("Content-Security-Policy", std::string(policy));
  co_return response;
}

}  // namespace

void routes(http::Router& at, const Brand& brand) {
  http::Route route{http::Method::get, "/brand/{file}", http::file, {}, {}, "none"};
  route.run = [&brand](http::Request& request, db::Database*) { return answer(brand, request); };
  at.add(std::move(route));
}

}  // namespace freehold::brand
