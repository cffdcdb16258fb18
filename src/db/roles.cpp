#include "db/roles.hpp"

#include <future>

#include "db/blocking_connection.hpp"
#include "db/conninfo.hpp"

namespace freehold::db {
namespace {

constexpr std::int64_t role_lock = 727272;

constexpr const char* ground_rules = R"sql(
-- The statements that this database still needs for its roles and its ground rules, in order; none
-- when all is done. Asked by an admin with CREATEROLE that owns the database, or by a superuser;
-- what the admin may not do on its host is left out here and reported by the doctor.
with
wanted (role, login) as (
  values ('fh_owner', 'nologin'), ('fh_app', 'login'), ('fh_control', 'login'),
         ('fh_auth', 'login'), ('fh_staff', 'login'), ('fh_worker', 'login'), ('fh_mover', 'login'),
         ('fh_product', 'nologin')
),
role (name, oid, login) as (
  select w.role, r.oid, w.login
    from wanted w
    left join pg_roles r on r.rolname = w.role
),
-- What the admin may change: an owner may, and so may a member of the owner.
host (database, owns_database, owns_public, owns_set_config, owns_plpgsql) as (
  select current_database(),
         pg_has_role((select datdba from pg_database where datname = current_database()), 'usage'),
         pg_has_role((select nspowner from pg_namespace where nspname = 'public'), 'usage'),
         pg_has_role((select proowner from pg_proc
                       where oid = 'pg_catalog.set_config(text,text,boolean)'::regprocedure), 'usage'),
         pg_has_role((select lanowner from pg_language where lanname = 'plpgsql'), 'usage')
),
step (place, statement, needed) as (
  select 1, format('create role %I %s noinherit', name, login), oid is null
    from role
  union all
  select 2, format('grant fh_owner to %I', current_user),
         not coalesce((select pg_has_role(oid, 'member') from role where name = 'fh_owner'), false)
           and not (select rolsuper from pg_roles where rolname = current_user)
  union all
  select 3, format('grant create, connect on database %I to fh_owner', database),
         not coalesce((select has_database_privilege(oid, database, 'create')
                         from role where name = 'fh_owner'), false)
    from host
  union all
  select 4, format('grant connect on database %I to %I', database, name),
         oid is null
           or not exists (select from pg_database d, aclexplode(d.datacl) a
                           where d.datname = database and a.grantee = role.oid
                             and a.privilege_type = 'CONNECT')
    from host, role
   where login = 'login'
  union all
  select 5, format('revoke all on database %I from public', database),
         owns_database and (has_database_privilege('public', database, 'connect')
                            or has_database_privilege('public', database, 'temporary')
                            or has_database_privilege('public', database, 'create'))
    from host
  union all
  select 6, 'revoke all on schema public from public',
         owns_public and (has_schema_privilege('public', 'public', 'usage')
                          or has_schema_privilege('public', 'public', 'create'))
    from host
  union all
  select 7, 'alter default privileges for role fh_owner revoke execute on functions from public',
         not exists (select from pg_default_acl d
                       join pg_roles r on r.oid = d.defaclrole
                      where r.rolname = 'fh_owner' and d.defaclobjtype = 'f'
                        and d.defaclnamespace = 0)
  union all
  select 8, 'revoke execute on function pg_catalog.set_config(text, text, boolean) from public',
         owns_set_config
           and has_function_privilege('public', 'pg_catalog.set_config(text,text,boolean)', 'execute')
    from host
  union all
  select 9, 'grant usage on language plpgsql to fh_owner',
         owns_plpgsql and has_language_privilege('public', 'plpgsql', 'usage')
    from host
  union all
  select 10, 'revoke usage on language plpgsql from public',
         owns_plpgsql and has_language_privilege('public', 'plpgsql', 'usage')
    from host
)
select statement
  from step
 where needed
 order by place, statement
)sql";

// Roles are the server's, locks the database's: another database's start may be a moment ahead, and
// has made the role or is writing the same row (XX000, "tuple concurrently updated").
bool is_overtaken(const ServerError& error) {
  return error.sqlstate == "42710" || error.sqlstate == "23505" || error.sqlstate == "XX000";
}

void put_ground_rules(BlockingConnection& connection) {
  for (const TextRow& row : connection.run(ground_rules)) connection.run(row[0]);
}

template <class Step>
void again_if_overtaken(Step step) {
  for (int attempts_left = 20; attempts_left > 0; --attempts_left) {
    try {
      return step();
    } catch (const ServerError& error) {
      if (attempts_left == 1 || !is_overtaken(error)) throw;
    }
  }
}

bool can_log_in(const std::string& conninfo) {
  try {
    const BlockingConnection connection(conninfo);
    return connection.used_password();
  } catch (const ServerError&) {
    return false;
  }
}

// Asked of all at once: checking a SCRAM password takes both sides some milliseconds.
std::vector<std::string> roles_that_cannot_log_in(const std::string& admin,
                                                  const Passwords& passwords) {
  std::vector<std::pair<std::string, std::future<bool>>> answers;
  for (const auto& [role, password] : passwords)
    answers.emplace_back(
        role, std::async(std::launch::async, can_log_in, conninfo_as(admin, role, passwords)));
  std::vector<std::string> roles;
  for (auto& [role, answer] : answers)
    if (!answer.get()) roles.push_back(role);
  return roles;
}

void set_password(BlockingConnection& connection, const std::string& role, const Secret& password) {
  const std::string verifier = connection.scram_verifier(password.reveal(), role);
  connection.run(fmt::format("alter role {} password {}", connection.quoted_name(role),
                             connection.quoted_text(verifier)));
}

}  // namespace

Passwords passwords_of(const Secret& master_key) {
  Passwords passwords;
  if (master_key.empty()) return passwords;
  for (const std::string_view role : login_roles)
    passwords.emplace(role, role_password(master_key, role));
  return passwords;
}

std::string conninfo_as(const std::string& conninfo, std::string_view role,
                        const Passwords& passwords) {
  Conninfo parts = parse_conninfo(conninfo);
  parts["user"] = role;
  parts.erase("password");
  const auto password = passwords.find(role);
  if (password != passwords.end()) parts["password"] = password->second.reveal();
  return to_string(parts);
}

void ensure_roles(const std::string& admin, const Passwords& passwords) {
  BlockingConnection connection(admin);
  lock_until_closed(connection, role_lock);
  again_if_overtaken([&] { put_ground_rules(connection); });
  for (const std::string& role : roles_that_cannot_log_in(admin, passwords))
    again_if_overtaken([&] { set_password(connection, role, passwords.at(role)); });
}

}  // namespace freehold::db
