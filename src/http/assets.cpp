#include "http/assets.hpp"

#include "core/async.hpp"
#include "http/syntax.hpp"

namespace freehold::http {
namespace {

Task<Response> answer(const FindAsset& find, const Request& request) {
  const auto asset = find(request.path);
  if (!asset) throw Problem::not_found("file");
  co_return asset_response(request, *asset);
}

std::string etag_of(const Asset& asset, Coding coding) {
  // Each coding is a representation of its own and so has a tag of its own (RFC 9110, 8.8.3.3).
  std::string tag = "\"" + std::string(asset.hash);
  if (coding != Coding::identity) tag.append("-").append(name_of(coding));
  return tag + "\"";
}

std::string_view body_of(const Asset& asset, Coding coding) {
  switch (coding) {
    case Coding::br:
      return asset.br;
    case Coding::gzip:
      return asset.gz;
    case Coding::identity:
      break;
  }
  return asset.body;
}

}  // namespace

void serve_assets(Router& at, FindAsset find) {
  Route route{Method::get, "/assets/{file}", file, {}, {}, "none"};
  route.run = [find = std::move(find)](Request& request, db::Database*) {
    return answer(find, request);
  };
  at.add(std::move(route));
}

Response asset_response(const Request& request, const Asset& asset) {
  const Coding coding = best_coding(request.header("Accept-Encoding"),
                                    {.br = !asset.br.empty(), .gzip = !asset.gz.empty()});
  const std::string etag = etag_of(asset, coding);
  const bool lasts = request.path.find(asset.hash) != std::string::npos && !asset.hash.empty();
  Response response{.content_type = std::string(asset.type)};
  response.with_header("Cache-Control", lasts ? "public, max-age=31536000, immutable" : "no-cache");
  response.with_header("ETag", etag);
  if (!asset.br.empty() || !asset.gz.empty()) response.with_header("Vary", "Accept-Encoding");
  if (matches_etag(request.header("If-None-Match"), etag)) {
    response.status = 304;
    return response;
  }
  if (coding != Coding::identity)
    response.with_header("Content-Encoding", std::string(name_of(coding)));
  response.static_body = body_of(asset, coding);
  response.static_owner = asset.owner;
  return response;
}

}  // namespace freehold::http
