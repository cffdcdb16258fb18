#include "own_tables/own_tables.hpp"

namespace freehold::own_tables {
namespace {

constexpr db::Level isolation = db::Level::isolation;
constexpr db::Level hardening = db::Level::hardening;
constexpr db::Level citus_ready = db::Level::citus_ready;

constexpr std::string_view protect_it = "Run `freehold protect` on the table.";
constexpr std::string_view protect_any =
    "Run `freehold protect` on any table: it installs what is "
    "missing.";
constexpr std::string_view make_it_again =
    "Drop the function and run `freehold protect`, which makes it again.";
constexpr std::string_view harden_it =
    "Run `freehold protect --harden`, if the host lets its admin do that. Until then a flaw that "
    "lets a stranger add to a SQL statement is not stopped a second time.";
constexpr std::string_view lead_with_tenant = "Make it (tenant_id, …).";

constexpr db::Rule all_rules[] = {
    {"role.missing", isolation,
     "Run `freehold protect`, which makes the role, or name another one."},
    {"role.attribute", isolation,
     "Take it away: `alter role … nosuperuser nobypassrls nocreaterole nocreatedb noreplication`. "
     "Row level security does not hold for a superuser."},
    {"role.member", isolation, "Revoke the membership: through it the role can become the other."},
    {"role.owns", isolation,
     "Give it to the role that migrates (`alter … owner to …`): an owner can switch row level "
     "security off."},
    {"role.preset", isolation, "`alter role … reset …`: a preset would stand in for fh.enter."},
    {"role.parameter", isolation,
     "Revoke it: with this setting the role could turn off foreign keys or row security."},

    {"table.unclassified", isolation,
     "The product writes it and no column says whose a row is. Run `freehold protect` on it; let "
     "the role only read it; or, if all tenants share it, say so with --shared."},
    {"table.foreign", isolation, "Revoke it: rows of another server are not under policies."},
    {"table.rls_off", isolation, protect_it},
    {"table.rls_not_forced", isolation,
     "`alter table … force row level security`: otherwise its owner, and what runs with its "
     "owner's "
     "rights, see every row."},
    {"table.tenant_type", isolation, "tenant_id is a uuid: see fh.tenant_uuid(text)."},
    {"table.tenant_nullable", isolation,
     "`alter table … alter tenant_id set not null`: a row of no tenant is nobody's."},
    {"table.tenant_default", citus_ready,
     "Send tenant_id with each insert and drop the default: a row is placed by it."},
    {"table.rule", isolation,
     "Drop the rule: what it does runs with the rights of the table's owner."},
    {"table.trigger", citus_ready, "Do its work in the program."},
    {"view.not_invoker", isolation,
     "`alter view … set (security_invoker = true)`: otherwise it reads with its owner's rights."},
    {"view.materialized", isolation,
     "Revoke it: a materialized view holds every tenant's rows and knows no policies."},
    {"sequence.reachable", hardening,
     "Revoke it; `usage` is enough to insert. Reading a counter tells how much all tenants do."},
    {"column.enum", citus_ready,
     "Use text with a check: an enum's operators are not leakproof, so its indexes go unused."},
    {"column.sequence", citus_ready, "Use a uuid that the program makes."},

    {"policy.missing", isolation, protect_it},
    {"policy.unknown", isolation,
     "Drop it: policies add up, so any second one lets more rows through."},
    {"policy.sub_select", citus_ready,
     "Write `tenant_id = fh.tid()`: a sub-select is refused on distributed tables."},
    {"policy.restrictive", citus_ready,
     "Drop it: Citus makes it permissive on its shards, where it then lets rows through."},

    {"grant.excess", isolation,
     "Revoke it: truncate, references and trigger do not ask row level security."},
    {"grant.partition", hardening,
     "Revoke it: a partition is reached through its parent, whose policy does not hold here."},
    {"grant.public", hardening, "`revoke all on … from public`: grant it to the product's role."},
    {"grant.freehold", isolation, "Revoke it: Freehold's tables are reached by its API."},
    {"grant.system", isolation,
     "Revoke it: a product needs none of PostgreSQL's own tables or functions by name."},
    {"grant.default", hardening,
     "`alter default privileges … revoke …`: a new table is reachable before it is protected."},
    {"schema.create", isolation, "`revoke create on schema fh from …`."},

    {"key.missing", citus_ready, "Give it a primary key that leads with tenant_id."},
    {"key.unique_without_tenant", hardening,
     "Put tenant_id first: as it is, one tenant learns by a conflict what another has. If it is "
     "unique among all tenants on purpose, say so with --shared."},
    {"key.surrogate_without_tenant", citus_ready, lead_with_tenant},
    {"key.primary_not_led_by_tenant", citus_ready, lead_with_tenant},
    {"key.index_not_led_by_tenant", citus_ready, lead_with_tenant},
    {"key.foreign_without_tenant", hardening,
     "Make it (tenant_id, …) references … (tenant_id, …): as it is, a tenant can point to another "
     "tenant's row, without seeing it, and keep it from being deleted."},
    {"key.global_to_tenant", hardening,
     "Drop it: a row that all tenants share must not depend on one tenant's row."},
    {"key.null_on_tenant", hardening,
     "Name the columns: `on delete set null (…)` without tenant_id; as it is, the delete fails."},
    {"key.replica_identity", citus_ready, "`alter table … replica identity default`."},

    {"context.missing", isolation, protect_any},
    {"context.denied", hardening, protect_any},
    {"context.not_stable", isolation,
     "`alter function fh.tid() stable`: an immutable one stays in a plan for the next tenant."},
    {"context.changed", isolation, make_it_again},
    {"function.definer_unbound", isolation,
     "Make it security invoker, or give it to an owner who is no superuser and does not bypass row "
     "level security: it sees every tenant's rows."},
    {"function.definer", hardening,
     "Read it twice, or make it security invoker: it runs with its owner's rights."},
    {"function.immutable_reads_setting", isolation,
     "Make it stable: its answer for one tenant would be kept for the next."},
    {"function.leakproof", isolation,
     "`alter function … not leakproof`: it would be run on rows that the policy hides."},

    {"host.set_config", hardening, harden_it},
    {"host.do_blocks", hardening, harden_it},
    {"host.temporary_tables", hardening, harden_it},
    {"host.create_in_database", hardening, "`revoke create on database … from …`."},
    {"host.create_in_schema", hardening, "`revoke create on schema … from …`."},

    {"break_in.not_the_role", isolation,
     "The server takes this session for somebody else; look at the pooler and pg_ident.conf."},
    {"break_in.session", isolation,
     "A fresh session must have no tenant and row_security on; look for presets."},
    {"break_in.rows_without_tenant", isolation,
     "Rows were visible outside of any tenant; the table's other findings say why."},
    {"break_in.rows_of_nobody", isolation,
     "Rows were visible inside a tenant that does not exist; compare the table's policies."},
    {"break_in.second_tenant", isolation,
     "A transaction could change its tenant. Drop fh.enter "
     "and run `freehold protect`, which makes it again."},
    {"break_in.unknown_tenant", isolation, make_it_again},
    {"break_in.not_tried", hardening,
     "Give the doctor an admin that may become the role (`grant … to …`), or the role itself."},
};

}  // namespace

std::span<const db::Rule> rules() {
  return all_rules;
}

}  // namespace freehold::own_tables
