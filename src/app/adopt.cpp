// `freehold adopt stripe`: what a Stripe account that was there before becomes here.
#include <fmt/core.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "app/commands.hpp"
#include "app/parts.hpp"
#include "app/run_once.hpp"
#include "billing/adoption.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "moving/moving.hpp"

namespace freehold::app {
namespace {

std::optional<std::string> text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return {};
  return std::string{std::istreambuf_iterator<char>(file), {}};
}

billing::AdoptionOrder order_of(const AdoptionRequest& request) {
  billing::AdoptionOrder order{.source = request.source,
                               .external_id_key = request.metadata_key,
                               .dry_run = request.dry_run};
  if (!request.map.empty()) {
    const auto text = text_of(request.map);
    if (!text) throw std::runtime_error(request.map + " cannot be read");
    order.given = moving::read_customers(*text);
  }
  if (::isatty(STDERR_FILENO) != 0)
    order.progress = [](std::string_view read) { fmt::print(stderr, "\r{}\033[K", read); };
  return order;
}

// Says what is different since the report that the file holds, and puts this one into it.
void keep_report(const std::string& path, const billing::AdoptionReport& report) {
  if (const auto earlier = text_of(path)) {
    billing::AdoptionReport before;
    try {
      before = read_json_document<billing::AdoptionReport>(*earlier);
    } catch (const Problem&) {
      throw std::runtime_error(path + " holds something else than a report; name another file");
    }
    const std::string differences = billing::differences_since(before, report);
    fmt::print("\nDifferent since {}:\n{}", to_rfc3339(before.at),
               differences.empty() ? std::string("  nothing\n") : differences);
  }
  std::ofstream file(path, std::ios::binary);
  file << json::serialize(to_json(report)) << '\n';
  file.close();
  if (!file) throw std::runtime_error(path + " could not be written");
}

Task<> adopt(Node& node, const AdoptionRequest& request, int& status) {
  const billing::AdoptionOrder order = order_of(request);
  const auto report = co_await billing::adopt_account(node.parts().billing, order);
  if (order.progress) fmt::print(stderr, "\r\033[K");
  fmt::print("{}", billing::words_of(report));
  if (!request.report.empty()) keep_report(request.report, report);
  for (const billing::Adopted& each : report.customers)
    if (!each.problems.empty()) status = 1;
}

}  // namespace

int adopt_stripe(const Settings& settings, const AdoptionRequest& request) {
  int status = 0;
  run_once(settings, [&](Node& node) { return adopt(node, request, status); });
  return status;
}

}  // namespace freehold::app
