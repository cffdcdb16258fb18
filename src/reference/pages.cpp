#include "reference/pages.hpp"

#include "core/async.hpp"
#include "html/frame.hpp"

namespace freehold::reference {
namespace {

http::Response page(const Reference& reference, const http::Request& req, std::string_view view,
                    json::object model) {
  html::Frame frame = reference.frame(req);
  frame.layout = "public";
  frame.title = std::string(model.at("title").as_string());
  const json::value whole = html::page_model(frame, std::move(model));
  return http::html(200, reference.views.render(view, whole));
}

Task<http::Response> show_index(Reference& reference, http::Request& req) {
  json::object model = index_model(*reference.book);
  co_return page(reference, req, "reference/index", std::move(model));
}

Task<http::Response> show_operation(Reference& reference, http::Request& req) {
  const std::string_view wanted = req.parameter("operation");
  const auto entries = entries_of(*reference.book);
  const auto found = std::ranges::find(entries, wanted, &Entry::id);
  if (found == entries.end()) throw Problem::not_found("operation");
  json::object model = operation_model(*reference.book, *found, reference.base_url);
  co_return page(reference, req, "reference/operation", std::move(model));
}

Task<http::Response> show_codes(Reference& reference, http::Request& req) {
  json::object model = codes_model(*reference.book);
  co_return page(reference, req, "reference/codes", std::move(model));
}

Task<http::Response> show_code(Reference& reference, http::Request& req) {
  const std::string_view wanted = req.parameter("code");
  for (const CodeGroup& group : reference.book->codes.groups()) {
    const auto found = std::ranges::find(group.codes, wanted, &Code::code);
    if (found == group.codes.end()) continue;
    json::object model = code_model(*reference.book, group, *found);
    co_return page(reference, req, "reference/code", std::move(model));
  }
  throw Problem::not_found("code");
}

}  // namespace

void page_routes(http::Router& at, Reference& reference) {
  auto with = at.with(reference);
  with.get("/reference", show_index, http::anyone);
  with.get("/reference/{operation}", show_operation, http::anyone);
  with.get("/errors", show_codes, http::anyone);
  with.get("/errors/{code}", show_code, http::anyone);
}

}  // namespace freehold::reference
