// /dev/components: the design system on show, in `freehold up` only.
#include "html/catalogue.hpp"
#include "app/parts.hpp"
#include "core/async.hpp"
#include "core/json.hpp"

namespace freehold::app {
namespace {

http::Response sample(const Node::Parts& parts, std::string_view slug) {
  return http::html(200, parts.views.render(html::sample_page(slug), html::sample_model(slug)));
}

Task<http::Response> show_components(Node::Parts& parts, http::Request&) {
  co_return sample(parts, html::samples().front().slug);
}

Task<http::Response> show_sample(Node::Parts& parts, http::Request& req) {
  co_return sample(parts, req.parameter("sample"));
}

}  // namespace

void catalogue_routes(http::Router& at, Node::Parts& parts) {
  auto with = at.with(parts);
  with.get("/dev/components", show_components, http::anyone);
  with.get("/dev/components/{sample}", show_sample, http::anyone);
}

}  // namespace freehold::app
