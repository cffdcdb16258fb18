#include "db/detail/opening.hpp"

namespace freehold::db::detail {
namespace {

// Made before main, as the queries are: statements take their numbers there.
const Statement begin{"db.begin", "begin", {}};
const Statement commit{"db.commit", "commit", {}};
const Statement rollback{"db.rollback", "rollback", {}};
const Statement enter{"db.enter", "select fh.enter($1)", {uuid_type.oid}};
const Statement create{"db.create_tenant", "select fh.create_tenant($1)", {uuid_type.oid}};

}  // namespace

const Statement& begin_statement() {
  return begin;
}

const Statement& commit_statement() {
  return commit;
}

const Statement& rollback_statement() {
  return rollback;
}

const Statement* opening_statement(Opening opening) {
  switch (opening) {
    case Opening::none:
      return nullptr;
    case Opening::enter:
      return &enter;
    case Opening::create:
      return &create;
  }
  return nullptr;
}

}  // namespace freehold::db::detail
