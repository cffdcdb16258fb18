// What the product's pages share, and all routes.
#include "core/async.hpp"
#include "core/json.hpp"
#include "core/words.hpp"
#include "documents/handlers.hpp"

namespace freehold::documents {

std::string place(const http::Request& req, std::string_view path) {
  return fmt::format("/t/{}/documents{}", req.tenant_slug, path);
}

std::string address(std::string path,
                    std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  char separator = '?';
  for (const auto& [name, value] : fields) {
    if (value.empty()) continue;
    path += fmt::format("{}{}=", separator, name);
    for (const unsigned char c : value) {
      const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
      path += plain ? std::string(1, char(c)) : fmt::format("%{:02X}", c);
    }
    separator = '&';
  }
  return path;
}

Task<html::Frame> frame_of(Documents& documents, http::Request& req, std::string title) {
  html::Frame frame = co_await documents.frame(req);
  frame.breadcrumbs = {{.label = "Documents", .url = place(req, "")}, {.label = title}};
  frame.title = std::move(title);
  co_return frame;
}

http::Response show(const Documents& documents, std::string_view view, const html::Frame& frame,
                    json::object page, int status) {
  return http::html(status, documents.views.render(view, html::page_model(frame, std::move(page))));
}

http::Response refused(const Problem& problem, http::Response page) {
  page.status = problem.status;
  page.refusal = problem.code;
  return page;
}

json::object time_of(Instant at) {
  return {{"at", to_rfc3339(at)}, {"at_text", format_date_time(at)}, {"relative", true}};
}

Task<Writing> writing(Documents& documents, const http::Request& req,
                      const entitlements::Snapshot& snapshot) {
  if (snapshot.access > entitlements::Access::grace)
    co_return Writing{false,
                      worded("This workspace is read-only for now. Its billing page says why, and "
                             "what brings everything back.")};
  if (req.actor().can(permissions::documents_write)) co_return Writing{};
  Writing refused{false, "Your role reads documents and does not write them."};
  std::string names;
  if (documents.who_can)
    names = co_await documents.who_can(req.actor(), access::permissions::members_manage);
  refused.why += names.empty() ? " An owner or an admin can change your role."
                               : fmt::format(" {} can change your role.", names);
  co_return refused;
}

html::Callout upgrade_callout(const Problem& problem, std::string title) {
  html::Callout callout{.kind = "warn",
                        .icon = "lock",
                        .title = std::move(title),
                        .text = problem.detail,
                        .action = {}};
  if (!problem.upgrade) return callout;
  if (!problem.upgrade->price.empty())
    *callout.text += fmt::format(" The next larger plan costs {}.", problem.upgrade->price);
  if (!problem.upgrade->url.empty())
    callout.action = html::Action{.label = "Compare plans", .url = problem.upgrade->url};
  return callout;
}

void routes(http::Router& at, Documents& documents) {
  api_routes(at, documents);
  list_routes(at, documents);
  document_routes(at, documents);
  export_routes(at, documents);
}

}  // namespace freehold::documents
