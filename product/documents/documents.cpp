// Documents: their rows and rules.
#include "documents/documents.hpp"

#include "audit/audit.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "documents/words.hpp"

namespace freehold::documents {
namespace {

const db::TenantQuery<void> make_gauge{"documents.make_gauge", R"(
  insert into documents.gauge (tenant_id)
  values ($1)
      on conflict on constraint one_gauge_per_tenant do nothing)"};

const db::TenantQuery<TenantId> lock_gauge{"documents.lock_gauge", R"(
  select tenant_id
    from documents.gauge
   where tenant_id = $1
     for update)"};

const db::TenantQuery<std::int64_t> select_count{"documents.count", R"(
  select count(*)
    from documents.document
   where tenant_id = $1 and deleted_at is null)"};

const db::TenantQuery<void, DocumentId, std::string, std::string, std::vector<std::string>,
                      std::string, Instant>
    insert{"documents.create", R"(
  insert into documents.document (tenant_id, id, title, body, tags, created_by, created_at, updated_at)
  values ($1, $2, $3, $4, $5, $6, $7, $7))"};

const db::TenantQuery<Document, DocumentId> select_one{"documents.get", R"(
  select id, title, body, tags, created_by, created_at, updated_at
    from documents.document
   where tenant_id = $1 and id = $2 and deleted_at is null)"};

const db::TenantQuery<Document, DocumentId> select_deleted{"documents.find_deleted", R"(
  select id, title, body, tags, created_by, created_at, updated_at
    from documents.document
   where tenant_id = $1 and id = $2 and deleted_at is not null)"};

const db::TenantQuery<Document, DocumentId> lock_one{"documents.lock", R"(
  select id, title, body, tags, created_by, created_at, updated_at
    from documents.document
   where tenant_id = $1 and id = $2 and deleted_at is null
     for update)"};

const db::TenantQuery<void, DocumentId, std::string, std::string, std::vector<std::string>, Instant>
    update{"documents.change", R"(
  update documents.document
     set title = $3, body = $4, tags = $5, updated_at = $6
   where tenant_id = $1 and id = $2 and deleted_at is null)"};

const db::TenantQuery<std::string, DocumentId, Instant> mark_deleted{"documents.remove", R"(
  update documents.document
     set deleted_at = $3
   where tenant_id = $1 and id = $2 and deleted_at is null
  returning title)"};

const db::TenantQuery<Document, DocumentId, Instant> unmark_deleted{"documents.restore", R"(
  update documents.document
     set deleted_at = null, updated_at = $3
   where tenant_id = $1 and id = $2 and deleted_at is not null
  returning id, title, body, tags, created_by, created_at, updated_at)"};

const db::TenantQuery<void, Instant> delete_old{"documents.purge", R"(
  delete from documents.document
   where tenant_id = $1 and deleted_at < $2)"};

std::string maker_of(const Actor& actor) {
  if (actor.user()) return to_string(*actor.user());
  if (actor.api_key()) return to_string(*actor.api_key());
  return actor.job();
}

std::string payload_of(DocumentId id) {
  return json::serialize(json::object{{"document", to_string(id)}});
}

audit::Act act_of(std::string action, DocumentId id, std::string title) {
  return {.action = std::move(action),
          .target_type = "document",
          .target_id = to_string(id),
          .target_name = std::move(title)};
}

// One more document has a place: checked under the lock, so that two cannot both take the last one.
Task<> require_place(db::DataTx& tx, const Terms& terms) {
  if (!terms.snapshot.allowance(document_limit.key)) co_return;
  co_await tx.run(make_gauge);
  co_await tx.row(lock_gauge);
  const std::int64_t live = co_await tx.row(select_count);
  entitlements::require_below_limit(terms.snapshot, document_limit, live, terms.catalog,
                                    terms.upgrade_url);
}

}  // namespace

Task<Document> create(db::DataTx& tx, const Terms& terms, Draft draft) {
  draft = checked(std::move(draft));
  co_await require_place(tx, terms);
  const Instant now = tx.now();
  const Document made{DocumentId::make(now),
                      std::move(draft.title),
                      std::move(draft.body),
                      std::move(draft.tags),
                      maker_of(tx.actor()),
                      now,
                      now};
  co_await tx.run(insert, made.id, made.title, made.body, made.tags, made.created_by, now);
  co_await store_words(tx, made.id, made.title + "\n" + made.body, made.tags);
  co_await events::emit(tx, document_created, payload_of(made.id));
  co_await audit::record(tx, act_of("document.created", made.id, made.title));
  co_return made;
}

Task<Document> change(db::DataTx& tx, DocumentId id, Changes changes) {
  const auto found = co_await tx.find(lock_one, id);
  if (!found) throw Problem::not_found("document");
  const Document& before = *found;
  Draft draft = checked({changes.title.value_or(before.title), changes.body.value_or(before.body),
                         changes.tags.value_or(before.tags)});
  const Document after{id,
                       std::move(draft.title),
                       std::move(draft.body),
                       std::move(draft.tags),
                       before.created_by,
                       before.created_at,
                       tx.now()};
  co_await tx.run(update, id, after.title, after.body, after.tags, after.updated_at);
  co_await forget_words(tx, id);
  co_await store_words(tx, id, after.title + "\n" + after.body, after.tags);
  audit::Act act = act_of("document.changed", id, after.title);
  if (before.title != after.title) act.changes.push_back({"title", before.title, after.title});
  if (before.body != after.body) act.changes.push_back({"body", {}, {}});
  if (before.tags != after.tags)
    act.changes.push_back({"tags", fmt::format("{}", fmt::join(before.tags, ", ")),
                           fmt::format("{}", fmt::join(after.tags, ", "))});
  co_await audit::record(tx, std::move(act));
  co_return after;
}

Task<> remove(db::DataTx& tx, DocumentId id) {
  const auto title = co_await tx.find(mark_deleted, id, tx.now());
  if (!title) throw Problem::not_found("document");
  co_await forget_words(tx, id);
  co_await events::emit(tx, document_deleted, payload_of(id));
  co_await audit::record(tx, act_of("document.deleted", id, *title));
}

Task<Document> restore(db::DataTx& tx, const Terms& terms, DocumentId id) {
  co_await require_place(tx, terms);
  const auto restored = co_await tx.find(unmark_deleted, id, tx.now());
  if (!restored) throw Problem::not_found("deleted document");
  co_await store_words(tx, id, restored->title + "\n" + restored->body, restored->tags);
  co_await events::emit(tx, document_restored, payload_of(id));
  co_await audit::record(tx, act_of("document.restored", id, restored->title));
  co_return *restored;
}

Task<Document> get(db::DataRead& db, DocumentId id) {
  const auto found = co_await db.find(select_one, id);
  if (!found) throw Problem::not_found("document");
  co_return *found;
}

Task<std::optional<Document>> find_deleted(db::DataRead& db, DocumentId id) {
  co_return co_await db.find(select_deleted, id);
}

Task<std::int64_t> count(db::DataRead& db) {
  co_return co_await db.row(select_count);
}

Task<std::int64_t> count_live(db::Database& database, const Actor& actor) {
  db::DataRead db = database.data_read(actor);
  co_return co_await count(db);
}

Task<std::int64_t> purge(db::MoverTx& tx) {
  co_return co_await tx.run(delete_old, tx.now() - purged_after);
}

}  // namespace freehold::documents
