#include "audit/audit.hpp"

#include "core/async.hpp"
#include "core/json.hpp"
#include "core/words.hpp"

namespace freehold::audit {
namespace {

const db::TenantQuery<void, EntryId, Instant, std::string, std::string, std::string, std::string,
                      std::string, db::RawJson, std::optional<std::string>, std::string>
    add_event{"audit.add_event", R"(
  insert into audit.event (tenant_id, id, occurred_at, action, actor_type, actor_id, target_type,
                           target_id, changes, reason, request_id)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11))"};

const db::TenantQuery<void, EntryId, std::optional<UserId>, std::optional<UserId>,
                      std::optional<std::string>, std::optional<std::string>,
                      std::optional<std::string>>
    add_people{"audit.add_people", R"(
  insert into audit.person (tenant_id, event_id, actor_user_id, target_user_id, target_name, ip,
                            user_agent)
  values ($1, $2, $3, $4, $5, $6, $7))"};

struct EntryRow {
  EntryId id;
  Instant occurred_at;
  std::string action;
  std::string actor_type;
  std::string actor_id;
  std::string target_type;
  std::string target_id;
  db::RawJson changes;
  std::optional<std::string> reason;
  std::optional<std::string> target_name;
  std::optional<std::string> ip;
};
BOOST_DESCRIBE_STRUCT(EntryRow, (),
                      (id, occurred_at, action, actor_type, actor_id, target_type, target_id,
                       changes, reason, target_name, ip))

// An action that ends with a dot stands for all that begin with it; `^@` is a leakproof prefix
// match, so it may use an index below row level security.
const db::TenantQuery<EntryRow, std::string, std::string, std::string, std::optional<Instant>,
                      std::optional<Instant>, std::optional<EntryId>, std::int64_t>
    filtered{"audit.entries", R"(
  select e.id, e.occurred_at, e.action, e.actor_type, e.actor_id, e.target_type, e.target_id,
         e.changes, e.reason, p.target_name, p.ip
    from audit.event e
    left join audit.person p on p.tenant_id = $1 and p.event_id = e.id
   where e.tenant_id = $1
     and ($2 = '' or e.action = $2 or (right($2, 1) = '.' and e.action ^@ $2))
     and ($3 = '' or e.actor_id = $3)
     and ($4 = '' or e.target_id = $4)
     and ($5::timestamptz is null or e.occurred_at >= $5)
     and ($6::timestamptz is null or e.occurred_at < $6)
     and ($7::uuid is null
          or (e.occurred_at, e.id) < (select b.occurred_at, b.id
                                        from audit.event b
                                       where b.tenant_id = $1 and b.id = $7))
   order by e.occurred_at desc, e.id desc
   limit $8)"};

const db::TenantQuery<std::string, Instant> select_actions{"audit.actions_at", R"(
  select distinct action
    from audit.event
   where tenant_id = $1
     and occurred_at = $2
   order by action
   limit 200)"};

const db::TenantQuery<void, UserId> erase_actor{"audit.erase_actor", R"(
  update audit.person
     set ip = null, user_agent = null
   where tenant_id = $1 and actor_user_id = $2)"};

const db::TenantQuery<void, UserId> erase_target{"audit.erase_target", R"(
  update audit.person
     set target_name = null
   where tenant_id = $1 and target_user_id = $2)"};

const db::TenantQuery<void, std::string> erase_invited{"audit.erase_invited", R"(
  update audit.person
     set target_name = null
   where tenant_id = $1 and target_name = $2)"};

std::optional<std::string> unless_empty(std::string text) {
  if (text.empty()) return {};
  return text;
}

std::string actor_id_of(const Actor& actor) {
  switch (actor.kind()) {
    case ActorKind::user:
      return to_string(*actor.user());
    case ActorKind::api_key:
      return to_string(*actor.api_key());
    case ActorKind::product:
      return to_string(*actor.product_key());
    case ActorKind::staff:
      return to_string(*actor.staff());
    case ActorKind::job:
      return actor.job();
  }
  return {};
}

std::string_view actor_type_of(const Actor& actor) {
  switch (actor.kind()) {
    case ActorKind::user:
      return "user";
    case ActorKind::api_key:
      return "api_key";
    case ActorKind::product:
      return "product";
    case ActorKind::staff:
      return "staff";
    case ActorKind::job:
      return "job";
  }
  return {};
}

template <class Tx>
Task<EntryId> write(Tx& tx, Act act) {
  const Actor& actor = tx.actor();
  const EntryId id = EntryId::make(tx.now());
  const db::RawJson changes{json::serialize(to_json(act.changes))};
  const std::string actor_type{act.by_user ? "user" : actor_type_of(actor)};
  const std::string actor_id = act.by_user ? to_string(*act.by_user) : actor_id_of(actor);
  co_await tx.run(add_event, id, tx.now(), act.action, actor_type, actor_id, act.target_type,
                  act.target_id, changes, unless_empty(act.reason), actor.origin().request_id);
  const std::optional<UserId> person = act.by_user ? act.by_user : actor.user();
  co_await tx.run(add_people, id, person, act.target_user, unless_empty(act.target_name),
                  unless_empty(actor.origin().ip), unless_empty(actor.origin().user_agent));
  co_return id;
}

Entry entry_of(EntryRow row) {
  std::vector<Change> changes;
  FieldErrors errors;
  read_json(parse_json(row.changes.text), changes, "changes", errors);
  return {row.id,
          row.occurred_at,
          std::move(row.action),
          std::move(row.actor_type),
          std::move(row.actor_id),
          std::move(row.target_type),
          std::move(row.target_id),
          std::move(row.target_name),
          std::move(changes),
          std::move(row.reason),
          std::move(row.ip)};
}

}  // namespace

Notes notes_on(const Change*) {
  return {"AuditChange",
          "One member of something, before and after.",
          {{"field", "Its name: small letters and `_`.", {.least = 1, .pattern = "^[a-z_]+$"}},
           {"old_value", "What it was. Null: it was not there.", {.most = longest_value}},
           {"new_value", "What it became. Null: it is gone.", {.most = longest_value}}},
          "AuditChangeToWrite"};
}

Notes notes_on(const Entry*) {
  return {
      "AuditEvent",
      "An act that somebody did in a workspace.",
      {{"id", "Its id."},
       {"occurred_at", "When."},
       {"action",
        "What was done: `member.role_changed`. What products write begins with "
        "`product.`."},
       {"actor_type", "Who did it: `user`, `api_key`, `product`, `staff` or `job`."},
       {"actor_id", "Their id."},
       {"target_type", "What it was done to: `membership`."},
       {"target_id", "Its id."},
       {"target_name", "What people call it. Null: it was erased, or never had a name."},
       {"changes", "What changed about it."},
       {"reason", "Why, where somebody had to say so."},
       {"ip", "The address that it was done from. Null: it was erased, or no request did it."}}};
}

Task<EntryId> record(db::ControlTx& tx, Act act) {
  return write(tx, std::move(act));
}
Task<EntryId> record(db::DataTx& tx, Act act) {
  return write(tx, std::move(act));
}

Task<std::vector<Entry>> entries(db::ControlRead& db, Filter filter) {
  auto rows =
      co_await db.rows(filtered, filter.action, filter.actor_id, filter.target_id, filter.from,
                       filter.until, filter.starting_after, std::int64_t{filter.limit});
  std::vector<Entry> found;
  found.reserve(rows.size());
  for (auto& row : rows) found.push_back(entry_of(std::move(row)));
  co_return found;
}

Task<std::vector<std::string>> actions_at(db::ControlRead& db, Instant at) {
  return db.rows(select_actions, at);
}

Task<std::int64_t> erase_person(db::ControlTx& tx, UserId user, std::string email) {
  const auto acted = co_await tx.run(erase_actor, user);
  const auto suffered = co_await tx.run(erase_target, user);
  const auto addressed = co_await tx.run(erase_invited, std::move(email));
  co_return acted + suffered + addressed;
}

std::string words_of(std::string_view action) {
  std::string text(action);
  if (text.starts_with("tenant.")) text.replace(0, 6, words().workspace);
  std::ranges::replace(text, '.', ' ');
  std::ranges::replace(text, '_', ' ');
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z')
    text.front() = char(text.front() - 'a' + 'A');
  return text;
}

}  // namespace freehold::audit
