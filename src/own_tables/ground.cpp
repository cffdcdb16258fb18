// What protected tables stand on: the product's role, and the functions that say which tenant a
// transaction is in. Where Freehold lives in the same database they are its own; elsewhere they are
// made here, from the same text.
#include "db/sql_statements.hpp"
#include "own_tables/parts.hpp"

namespace freehold::own_tables {
namespace {

// The functions in the order they are made, with the head of each in the migrations of db.
struct Function {
  std::string_view signature;
  std::string_view head;  // empty: it is another one here
};

constexpr Function functions[] = {
    {"fh.tid()", "function fh.tid()"},
    {"fh.tenant_uuid(text)", "function fh.tenant_uuid("},
    {"fh.enter(uuid)", ""},
    {"fh.enter(text)", "function fh.enter(tenant text)"},
};

// Freehold's own also looks whether the tenant lives in this database, or is just being moved. A
// database of the product's own holds whichever tenants the product lets in.
constexpr const char* enter_here =
    R"sql(create function fh.enter(tenant uuid) returns void language plpgsql as $$
declare
  latched text := current_setting('app.current_tenant', true);
begin
  if tenant is null then
    raise exception 'no tenant to enter' using errcode = 'FH000';
  end if;
  if latched <> '' and latched <> tenant::text then
    raise exception 'this transaction already belongs to another tenant' using errcode = 'FH003';
  end if;
  execute format('set local app.current_tenant = %L', tenant);
end $$)sql";

struct Ground {
  std::string role;  // as SQL needs it
  std::string database;
  bool is_freeholds = false;
  bool has_role = false;
  bool may_connect = false;
  bool has_schema = false;
  int version = 0;
  std::string role_attributes;
};

constexpr const char* ground_facts = R"sql(
select quote_ident($1), quote_ident(current_database()),
       to_regclass('fh.tenant_fence') is not null,
       r.oid is not null,
       coalesce(has_database_privilege(r.oid, current_database(), 'connect'),
                has_database_privilege('public', current_database(), 'connect')),
       to_regnamespace('fh') is not null,
       current_setting('server_version_num'),
       concat_ws(', ', case when r.rolsuper then 'superuser' end,
                       case when r.rolbypassrls then 'bypassrls' end,
                       case when r.rolcreaterole then 'createrole' end,
                       case when r.rolreplication then 'replication' end)
  from (values (1)) one
  left join pg_roles r on r.rolname = $1
)sql";

Ground look(Work& work) {
  const db::TextRow row = work.connection.run(ground_facts, {work.request.role})[0];
  return {.role = row[0],
          .database = row[1],
          .is_freeholds = row[2] == "t",
          .has_role = row[3] == "t",
          .may_connect = row[4] == "t",
          .has_schema = row[5] == "t",
          .version = std::stoi(row[6]),
          .role_attributes = row[7]};
}

void refuse_what_cannot_stand(Work& work, const Ground& ground) {
  if (ground.version < 150000)
    work.refusals.push_back(
        "PostgreSQL 15 or newer is needed: before it, views see past policies.");
  if (!ground.role_attributes.empty())
    work.refusals.push_back(
        fmt::format("The role {} is {}: row level security would not hold for it, or it could make "
                    "itself a role for which it does not. Let the product log in as a plain role.",
                    work.request.role, ground.role_attributes));
}

void make_role(const Ground& ground, Script& script) {
  std::vector<std::string> statements;
  if (!ground.has_role) statements.push_back(fmt::format("create role {} login", ground.role));
  if (!ground.may_connect)
    statements.push_back(
        fmt::format("grant connect on database {} to {}", ground.database, ground.role));
  const std::string title = ground.has_role
                                ? "The product may log in to this database."
                                : fmt::format(
                                      "What the product logs in as. It has no password yet: "
                                      "alter role {} password '…'",
                                      ground.role);
  if (!statements.empty()) script.push_back({title, std::move(statements)});
}

// As the last migration that touched it makes it.
std::string statement_in(std::span<const db::Migration> migrations, std::string_view head) {
  std::string made;
  for (const db::Migration& migration : migrations)
    for (const db::SqlStatement& statement : db::split_statements(migration.sql))
      for (const std::string_view verb : {"create ", "create or replace "})
        if (statement.text.starts_with(fmt::format("{}{}", verb, head)))
          made = fmt::format("create {}", statement.text.substr(verb.size()));
  if (made.empty()) throw std::logic_error(fmt::format("no migration makes {}", head));
  return made;
}

std::string made(const Function& function, std::span<const db::Migration> migrations) {
  return function.head.empty() ? std::string(enter_here) : statement_in(migrations, function.head);
}

bool has_function(Work& work, std::string_view signature) {
  return work.connection.run("select to_regprocedure($1) is not null",
                             {std::string(signature)})[0][0] == "t";
}

// Whoever took the name fh.tid() for something else cannot have our policies.
bool is_ours(Work& work) {
  const std::string body =
      "select nullif(current_setting(''app.current_tenant'', true), '''')::uuid";
  return work.connection.run("select btrim(prosrc) = '" + body +
                             "' from pg_proc where oid = 'fh.tid()'::regprocedure")[0][0] == "t";
}

void make_functions(Work& work, const Ground& ground, std::span<const db::Migration> migrations,
                    Script& script) {
  std::vector<std::string> statements;
  if (!ground.has_schema) statements.emplace_back("create schema fh");
  for (const Function& function : functions) {
    if (has_function(work, function.signature)) continue;
    statements.push_back(made(function, migrations));
    statements.push_back(fmt::format("revoke all on function {} from public", function.signature));
  }
  if (!statements.empty())
    script.push_back(
        {"Which tenant a transaction is in: fh.enter(tenant) says it, until the end of "
         "the transaction.",
         std::move(statements)});
}

// The product, and the owners of the tables, who are bound by the same policies: a migration that
// changes rows enters one tenant after the other. Those of them who cannot do so yet.
constexpr const char* lacking_context = R"sql(
select quote_ident(c.name)
  from (select 0 as place, $1 as name
         union
        select 1, pg_get_userbyid(relowner) from pg_class where oid = any ($2::oid[])) c
  left join pg_roles r on r.rolname = c.name
 where not coalesce(r.rolsuper, false)
   and not coalesce(has_schema_privilege(r.oid, to_regnamespace('fh'), 'usage')
                      and (select bool_and(coalesce(has_function_privilege(
                                                      r.oid, to_regprocedure(f), 'execute'), false))
                             from unnest($3::text[]) f),
                    false)
 order by c.place, c.name
)sql";

std::string lacking(Work& work) {
  std::vector<std::string_view> signatures;
  std::ranges::transform(functions, std::back_inserter(signatures), &Function::signature);
  std::vector<std::string> names;
  for (const db::TextRow& row :
       work.connection.run(lacking_context, {work.request.role, oids_of(work.tables),
                                             fmt::format("{{{}}}", fmt::join(signatures, ","))}))
    names.push_back(row[0]);
  return fmt::format("{}", fmt::join(names, ", "));
}

void grant_functions(Work& work, Script& script) {
  const std::string names = lacking(work);
  if (names.empty()) return;
  std::vector<std::string_view> signatures;
  std::ranges::transform(functions, std::back_inserter(signatures), &Function::signature);
  script.push_back(
      {"Who enters tenants: the product, and whoever migrates its tables.",
       {fmt::format("grant usage on schema fh to {}", names),
        fmt::format("grant execute on function {} to {}", fmt::join(signatures, ", "), names)}});
}

void use_freeholds(Work& work, Script& script) {
  for (const Function& function : functions)
    if (!has_function(work, function.signature)) {
      work.refusals.push_back(fmt::format(
          "Freehold lives in this database and has no {} yet: run `freehold migrate` first.",
          function.signature));
      return;
    }
  const std::string names = lacking(work);
  if (!names.empty())
    script.push_back(
        {"Who enters the tenants that Freehold has here: the product, and whoever "
         "migrates its tables.",
         {fmt::format("grant fh_product to {}", names)}});
}

void use_schemas(Work& work, const Ground& ground, Script& script) {
  const db::TextRows schemas = work.connection.run(
      "select distinct quote_ident(n.nspname)"
      "  from pg_class c join pg_namespace n on n.oid = c.relnamespace"
      "  left join pg_roles r on r.rolname = $2"
      " where c.oid = any ($1::oid[])"
      "   and not coalesce(has_schema_privilege(r.oid, n.oid, 'usage'),"
      "                    has_schema_privilege('public', n.oid, 'usage'))"
      " order by 1",
      {oids_of(work.tables), work.request.role});
  for (const db::TextRow& schema : schemas)
    script.push_back({fmt::format("The product reaches its tables in {}.", schema[0]),
                      {fmt::format("grant usage on schema {} to {}", schema[0], ground.role)}});
}

}  // namespace

void prepare_ground(Work& work, std::span<const db::Migration> migrations, Script& script) {
  const Ground ground = look(work);
  refuse_what_cannot_stand(work, ground);
  make_role(ground, script);
  if (ground.is_freeholds) {
    use_freeholds(work, script);
  } else if (has_function(work, "fh.tid()") && !is_ours(work)) {
    work.refusals.emplace_back("There is a function fh.tid() that is not Freehold's. Rename it.");
  } else {
    make_functions(work, ground, migrations, script);
    grant_functions(work, script);
  }
  use_schemas(work, ground, script);
}

}  // namespace freehold::own_tables
