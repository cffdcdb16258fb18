#include "db/query_check.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

#include "db/blocking_connection.hpp"
#include "db/test_node.hpp"

using namespace freehold;
using namespace freehold::db;

namespace {

struct Item {
  NoteId id;
  std::string title;
  std::optional<Instant> closed_at;
};
BOOST_DESCRIBE_STRUCT(Item, (), (id, title, closed_at))

using Ids = std::vector<NoteId>;

// What modules may write.
const TenantQuery<Item, NoteId> item_by_id{"good.item_by_id", R"(
  select i.id, i.title, i.closed_at
    from checked.item i
   where i.tenant_id = $1
     and i.id = $2)"};
const TenantQuery<Item, Instant, std::optional<std::string>> open_items{"good.open_items", R"(
  select i.id, n.title, coalesce(i.closed_at) as closed_at
    from checked.item i
    join sample.note n on n.tenant_id = i.tenant_id and n.id = i.id
   where i.tenant_id = $1
     and (i.closed_at is null or i.closed_at > $2)
     and ($3::text is null or i.title = $3)
   order by i.id
   limit 10)"};
const TenantQuery<void, Ids, std::string> close_items{"good.close_items", R"(
  update checked.item i set title = $3
    from sample.note n
   where i.tenant_id = $1
     and i.id = any($2)
     and n.tenant_id = $1
     and n.id = i.id)"};
const TenantQuery<void, NoteId, std::string> insert_item{"good.insert_item", R"(
  insert into checked.item (id, tenant_id, title)
  values ($2, $1, $3)
  on conflict on constraint item_key do update set title = excluded.title)"};
const TenantQuery<void, Ids> copy_items{"good.copy_items", R"(
  insert into checked.item (tenant_id, id, title)
  select $1, c.id, n.title
    from unnest($2) as c (id)
    join sample.note n on n.tenant_id = $1 and n.id = c.id)"};
const TenantQuery<std::int64_t, Instant> count_entries{"good.count_entries", R"(
  select count(*)
    from checked.entry
   where tenant_id = $1
     and at >= $2)"};
const TenantQuery<std::int64_t> larger_than_average{"good.larger_than_average", R"(
  select count(*)
    from checked.item
   where tenant_id = $1
     and length(title) > (select avg(length(title)) from checked.item where tenant_id = $1)
     and length(title) > (select min(length(title)) from sample.note where tenant_id = $1))"};
const TenantQuery<void, NoteId, NoteId, std::string> insert_two{"good.insert_two", R"(
  insert into checked.item (tenant_id, id, title)
  values ($1, $2, lower($4)), ($1, $3, $4)
      on conflict do nothing)"};
const Query<std::optional<std::int64_t>, std::int64_t> sum_of{"good.sum_of",
                                                              "select sum($1::int8)::int8"};
const Query<void, Uuid> call{"good.call", "select fh.enter($1)"};

// What they may not.
const TenantQuery<Item> all_tenants{"bad.all_tenants", R"(
  select id, title, closed_at from checked.item where $1::uuid is not null)"};
const TenantQuery<Item, std::string> either{"bad.either", R"(
  select id, title, closed_at from checked.item where tenant_id = $1 or title = $2)"};
const TenantQuery<Item> half_a_join{"bad.half_a_join", R"(
  select i.id, n.title, i.closed_at
    from checked.item i
    join sample.note n on n.id = i.id
   where i.tenant_id = $1)"};
const TenantQuery<Item, TenantId> others_tenant{"bad.others_tenant", R"(
  select id, title, closed_at from checked.item where tenant_id = $2 and $1::uuid is not null)"};
const TenantQuery<void, TenantId, NoteId> insert_elsewhere{"bad.insert_elsewhere", R"(
  insert into checked.item (tenant_id, id, title)
  values ($2, $3, $1::text))"};
const TenantQuery<void, NoteId, TenantId, std::string> insert_second_elsewhere{
    "bad.insert_second_elsewhere", R"(
  insert into checked.item (tenant_id, id, title)
  values ($1, $2, lower($4)), ($3, $2, $4))"};
const TenantQuery<std::int64_t, Instant> all_entries{"bad.all_entries", R"(
  select count(*) from checked.entry where at >= $2 and $1::uuid is not null)"};
const TenantQuery<std::int64_t> from_sub_plan{"bad.from_sub_plan", R"(
  select count(*)
    from checked.item
   where tenant_id = (select tenant_id from sample.note where tenant_id = $1 limit 1)
     and id = (select id from sample.note where tenant_id = $1 limit 1))"};

const TenantQuery<Item, std::string> wrong_parameter{"bad.wrong_parameter", R"(
  select id, title, closed_at from checked.item where tenant_id = $1 and id = $2)"};
const TenantQuery<Item, std::int64_t> wide_parameter{"bad.wide_parameter", R"(
  select id, title, closed_at from checked.item where tenant_id = $1 and weight = $2)"};
const TenantQuery<Item> unused{"bad.unused", R"(
  select id, title, closed_at from checked.item)"};
const TenantQuery<Item, NoteId> swapped{"bad.swapped", R"(
  select title, id, closed_at from checked.item where tenant_id = $1 and id = $2)"};
const TenantQuery<Instant, NoteId> null_column{"bad.null_column", R"(
  select closed_at from checked.item where tenant_id = $1 and id = $2)"};
const TenantQuery<std::int64_t, NoteId> wrong_column{"bad.wrong_column", R"(
  select weight from checked.item where tenant_id = $1 and id = $2)"};
const TenantQuery<std::string, NoteId> one_too_many{"bad.one_too_many", R"(
  select title, weight from checked.item where tenant_id = $1 and id = $2)"};
const TenantQuery<void, NoteId> unread{"bad.unread", R"(
  delete from checked.item where tenant_id = $1 and id = $2 returning id)"};
const Query<void> not_run_here{"bad.not_run_here", "set timezone = 'UTC'"};
const Query<std::string> outlasting{"bad.outlasting", "select set_config('a.b', 'c', false)"};
const Query<std::int32_t> unqualified{"bad.unqualified", "select 1 from item"};
const Query<std::int32_t> twice{"bad.twice", "select 1"};

constexpr const char* schema = R"(
create schema checked;
create table checked.item (
  tenant_id  uuid not null,
  id         uuid not null,
  title      text not null,
  closed_at  timestamptz,
  weight     int4 not null default 1,
  constraint item_key primary key (tenant_id, id)
);
alter table checked.item enable row level security;
create policy tenant on checked.item using (tenant_id = fh.tid());
create table checked.entry (
  tenant_id  uuid not null,
  at         timestamptz not null,
  constraint entry_key primary key (tenant_id, at)
) partition by range (at);
create table checked.entry_2026 partition of checked.entry
  for values from ('2026-01-01') to ('2027-01-01');
create table checked.entry_2027 partition of checked.entry
  for values from ('2027-01-01') to ('2028-01-01');
)";

test::ScratchDatabase checked_database() {
  test::ScratchDatabase database = sample_database();
  BlockingConnection(database.admin()).run(schema);
  return database;
}

const Queries good{&item_by_id.info(),          &open_items.info(), &close_items.info(),
                   &insert_item.info(),         &copy_items.info(), &count_entries.info(),
                   &larger_than_average.info(), &sum_of.info(),     &call.info(),
                   &insert_two.info()};

std::string join(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

}  // namespace

TEST_CASE("queries that fit are not reported") {
  const auto database = checked_database();
  CHECK(join(check_queries(database.admin(), good)) == "");
  CHECK(join(check_plans(database.admin(), good)) == "");
}

TEST_CASE("queries that do not fit the database are reported with what is wrong") {
  const auto database = checked_database();
  const Queries bad{&wrong_parameter.info(),
                    &wide_parameter.info(),
                    &unused.info(),
                    &swapped.info(),
                    &null_column.info(),
                    &wrong_column.info(),
                    &one_too_many.info(),
                    &unread.info(),
                    &not_run_here.info(),
                    &outlasting.info(),
                    &unqualified.info(),
                    &twice.info(),
                    &twice.info()};
  CHECK(join(check_queries(database.admin(), bad)) ==
        "bad.wrong_parameter: $2 is uuid, text is given\n"
        "bad.wrong_parameter: operator does not exist: uuid = text\n"
        "bad.wide_parameter: $2 is int4, int8 is given\n"
        "bad.unused: is a tenant's and does not use $1\n"
        "bad.unused: uses 0 parameters, 1 are given\n"
        "bad.swapped: column 1 is title, the row has id\n"
        "bad.swapped: column title is text, the row has uuid\n"
        "bad.swapped: column 2 is id, the row has title\n"
        "bad.swapped: column id is uuid, the row has text\n"
        "bad.null_column: column closed_at may be null, the row has no optional there\n"
        "bad.wrong_column: column weight is int4, the row has int8\n"
        "bad.one_too_many: returns 2 columns, the row has 1\n"
        "bad.unread: returns 1 columns, the row has 0\n"
        "bad.not_run_here: begins with \"set\", which is not run here\n"
        "bad.outlasting: set_config would outlast the transaction\n"
        "bad.unqualified: relation \"item\" does not exist\n"
        "bad.twice: is the name of two queries\n");
}

TEST_CASE("a scan of a tenant's table that is not bound to the tenant is reported") {
  const auto database = checked_database();
  const Queries bad{&all_tenants.info(),      &either.info(),
                    &half_a_join.info(),      &others_tenant.info(),
                    &insert_elsewhere.info(), &all_entries.info(),
                    &from_sub_plan.info(),    &insert_second_elsewhere.info()};
  CHECK(join(check_plans(database.admin(), bad)) ==
        "bad.all_tenants: Seq Scan on checked.item lacks tenant_id = $1\n"
        "bad.either: Seq Scan on checked.item lacks tenant_id = $1\n"
        "bad.half_a_join: Seq Scan on sample.note lacks tenant_id = $1\n"
        "bad.others_tenant: Bitmap Heap Scan on checked.item lacks tenant_id = $1\n"
        "bad.insert_elsewhere: inserts into checked.item with a tenant_id that is not $1\n"
        "bad.all_entries: Seq Scan on checked.entry_2026 lacks tenant_id = $1\n"
        "bad.all_entries: Seq Scan on checked.entry_2027 lacks tenant_id = $1\n"
        "bad.from_sub_plan: Index Only Scan on checked.item lacks tenant_id = $1\n"
        "bad.insert_second_elsewhere: inserts into checked.item with a tenant_id that is not $1\n");
}

TEST_CASE("a role under row level security cannot check plans") {
  const auto database = checked_database();
  CHECK_THROWS_AS(check_plans(database.as("fh_app"), good), std::runtime_error);
}
