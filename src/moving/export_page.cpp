// /settings/export: everything of one workspace as a ZIP file of JSON lines, made while it is sent.
#include "access/access.hpp"
#include "audit/audit.hpp"
#include "billing/retention.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "core/words.hpp"
#include "moving/leaving.hpp"
#include "moving/line_file.hpp"
#include "moving/zip.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::moving {
namespace {

constexpr std::string_view format_of_one = "freehold-workspace";

struct FileLine {
  std::string file;
  std::string about;
  std::int64_t rows = 0;
  std::string sha256 = {};
};
BOOST_DESCRIBE_STRUCT(FileLine, (), (file, about, rows, sha256))

struct WorkspaceManifest {
  std::string format = std::string(format_of_one);
  int version = 1;
  std::string workspace;
  Instant exported_at;
  std::vector<FileLine> files;
};
BOOST_DESCRIBE_STRUCT(WorkspaceManifest, (), (format, version, workspace, exported_at, files))

// One export on its way: which file it is at, and from where.
struct Sending {
  Sending(const Leaving& leaving, Actor actor, Instant at)
      : leaving(leaving), actor(std::move(actor)), zip(at) {
    manifest.workspace = to_string(this->actor.tenant());
    manifest.exported_at = at;
  }
  const Leaving& leaving;
  Actor actor;
  Zip zip;
  WorkspaceManifest manifest;
  std::size_t part = 0;
  std::optional<std::string> from = {};  // nothing: the part's file is not begun
  std::optional<Checksum> sum = {};
  bool over = false;
};

std::string last_bytes(Sending& sending) {
  sending.over = true;
  std::string bytes = sending.zip.begin("manifest.json");
  bytes += sending.zip.add(json::serialize(to_json(sending.manifest)) + "\n");
  bytes += sending.zip.end();
  return bytes + sending.zip.finish();
}

std::string begin_file(Sending& sending, const ExportPart& part) {
  sending.manifest.files.push_back({.file = part.name + ".jsonl", .about = part.about});
  sending.sum.emplace();
  sending.from = "";
  return sending.zip.begin(part.name + ".jsonl");
}

std::string add_lines(Sending& sending, const Lines& lines) {
  FileLine& file = sending.manifest.files.back();
  file.rows += std::ranges::count(lines.text, '\n');
  sending.sum->add(lines.text);
  std::string bytes = sending.zip.add(lines.text);
  sending.from = lines.next;
  if (lines.next) return bytes;
  file.sha256 = sending.sum->hex();
  ++sending.part;
  return bytes + sending.zip.end();
}

// The rows of the next read. Compression may hold them back, and an empty piece would be the end.
Task<std::string> next_piece(std::shared_ptr<Sending> sending) {
  std::string bytes;
  while (bytes.empty() && !sending->over) {
    if (sending->part == sending->leaving.parts.size()) co_return last_bytes(*sending);
    const ExportPart& part = sending->leaving.parts[sending->part];
    if (!sending->from) bytes += begin_file(*sending, part);
    const Lines lines = co_await part.read(sending->actor, *sending->from);
    bytes += add_lines(*sending, lines);
  }
  co_return bytes;
}

std::string file_url(const http::Request& req) {
  return "/t/" + req.tenant_slug + "/settings/export/file";
}

Task<http::Response> show_export(Leaving& leaving, http::Request& req, db::ControlRead& db) {
  const auto retention = co_await billing::find_retention(db);
  html::Frame frame = co_await leaving.frame(req);
  frame.layout = "console";
  frame.width = "narrow";
  frame.title = "Export";
  frame.breadcrumbs = {{"Settings", "/t/" + req.tenant_slug + "/settings"}, {"Export", {}}};
  json::array files;
  for (const ExportPart& part : leaving.parts)
    files.push_back(json::object{{"name", part.name + ".jsonl"}, {"about", part.about}});
  json::object page{{"files", std::move(files)}, {"file_url", file_url(req)}, {"until", nullptr}};
  if (retention && retention->purge_at()) page["until"] = format_date(*retention->purge_at());
  const json::value model = html::page_model(frame, std::move(page));
  co_return http::html(200, leaving.views.render("moving/export", model));
}

Task<http::Response> send_export(Leaving& leaving, http::Request& req, db::Database&) {
  db::ControlTx tx = leaving.database.control(req.actor());
  const auto tenant = co_await tenancy::get_tenant(tx);
  const audit::Act act{.action = "tenant.exported",
                       .target_type = "tenant",
                       .target_id = to_string(tenant.id),
                       .target_name = tenant.name};
  co_await audit::record(tx, act);
  const Instant at = tx.now();
  co_await tx.commit();
  auto sending = std::make_shared<Sending>(leaving, req.actor(), at);
  http::Response response;
  response.content_type = "application/zip";
  response.pieces = [sending] { return next_piece(sending); };
  const std::string name = tenant.slug + "-" + to_rfc3339(at).substr(0, 10) + ".zip";
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + name + "\"");
  co_return response;
}

}  // namespace

void routes(http::Router& at, Leaving& leaving) {
  auto with = at.with(leaving);
  const http::Words open{.while_limited = true};
  const auto& who = access::permissions::workspace_manage;
  with.get("/t/{slug}/settings/export", show_export, who, open);
  with.get("/t/{slug}/settings/export/file", send_export, who, open);
}

}  // namespace freehold::moving
