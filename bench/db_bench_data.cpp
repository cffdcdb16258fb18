#include "bench/db_bench_data.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "core/embedded.hpp"
#include "db/blocking_connection.hpp"
#include "db/migrate.hpp"
#include "db/roles.hpp"

namespace freehold::bench {
namespace {

constexpr std::string_view schema = R"(
create schema bench;
create table bench.document (
  tenant_id   uuid not null,
  id          uuid not null,
  title       text not null,
  body        text not null,
  updated_at  timestamptz not null,
  constraint document_key primary key (tenant_id, id)
);
select fh.protect('bench.document', 'tenant');
)";

// Ids that pgbench can count up: 20 digits, then 100000000000 + n.
constexpr std::array fill{
    R"(create table bench.plain (like bench.document including all))",
    R"(grant select on bench.plain to fh_app)",
    R"(insert into fh.tenant_fence (tenant_id)
       select ('10000000000000008000' || (100000000000 + t))::uuid from generate_series(0, 199) t)",
    R"(insert into bench.document
       select f.tenant_id, ('20000000000000008000' || (100000000000 + d))::uuid, 'Document ' || d,
              repeat('Lorem ipsum dolor sit amet. ', 8), timestamptz '2026-11-22 02:09:24+00'
         from fh.tenant_fence f, generate_series(0, 499) d)",
    R"(insert into bench.plain select tenant_id, id, title, body, updated_at from bench.document)",
    R"(insert into fh.tenant_fence (tenant_id)
       select gen_random_uuid() from generate_series(1, 20000))",
    R"(vacuum analyze)"};

constexpr std::string_view pgbench_script = R"(\set t random(0, 199)
\set d random(0, 499)
begin;
select fh.enter(('10000000000000008000' || (100000000000 + :t))::uuid);
select id, title, body, updated_at from bench.document where tenant_id = ('10000000000000008000' || (100000000000 + :t))::uuid and id = ('20000000000000008000' || (100000000000 + :d))::uuid;
commit;
)";

Uuid numbered(int kind, int n) {
  return *parse_uuid(fmt::format("{}0000000-0000-0000-8000-{}", kind, 100'000'000'000 + n));
}

}  // namespace

Uuid tenant_number(int n) {
  return numbered(1, n);
}

Uuid document_number(int n) {
  return numbered(2, n);
}

std::string prepare(const std::string& server) {
  const std::string admin = server + " dbname=freehold_bench";
  {
    db::BlockingConnection connection(server + " dbname=postgres");
    connection.run("drop database if exists freehold_bench with (force)");
    connection.run("create database freehold_bench");
  }
  const std::array<std::string_view, 1> modules{"db"};
  std::vector<db::Migration> migrations = db::migrations_of(embedded::migrations(), modules);
  migrations.push_back({"bench", "data", 1, "document", std::string(schema)});
  db::ensure_roles(admin, {});
  db::migrate(admin, migrations);
  db::BlockingConnection connection(admin);
  for (const char* statement : fill) connection.run(statement);
  return admin;
}

double run_pgbench(const std::string& url, int clients, double seconds) {
  char path[] = "/tmp/freehold-bench.XXXXXX";
  const int file = mkstemp(path);
  if (file < 0 || write(file, pgbench_script.data(), pgbench_script.size()) < 0) std::exit(1);
  close(file);
  const std::string command =
      fmt::format("pgbench -n -M prepared -c {} -j 2 -T {} -f {} \"{} user=fh_app\" 2>&1", clients,
                  int(seconds + 0.5), path, url);
  double per_second = 0;
  if (FILE* output = popen(command.c_str(), "r")) {
    char line[512];
    while (std::fgets(line, sizeof line, output) != nullptr) {
      std::sscanf(line, "tps = %lf", &per_second);
    }
    pclose(output);
  }
  unlink(path);
  if (per_second == 0) {
    std::fputs("pgbench did not run\n", stderr);
    std::exit(1);
  }
  return per_second;
}

}  // namespace freehold::bench
