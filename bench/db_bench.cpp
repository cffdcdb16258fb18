// A tenant's read (one row by its id) through our layer, beside the same without row level security
// and beside pgbench, which enters the tenant in four round trips; then fast reads while others
// take 20 ms, beside a pool of 16. All in one run, in turns; medians of the ratios are printed.
//
//   db_bench CONNINFO [SECONDS [ROUNDS]]     CONNINFO of a superuser on a server that trusts it;
//                                            makes the database freehold_bench there
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "bench/db_bench_data.hpp"
#include "core/async.hpp"
#include "core/scope.hpp"
#include "db/conninfo.hpp"
#include "db/db.hpp"
#include "db/detail/pool.hpp"
#include "db/detail/runners.hpp"

using namespace freehold;
using namespace freehold::bench;
using Steady = std::chrono::steady_clock;
using Random = std::minstd_rand;

namespace {

constexpr int in_flight = 16;
constexpr double nap_seconds = 0.02;
constexpr unsigned naps_of_ten_thousand = 20;
constexpr double warm_up_seconds = 0.3;

struct Document {
  Uuid id;
  std::string title;
  std::string body;
  Instant updated_at;
};
BOOST_DESCRIBE_STRUCT(Document, (), (id, title, body, updated_at))

const db::TenantQuery<Document, Uuid> document_by_id{"bench.document_by_id", R"(
  select id, title, body, updated_at
    from bench.document
   where tenant_id = $1
     and id = $2)"};

const db::Query<Document, Uuid, Uuid> plain_by_id{"bench.plain_by_id", R"(
  select id, title, body, updated_at
    from bench.plain
   where tenant_id = $1
     and id = $2)"};

const db::TenantQuery<bool, double> nap{"bench.nap", "select pg_sleep($2) is not null and $1 = $1"};

enum class Mode {
  tenant,
  plain,         // without row level security
  mixed_own,     // 0.2 % take 20 ms, on connections of their own, as they should
  mixed_shared,  // the same among the reads
  mixed_pool,    // the same, each on one of 16 connections
};

db::detail::PoolSettings pool_settings(const db::Config& config, bool is_exclusive, int limit) {
  return {.role = db::Role::app,
          .is_exclusive = is_exclusive,
          .limit = limit,
          .conninfo = db::conninfo_for(config, db::Role::app),
          .session = {{"statement_timeout", "2000"}, {"default_transaction_read_only", "on"}},
          .statement_timeout = config.read_timeout,
          .acquire_timeout = config.acquire_timeout,
          .connect_timeout = config.connect_timeout};
}

// What works on one thread: the database, and two pools to compare with.
struct Bench {
  Bench(Runtime& runtime, unsigned thread, db::Database& database, const db::Config& config)
      : database(database),
        watch(runtime.executor(thread), thread),
        plain(watch, pool_settings(config, false, 4)),
        pool(watch, pool_settings(config, true, 16)) {}

  db::Database& database;
  db::detail::Uses uses;
  db::detail::Watch watch;
  db::detail::Pool plain;  // like the database's own
  db::detail::Pool pool;
};

Actor some_tenant(Random& random) {
  return ActorMint::job(TenantId{tenant_number(int(random() % tenants))}, "bench");
}

Task<> read_one(Bench& bench, Mode mode, Random& random) {
  using namespace db::detail;
  const Uuid id = document_number(int(random() % rows_each));
  if (mode == Mode::plain) {
    SharedRunner read(bench.uses, bench.plain, Opening::none, Instant{}, {});
    const Uuid tenant = tenant_number(int(random() % tenants));
    co_await one_row<Document>(read, plain_by_id.info(), encode(tenant, id));
  } else if (mode == Mode::mixed_pool) {
    SharedRunner read(bench.uses, bench.pool, Opening::enter, Instant{}, some_tenant(random));
    co_await one_row<Document>(read, document_by_id.info(), encode(id));
  } else {
    db::DataRead read = bench.database.data_read(some_tenant(random));
    co_await read.row(document_by_id, id);
  }
}

Task<> take_a_nap(Bench& bench, Mode mode, Random& random) {
  using namespace db::detail;
  if (mode == Mode::mixed_own) {
    db::DataTx tx = bench.database.data(some_tenant(random));
    co_await tx.row(nap, nap_seconds);
  } else if (mode == Mode::mixed_shared) {
    db::DataRead read = bench.database.data_read(some_tenant(random));
    co_await read.row(nap, nap_seconds);
  } else {
    SharedRunner read(bench.uses, bench.pool, Opening::enter, Instant{}, some_tenant(random));
    co_await one_row<bool>(read, nap.info(), encode(nap_seconds));
  }
}

// What the tasks of one thread saw.
struct Shard {
  Steady::time_point begin;  // of counting; warm until then
  Steady::time_point end;
  std::vector<float> millis;
};

Task<> work(Bench& bench, Mode mode, unsigned seed, Shard& shard) {
  Random random(seed);
  const bool is_mixed = mode != Mode::tenant && mode != Mode::plain;
  for (;;) {
    const auto begin = Steady::now();
    if (begin > shard.end) co_return;
    if (is_mixed && random() % 10'000 < naps_of_ten_thousand) {
      co_await take_a_nap(bench, mode, random);
      continue;
    }
    co_await read_one(bench, mode, random);
    if (begin > shard.begin) {
      const std::chrono::duration<float, std::milli> took = Steady::now() - begin;
      shard.millis.push_back(took.count());
    }
  }
}

Task<> work_all(Bench& bench, Mode mode, int count, Shard& shard) {
  const auto executor = co_await asio::this_coro::executor;
  Scope scope(executor);
  for (int i = 0; i < count; ++i) {
    scope.spawn("bench", work(bench, mode, unsigned(std::rand()), shard));
  }
  co_await scope.join();
  bench.plain.stop();
  bench.pool.stop();
  while (!bench.plain.is_empty() || !bench.pool.is_empty()) {
    co_await sleep_for(std::chrono::milliseconds(1));
  }
  co_await bench.database.close();
}

struct Measured {
  double per_second = 0;
  double p50 = 0;
  double p99 = 0;
  double cpu_micros = 0;  // of this process, for each
};

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

Measured measured(const std::vector<Shard>& shards, double seconds, double cpu) {
  std::vector<float> millis;
  for (const Shard& shard : shards) {
    millis.insert(millis.end(), shard.millis.begin(), shard.millis.end());
  }
  std::sort(millis.begin(), millis.end());
  if (millis.empty()) return {};
  const double per_second = double(millis.size()) / seconds;
  return {.per_second = per_second,
          .p50 = millis[millis.size() / 2],
          .p99 = millis[millis.size() * 99 / 100],
          .cpu_micros = cpu / (per_second * (seconds + warm_up_seconds)) * 1e6};
}

Measured run(const std::string& url, Mode mode, unsigned threads, double seconds) {
  using Duration = std::chrono::duration<double>;
  static const SystemClock clock;
  Runtime runtime(threads, 1);
  db::Config config;
  config.url = url;
  config.budget = int(20 * threads);
  db::Database database(runtime, config, Clocks{clock, clock});
  const auto begin =
      Steady::now() + std::chrono::duration_cast<Steady::duration>(Duration(warm_up_seconds));
  const auto end = begin + std::chrono::duration_cast<Steady::duration>(Duration(seconds));
  std::vector<Shard> shards(threads, Shard{.begin = begin, .end = end, .millis = {}});
  std::vector<std::unique_ptr<Bench>> benches;
  std::vector<std::unique_ptr<Scope>> scopes;
  for (unsigned i = 0; i < threads; ++i) {
    benches.push_back(std::make_unique<Bench>(runtime, i, database, config));
    scopes.push_back(std::make_unique<Scope>(runtime.executor(i)));
    scopes[i]->spawn("bench", work_all(*benches[i], mode, in_flight / int(threads), shards[i]));
  }
  const double cpu_before = cpu_seconds();
  runtime.release();
  runtime.run();
  return measured(shards, seconds, cpu_seconds() - cpu_before);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void print(const char* what, const Measured& measured) {
  std::printf("%-44s %8.0f/s   p50 %5.2f ms   p99 %5.2f ms   %4.1f us of CPU\n", what,
              measured.per_second, measured.p50, measured.p99, measured.cpu_micros);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return std::fputs("db_bench CONNINFO [SECONDS [ROUNDS]]\n", stderr), 2;
  const double seconds = argc > 2 ? std::atof(argv[2]) : 3;
  const int rounds = argc > 3 ? std::atoi(argv[3]) : 5;
  const std::string url = prepare(argv[1]);

  std::vector<double> against_pgbench;
  std::vector<double> against_plain;
  std::vector<double> against_pool;
  for (int round = 0; round < rounds; ++round) {
    const double pgbench = run_pgbench(url, in_flight, seconds);
    const Measured tenant = run(url, Mode::tenant, 1, seconds);
    const Measured plain = run(url, Mode::plain, 1, seconds);
    const Measured own = run(url, Mode::mixed_own, 1, seconds);
    const Measured pool = run(url, Mode::mixed_pool, 1, seconds);
    std::printf("%-44s %8.0f/s\n", "pgbench, four round trips", pgbench);
    print("tenant's read, one round trip", tenant);
    print("the same without row level security", plain);
    print("while 0.2 % take 20 ms on own connections", own);
    print("the same on a pool of 16", pool);
    against_pgbench.push_back(tenant.per_second / pgbench);
    against_plain.push_back(tenant.per_second / plain.per_second);
    against_pool.push_back(own.p99 / pool.p99);
  }
  print("tenant's read, two threads", run(url, Mode::tenant, 2, seconds));
  print("slow ones among the reads, for comparison", run(url, Mode::mixed_shared, 1, seconds));
  std::printf("tenant's read against pgbench            %.2f   (goal: at least 3.5)\n",
              median(against_pgbench));
  std::printf("against the same without RLS             %.2f   (goal: at least 0.75)\n",
              median(against_plain));
  std::printf("p99 beside slow ones, to a pool of 16's  %.2f   (goal: at most 1.5)\n",
              median(against_pool));
  return 0;
}
