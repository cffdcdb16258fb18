#include "db/test_node.hpp"

#include "core/problem.hpp"
#include "core/scope.hpp"
#include "db/blocking_connection.hpp"

namespace freehold::db {

const TenantQuery<Note, NoteId> note_by_id{"sample.note_by_id", R"(
  select id, title
    from sample.note
   where tenant_id = $1
     and id = $2)"};

const TenantQuery<Note> all_notes{"sample.all_notes", R"(
  select id, title
    from sample.note
   where tenant_id = $1
   order by title, id
   limit 100)"};

const TenantQuery<void, NoteId, std::string> insert_note{"sample.insert_note", R"(
  insert into sample.note (tenant_id, id, title)
  values ($1, $2, $3))"};

const TenantQuery<NoteId, NoteId> insert_returning{"test.insert_returning", R"(
  insert into sample.note (tenant_id, id, title)
  values ($1, $2, 'returned')
  returning id)"};

const Query<std::int32_t> backend_pid{"sample.backend_pid", "select pg_backend_pid()"};

const Query<bool, double> nap{"sample.nap", "select pg_sleep($1) is not null"};

const TenantQuery<void> divide_by_zero{"sample.divide_by_zero", R"(
  update sample.note set title = (1 / (length(title) - length(title)))::text
   where tenant_id = $1)"};

namespace {

constexpr std::string_view sample_schema = R"(
create schema sample;

create table sample.note (
  tenant_id  uuid not null,
  id         uuid not null,
  title      text not null,
  constraint note_key primary key (tenant_id, id),
  constraint title_is_not_empty check (title <> '')
);
select fh.protect('sample.note', 'tenant');
)";

std::vector<Migration> sample_migrations() {
  std::vector<Migration> list = test::migrations_of({"db"});
  list.push_back({"sample", "both", 1, "note", std::string(sample_schema)});
  return list;
}

TenantId fixed_tenant(std::uint8_t last) {
  TenantId tenant;
  tenant.uuid.bytes = {0x01, 0x8f, 0, 0, 0, 0, 0x70, 0, 0x80};
  tenant.uuid.bytes[15] = last;
  return tenant;
}

struct Node {
  Node(const Config& config, unsigned threads)
      : runtime(threads, 1),
        database(runtime, config, Clocks{node_clock(), node_clock()}),
        unfinished(threads) {}

  Runtime runtime;
  Database database;
  std::atomic<unsigned> unfinished;
  std::mutex mutex;
  std::exception_ptr failure;
};

Task<> run_to_end(Node& node, Work work) {
  try {
    co_await work(node.database);
  } catch (...) {
    const std::lock_guard lock(node.mutex);
    if (!node.failure) node.failure = std::current_exception();
  }
  // Another thread's task may still be using connections of this one.
  --node.unfinished;
  while (node.unfinished > 0) co_await sleep_for(std::chrono::milliseconds(1));
  co_await node.database.close();
}

}  // namespace

test::ScratchDatabase sample_database() {
  test::ScratchDatabase database{sample_migrations()};
  for (const TenantId tenant : {acme(), globex()}) add_tenant(database.admin(), tenant);
  return database;
}

void make_sample(const std::string& admin, const Passwords& passwords) {
  ensure_roles(admin, passwords);
  migrate(admin, sample_migrations());
  for (const TenantId tenant : {acme(), globex()}) add_tenant(admin, tenant);
}

TenantId acme() {
  return fixed_tenant(1);
}

TenantId globex() {
  return fixed_tenant(2);
}

Actor actor_of(TenantId tenant) {
  return ActorMint::job(tenant, "test");
}

void add_tenant(const std::string& admin, TenantId tenant) {
  BlockingConnection connection(admin);
  connection.run("insert into fh.tenant_fence (tenant_id) values ($1)", {to_string(tenant.uuid)});
}

NoteId add_note(const test::ScratchDatabase& database, TenantId tenant) {
  const NoteId id = NoteId::make(node_clock().now());
  BlockingConnection admin(database.admin());
  admin.run("insert into sample.note (tenant_id, id, title) values ($1, $2, $3)",
            {to_string(tenant.uuid), to_string(id.uuid), to_string(tenant)});
  return id;
}

std::string titles(const test::ScratchDatabase& database, TenantId tenant) {
  BlockingConnection admin(database.admin());
  return admin
      .run(
          "select coalesce(string_agg(title, ' ' order by title), '') from sample.note "
          "where tenant_id = $1",
          {to_string(tenant.uuid)})
      .at(0)
      .at(0);
}

Config config_for(const std::string& url) {
  return test::through_pooler(past_pooler(url));
}

Config past_pooler(const std::string& url) {
  Config config;
  config.url = url;
  return config;
}

ManualClock& node_clock() {
  static ManualClock clock(*parse_rfc3339("2026-11-22T02:09:24Z"));
  return clock;
}

void on_node(const Config& config, std::vector<Work> works) {
  Node node(config, unsigned(works.size()));
  std::vector<std::unique_ptr<freehold::Scope>> scopes;
  for (unsigned i = 0; i < works.size(); ++i) {
    scopes.push_back(std::make_unique<freehold::Scope>(node.runtime.executor(i)));
    scopes.back()->spawn("test", run_to_end(node, std::move(works[i])));
  }
  node.runtime.release();
  node.runtime.run();
  if (node.failure) std::rethrow_exception(node.failure);
}

void on_node(const Config& config, Work work) {
  std::vector<Work> works;
  works.push_back(std::move(work));
  on_node(config, std::move(works));
}

Task<std::string> verdict_of(Task<> task) {
  try {
    co_await std::move(task);
    co_return "ok";
  } catch (const Problem& problem) {
    co_return fmt::format("{} {}", problem.status, problem.code);
  } catch (const ConstraintViolation& error) {
    co_return fmt::format("{} {}", error.sqlstate, error.constraint);
  } catch (const QueryError& error) {
    co_return error.what();
  }
}

}  // namespace freehold::db
