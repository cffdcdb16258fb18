// Finding documents. PostgreSQL's full-text parser makes the words ("running" is "run"), a table of
// rows holds them, and a search is the documents that have all of its words.
#include "core/async.hpp"
#include "core/json.hpp"
#include "documents/documents.hpp"
#include "documents/words.hpp"

namespace freehold::documents {
namespace {

const db::TenantQuery<std::vector<std::string>, std::string> words_of{"documents.words_of", R"(
  select tsvector_to_array(to_tsvector('english', $2)) as words
   where $1::uuid is not null)"};

const db::TenantQuery<void, DocumentId> forget_terms{"documents.forget_terms", R"(
  delete from documents.term
   where tenant_id = $1 and document_id = $2)"};

const db::TenantQuery<void, DocumentId> forget_tags{"documents.forget_tags", R"(
  delete from documents.tag
   where tenant_id = $1 and document_id = $2)"};

// Sixteen rows at a time, the last ones repeated: a fixed number of VALUES is one prepared
// statement, and unlike `select … from unnest(…)` it also runs on a distributed table.
const db::TenantQuery<void, DocumentId, std::string, std::string, std::string, std::string,
                      std::string, std::string, std::string, std::string, std::string, std::string,
                      std::string, std::string, std::string, std::string, std::string, std::string>
    add_terms{"documents.add_terms", R"(
  insert into documents.term (tenant_id, document_id, term)
  values ($1, $2, $3), ($1, $2, $4), ($1, $2, $5), ($1, $2, $6), ($1, $2, $7), ($1, $2, $8),
         ($1, $2, $9), ($1, $2, $10), ($1, $2, $11), ($1, $2, $12), ($1, $2, $13), ($1, $2, $14),
         ($1, $2, $15), ($1, $2, $16), ($1, $2, $17), ($1, $2, $18)
      on conflict on constraint one_row_per_word do nothing)"};

const db::TenantQuery<void, DocumentId, std::string> add_tag{"documents.add_tag", R"(
  insert into documents.tag (tenant_id, document_id, tag)
  values ($1, $2, $3)
      on conflict on constraint one_row_per_tag do nothing)"};

const db::TenantQuery<Document, std::optional<DocumentId>, std::int64_t> newest{"documents.newest",
                                                                                R"(
  select d.id, d.title, d.body, d.tags, d.created_by, d.created_at, d.updated_at
    from documents.document d
   where d.tenant_id = $1
     and d.deleted_at is null
     and ($2::uuid is null
          or (d.updated_at, d.id) < (select b.updated_at, b.id
                                       from documents.document b
                                      where b.tenant_id = $1 and b.id = $2))
   order by d.updated_at desc, d.id desc
   limit $3)"};

const db::TenantQuery<Document, std::vector<std::string>, std::string, std::optional<DocumentId>,
                      std::int64_t>
    matching{"documents.matching", R"(
  with hits as (
      select t.document_id
        from documents.term t
       where t.tenant_id = $1 and t.term = any ($2)
       group by t.document_id
      having count(*) = cardinality($2)
  )
  select d.id, d.title, d.body, d.tags, d.created_by, d.created_at, d.updated_at
    from documents.document d
   where d.tenant_id = $1
     and d.deleted_at is null
     and (cardinality($2) = 0 or d.id in (select document_id from hits))
     and ($3 = '' or exists (select 1
                               from documents.tag g
                              where g.tenant_id = $1 and g.tag = $3 and g.document_id = d.id))
     and ($4::uuid is null
          or (d.updated_at, d.id) < (select b.updated_at, b.id
                                       from documents.document b
                                      where b.tenant_id = $1 and b.id = $4))
   order by d.updated_at desc, d.id desc
   limit $5)"};

const db::TenantQuery<Document, std::optional<DocumentId>> in_order{"documents.all_after", R"(
  select d.id, d.title, d.body, d.tags, d.created_by, d.created_at, d.updated_at
    from documents.document d
   where d.tenant_id = $1
     and d.deleted_at is null
     and ($2::uuid is null or d.id > $2)
   order by d.id
   limit 500)"};

// A deleted document has no rows here.
const db::TenantQuery<TagCount> most_used_tags{"documents.tags_in_use", R"(
  select tag, count(*) as documents
    from documents.tag
   where tenant_id = $1
   group by tag
   order by documents desc, tag
   limit 12)"};

constexpr std::size_t longest_word = 200;  // longer "words" are noise, and an index row is bounded

}  // namespace

Task<> store_words(db::DataTx& tx, DocumentId id, std::string text, std::vector<std::string> tags) {
  auto words = co_await tx.row(words_of, std::move(text));
  std::erase_if(words, [](const std::string& word) { return word.size() > longest_word; });
  for (std::size_t at = 0; at < words.size(); at += 16) {
    const auto word = [&](std::size_t i) { return words[std::min(at + i, words.size() - 1)]; };
    co_await tx.run(add_terms, id, word(0), word(1), word(2), word(3), word(4), word(5), word(6),
                    word(7), word(8), word(9), word(10), word(11), word(12), word(13), word(14),
                    word(15));
  }
  for (const std::string& tag : tags) co_await tx.run(add_tag, id, tag);
}

Task<> forget_words(db::DataTx& tx, DocumentId id) {
  co_await tx.run(forget_terms, id);
  co_await tx.run(forget_tags, id);
}

Task<std::vector<Document>> find(db::DataRead& db, Search search) {
  const std::int64_t limit = search.limit;
  if (search.words.empty() && search.tag.empty())
    co_return co_await db.rows(newest, search.starting_after, limit);
  auto words = co_await db.row(words_of, search.words);
  // Only words that say nothing ("the"): nothing can be found by them.
  if (words.empty() && !search.words.empty()) co_return std::vector<Document>{};
  co_return co_await db.rows(matching, std::move(words), search.tag, search.starting_after, limit);
}

Task<std::vector<TagCount>> tags_in_use(db::DataRead& db) {
  co_return co_await db.rows(most_used_tags);
}

Task<std::vector<Document>> all_after(db::DataRead& db, std::optional<DocumentId> after) {
  co_return co_await db.rows(in_order, after);
}

}  // namespace freehold::documents
