#include "db/doctor.hpp"

namespace freehold::db {
namespace {

constexpr Level isolation = Level::isolation;
constexpr Level hardening = Level::hardening;
constexpr Level citus_ready = Level::citus_ready;

constexpr std::string_view protect_again =
    "Call fh.protect on the table in a new migration: it puts back exactly what its class says.";
constexpr std::string_view remove_grant =
    "Revoke it. If the role needs the table, the table has the wrong class.";
constexpr std::string_view not_on_this_host =
    "Ask the host's support to revoke it from PUBLIC, or use a host that lets the admin do so. "
    "Until "
    "then a flaw that lets a stranger add to a SQL statement is not stopped a second time.";

constexpr Rule all_rules[] = {
    {"ground.missing", isolation, "The database has not been prepared: run `freehold migrate`."},

    {"role.missing", isolation,
     "Start the server with an admin in DATABASE_URL: it makes the role."},
    {"role.attribute", isolation,
     "Take the attribute away: `alter role … nosuperuser nobypassrls nocreaterole nocreatedb "
     "noreplication`."},
    {"role.login", hardening,
     "`alter role … nologin` for fh_owner and fh_product; every other role logs in."},
    {"role.member", isolation, "Revoke the membership: through it the role can become the other."},
    {"role.acted_by", hardening,
     "Revoke the membership unless this is an admin that migrates: it sees what the role sees."},
    {"role.owns", isolation, "Give it to fh_owner (`alter … owner to fh_owner`) or drop it."},
    {"role.preset", isolation, "`alter role … reset …`: a preset would stand in for fh.enter."},
    {"role.parameter", isolation,
     "Revoke it: with this setting the role could turn off foreign keys or row security."},

    {"table.unclassified", isolation,
     "Say in a migration whose rows it holds: `select fh.protect('schema.table', 'tenant')`."},
    {"table.gone", hardening,
     "Delete its row from fh.table_class in the migration that dropped or renamed it."},
    {"table.foreign", isolation,
     "Drop it: rows of another server are not under this server's policies."},
    {"table.rls_off", isolation, protect_again},
    {"table.rls_not_forced", isolation, protect_again},
    {"table.tenant_missing", isolation, "Give it a column `tenant_id uuid not null`."},
    {"table.tenant_shared", isolation,
     "Give it a class for tenants' rows: every role of every tenant reads a reference table."},
    {"table.tenant_type", isolation, "tenant_id is a uuid in every table."},
    {"table.tenant_nullable", isolation,
     "`alter table … alter tenant_id set not null`: a row of no tenant is nobody's."},
    {"table.tenant_default", citus_ready,
     "Drop the default and send the tenant: Citus cannot place a row without it."},
    {"table.wrong_owner", isolation,
     "`alter … owner to fh_owner`. Whoever owns it can switch its row security off."},
    {"table.rule", isolation, "Drop the rule: it rewrites statements behind the program's back."},
    {"table.trigger", citus_ready, "Drop the trigger and do its work in the program."},
    {"schema.wrong_owner", isolation, "`alter schema … owner to fh_owner`."},
    {"schema.create", isolation, "`revoke create on schema … from …`."},
    {"view.not_invoker", isolation,
     "`alter view … set (security_invoker = true)`: otherwise it reads with its owner's rights."},
    {"view.materialized", isolation,
     "Revoke it: a materialized view holds every tenant's rows and knows no policies."},
    {"sequence.reachable", isolation,
     "Revoke it: the counter tells one tenant how much all the others do."},

    {"policy.missing", isolation, protect_again},
    {"policy.unknown", isolation,
     "Drop it: policies add up, so any second one lets more rows through."},
    {"policy.restrictive", isolation,
     "Drop it: Citus makes it permissive on its shards, where it then lets rows through."},
    {"policy.command", isolation, protect_again},
    {"policy.roles", isolation, protect_again},
    {"policy.using", isolation, protect_again},
    {"policy.check", isolation, protect_again},

    {"grant.excess", isolation, remove_grant},
    {"grant.missing", hardening, protect_again},
    {"grant.partition", isolation,
     "Revoke it: a partition is reached through its parent, whose policy does not hold here."},
    {"grant.public", isolation, remove_grant},
    {"grant.stranger", isolation, remove_grant},
    {"grant.system", isolation,
     "Revoke it: no role of ours needs PostgreSQL's own tables or functions."},
    {"grant.default", isolation, "`alter default privileges for role fh_owner revoke …`."},

    {"key.missing", isolation, "Give it a primary key that leads with tenant_id."},
    {"key.unique_without_tenant", isolation,
     "Put tenant_id first: as it is, one tenant learns by a conflict what another has."},
    {"key.primary_not_led_by_tenant", citus_ready, "Make it (tenant_id, …)."},
    {"key.index_not_led_by_tenant", citus_ready,
     "Make it (tenant_id, …), or declare it with fh.worker_index if the table is a queue."},
    {"key.declaration", hardening, "Delete its row from fh.worker_index: it is for queue tables."},
    {"key.invalid_index", hardening, "Drop it and build it again: queries cannot use it."},
    {"key.foreign_without_tenant", isolation,
     "Make it (tenant_id, …) references … (tenant_id, …): foreign keys see through row security."},
    {"key.global_to_tenant", isolation,
     "Drop it: a row of no tenant must not depend on one tenant's row."},
    {"key.across_modules", hardening,
     "Drop it: modules keep their tables to themselves and share only tenancy.tenant."},
    {"key.null_on_tenant", isolation,
     "Name the columns: `on delete set null (…)` without tenant_id."},
    {"key.replica_identity", hardening,
     "`alter table … replica identity default`: a move could not follow updates."},
    {"column.enum", citus_ready,
     "Use text with a check: an enum's operators are not leakproof, so its indexes go unused."},
    {"column.sequence", citus_ready, "Use a uuid that the program makes."},

    {"context.missing", isolation,
     "The fh schema is damaged: make the function again as the fh migration has it."},
    {"context.granted", isolation, "Grant it to exactly the roles of the first fh migration."},
    {"context.not_stable", isolation,
     "`alter function fh.tid() stable`: an immutable one stays in a plan for the next tenant."},
    {"context.changed", isolation, "Put the function back as the fh migration made it."},
    {"function.definer_unlisted", isolation,
     "Make it security invoker, or list it with fh.allow_function after reading it twice."},
    {"function.definer_owner", isolation, "`alter function … owner to fh_owner`."},
    {"function.definer_search_path", isolation,
     "List it with fh.allow_function, which sets `search_path = pg_catalog, pg_temp`."},
    {"function.definer_granted", isolation, "Revoke it, or add the role with fh.allow_function."},
    {"function.gone", hardening, "Delete its row from fh.definer_function."},
    {"function.public", hardening, "`revoke all on function … from public`."},
    {"function.immutable_reads_setting", isolation,
     "Make it stable: its answer for one tenant would be kept for the next."},
    {"function.leakproof", isolation,
     "`alter function … not leakproof`: it would be run on rows that the policy hides."},

    {"host.set_config", hardening, not_on_this_host},
    {"host.do_blocks", hardening, not_on_this_host},
    {"host.temporary_tables", hardening, not_on_this_host},
    {"host.create_in_database", hardening, "`revoke create on database … from …`."},
    {"host.create_in_schema", hardening, "`revoke create on schema … from …`."},
    {"host.public_connect", hardening, "`revoke connect on database … from public`."},
    {"host.default_execute", hardening,
     "`alter default privileges for role fh_owner revoke execute on functions from public`."},

    {"break_in.no_login", isolation,
     "The role cannot log in: check its password, pg_hba.conf and the connection limit."},
    {"break_in.not_the_role", isolation,
     "The server takes this log-in for somebody else; look at the pooler and pg_ident.conf."},
    {"break_in.session", isolation,
     "A fresh session must have no tenant and row_security on; look for presets."},
    {"break_in.rows_without_tenant", isolation,
     "Rows were visible outside of any tenant; the table's other findings say why."},
    {"break_in.rows_of_nobody", isolation,
     "Rows were visible inside a tenant that does not exist; compare the table's policies."},
    {"break_in.forbidden_table", isolation,
     "The role could read a table of another plane or role. Revoke it."},
    {"break_in.second_tenant", isolation,
     "A transaction could change its tenant: put fh.enter back as the fh migration made it."},
    {"break_in.unknown_tenant", isolation,
     "fh.enter let a tenant in that is not here: put it back as the fh migration made it."},
    {"break_in.became_other", isolation, "The role could take on another role: revoke membership."},
    {"break_in.not_tried", hardening,
     "An attempt ended in an error of another kind; run the doctor again when the server is idle."},
};

}  // namespace

std::span<const Rule> rules() {
  return all_rules;
}

}  // namespace freehold::db
