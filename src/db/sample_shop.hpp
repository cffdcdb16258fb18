// A made-up module with a table of every class, for the tests of the database's foundation.
#pragma once

#include <vector>

#include "db/blocking_connection.hpp"
#include "db/migrate.hpp"
#include "tests/support/scratch_database.hpp"

namespace freehold::db {

inline constexpr std::string_view shop_control = R"(
create schema shop;

create table shop.tenant (
  tenant_id  uuid not null,
  name       text not null,
  constraint tenant_key primary key (tenant_id)
);
select fh.protect('shop.tenant', 'tenant');

create table shop.customer (
  tenant_id  uuid not null references shop.tenant (tenant_id) on delete cascade,
  id         uuid not null,
  email      text not null,
  referrer   uuid,
  constraint customer_key primary key (tenant_id, id),
  constraint one_customer_per_address unique (tenant_id, email),
  constraint referrer_is_a_customer foreign key (tenant_id, referrer)
    references shop.customer (tenant_id, id) on delete set null (referrer)
);
create index customer_by_name on shop.customer (tenant_id, email text_pattern_ops);
select fh.protect('shop.customer', 'tenant');

create view shop.address with (security_invoker = true) as
  select tenant_id, email from shop.customer;
grant select on shop.address to fh_control;

create table shop.slug (
  slug       text not null,
  tenant_id  uuid not null references shop.tenant (tenant_id),
  constraint one_tenant_per_slug primary key (slug)
);
select fh.protect('shop.slug', 'directory');

create function shop.tenant_of_slug(wanted text) returns uuid
  language sql stable security definer
  as $$ select tenant_id from shop.slug where slug = wanted $$;
select fh.allow_function('shop.tenant_of_slug(text)', 'fh_control', 'fh_auth');

create table shop.figure (
  tenant_id  uuid   not null,
  mrr        bigint not null,
  constraint figure_key primary key (tenant_id)
);
select fh.protect('shop.figure', 'rollup');

create table shop.password (
  id    uuid not null,
  hash  text not null,
  constraint password_key primary key (id)
);
select fh.protect('shop.password', 'private', 'fh_auth');

create table shop.note (
  id    uuid not null,
  body  text not null,
  constraint note_key primary key (id)
);
select fh.protect('shop.note', 'private', 'fh_staff');

create table shop.currency (
  code  text not null,
  constraint currency_key primary key (code)
);
insert into shop.currency values ('eur');
select fh.protect('shop.currency', 'reference');

create table shop.delivery (
  id         uuid not null,
  tenant_id  uuid,
  due_at     timestamptz not null,
  constraint delivery_key primary key (id)
);
create index delivery_due on shop.delivery (due_at);
select fh.worker_index('shop.delivery_due', 'workers take what is due, whoever it belongs to');
select fh.protect('shop.delivery', 'queue');
)";

inline constexpr std::string_view shop_data = R"(
create table shop.document (
  tenant_id  uuid not null,
  id         uuid not null,
  title      text not null,
  constraint document_key primary key (tenant_id, id)
);
select fh.protect('shop.document', 'tenant');
)";

inline constexpr std::string_view shop_both = R"(
create schema log;
create table log.entry (
  tenant_id  uuid        not null,
  id         uuid        not null,
  at         timestamptz not null,
  constraint entry_key primary key (tenant_id, at, id)
) partition by range (at);
create table log.entry_2026 partition of log.entry
  for values from ('2026-01-01') to ('2027-01-01');
create table log.entry_rest partition of log.entry default;
select fh.protect('log.entry', 'queue');
select fh.insert_only('log.entry');
)";

inline std::vector<Migration> sample_shop() {
  std::vector<Migration> list = test::migrations_of({"db"});
  list.push_back({"log", "both", 1, "entry", std::string(shop_both)});
  list.push_back({"shop", "control", 1, "shop", std::string(shop_control)});
  list.push_back({"shop", "data", 1, "document", std::string(shop_data)});
  return list;
}

inline constexpr std::string_view acme = "'00000000-0000-0000-0000-00000000000a'";
inline constexpr std::string_view bolt = "'00000000-0000-0000-0000-00000000000b'";

// Two tenants with a row in every table, and a delivery of no tenant.
struct Shop {
  test::ScratchDatabase database{sample_shop()};

  Shop() {
    BlockingConnection connection(database.admin());
    connection.run("insert into shop.password values (gen_random_uuid(), 'x')");
    connection.run("insert into shop.note values (gen_random_uuid(), 'x')");
    connection.run("insert into shop.delivery values (gen_random_uuid(), null, now())");
    for (const std::string_view tenant : {acme, bolt})
      connection.run(
          fmt::format("insert into fh.tenant_fence (tenant_id) values ({0});"
                      "insert into shop.tenant values ({0}, 'x');"
                      "insert into shop.customer values ({0}, {0}, 'x');"
                      "insert into shop.slug values (right({0}, 1), {0});"
                      "insert into shop.figure values ({0}, 1);"
                      "insert into shop.delivery values (gen_random_uuid(), {0}, now());"
                      "insert into shop.document values ({0}, {0}, 'x');"
                      "insert into log.entry values ({0}, {0}, '2026-06-01')",
                      tenant));
  }

  // SQLSTATE, or the first value.
  std::string ask(std::string_view role, const std::string& sql) const {
    BlockingConnection connection(database.as(role));
    try {
      const TextRows rows = connection.run(sql);
      return rows.empty() || rows[0].empty() ? "ok" : rows[0][0];
    } catch (const ServerError& error) {
      return error.sqlstate;
    }
  }
};

// One for the tests that change nothing for good.
inline const Shop& shared_shop() {
  static const Shop shop;
  return shop;
}

inline std::string entered(std::string_view tenant) {
  return fmt::format("begin; select fh.enter({}); ", tenant);
}

}  // namespace freehold::db
