// /healthz: the process answers. /readyz: it can serve. /metrics: Prometheus text.
#include "app/parts.hpp"
#include "core/async.hpp"
#include "core/json.hpp"

namespace freehold::app {
namespace {

Task<http::Response> health(http::Request&) {
  co_return http::text(200, "ok\n");
}

Task<http::Response> readiness(Node::Parts& parts, http::Request&) {
  const auto failing = co_await parts.database.failing_roles();
  if (failing.empty())
    co_return http::text(200, parts.redis.up() ? "ready\n" : "ready, without Redis\n");
  co_return http::text(
      503, fmt::format("the database does not answer as {}\n", fmt::join(failing, ", ")));
}

std::string database_metrics(const db::Database& database) {
  std::string text = "# TYPE freehold_database_connections gauge\n";
  for (const auto& usage : database.usage()) {
    const std::string_view role = db::name_of(usage.role);
    text += fmt::format("freehold_database_connections{{role=\"{}\",state=\"open\"}} {}\n", role,
                        usage.open);
    text += fmt::format("freehold_database_connections{{role=\"{}\",state=\"limit\"}} {}\n", role,
                        usage.limit);
    text += fmt::format("freehold_database_connections{{role=\"{}\",state=\"waiting\"}} {}\n", role,
                        usage.waiting);
  }
  return text;
}

// Empty while the database does not answer: the rest is worth having then above all.
Task<std::string> job_metrics(Node::Parts& parts) {
  events::Backlog jobs;
  try {
    db::SystemRead db = parts.database.system_read();
    jobs = co_await events::backlog(db, parts.clocks.machine.now());
  } catch (const std::exception&) {
    co_return "";
  }
  co_return fmt::format(
      "# TYPE freehold_jobs gauge\n"
      "freehold_jobs{{state=\"available\"}} {}\nfreehold_jobs{{state=\"running\"}} {}\n"
      "freehold_jobs{{state=\"dead\"}} {}\n"
      "# TYPE freehold_oldest_due_job_seconds gauge\nfreehold_oldest_due_job_seconds {:.3f}\n",
      jobs.available, jobs.running, jobs.dead, jobs.oldest_due_seconds);
}

std::string query_metrics(const db::Database& database) {
  std::string runs = "# TYPE freehold_query_runs_total counter\n";
  std::string failures = "# TYPE freehold_query_failures_total counter\n";
  std::string times = "# TYPE freehold_query_seconds_total counter\n";
  for (const auto& use : database.query_uses()) {
    runs += fmt::format("freehold_query_runs_total{{query=\"{}\"}} {}\n", use.name, use.runs);
    failures +=
        fmt::format("freehold_query_failures_total{{query=\"{}\"}} {}\n", use.name, use.failures);
    times += fmt::format("freehold_query_seconds_total{{query=\"{}\"}} {:.6f}\n", use.name,
                         double(use.time.count()) / 1e6);
  }
  return runs + failures + times;
}

std::string request_metrics(const Node::Parts& parts) {
  std::vector<http::NamedEdge> edges{{"public", *parts.public_edge}, {"staff", *parts.staff_edge}};
  if (parts.operations_edge) edges.push_back({"worker", *parts.operations_edge});
  return http::metrics_of(edges);
}

Task<http::Response> metrics(Node::Parts& parts, http::Request&) {
  std::string text =
      request_metrics(parts) + database_metrics(parts.database) + query_metrics(parts.database);
  text += co_await job_metrics(parts);
  text += parts.billing.counts->metrics();
  text += fmt::format("# TYPE freehold_redis_up gauge\nfreehold_redis_up {}\n",
                      parts.redis.up() ? 1 : 0);
  text += fmt::format(
      "# TYPE freehold_password_hashes_total counter\nfreehold_password_hashes_total {}\n",
      parts.passwords.computed());
  text += fmt::format(
      "# TYPE freehold_template_names_missing_total counter\nfreehold_template_names_missing_total "
      "{}\n",
      parts.views.missing_count());
  co_return http::text(200, std::move(text));
}

}  // namespace

Task<std::vector<staff::Check>> health_checks(Node::Parts& parts) {
  constexpr std::string_view without =
      "rate limits count per process, changes of plans travel by the poll";
  const bool wanted = !parts.settings.redis_url.empty();
  const bool up = parts.redis.up();
  const std::string detail =
      up ? std::string("every thread has its connection")
         : fmt::format("{}: {}", wanted ? "away" : "not configured", without);
  std::vector<staff::Check> checks{{"Redis", up || !wanted, detail}};
  co_return checks;
}

void operations_routes(http::Router& at, Node::Parts& parts) {
  auto with = at.with(parts);
  at.get("/healthz", health, http::anyone);
  with.get("/readyz", readiness, http::anyone);
  with.get("/metrics", metrics, http::anyone);
}

}  // namespace freehold::app
