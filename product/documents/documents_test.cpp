#include "documents/documents.hpp"

#include <doctest/doctest.h>

#include "core/async.hpp"
#include "core/json.hpp"
#include "tenancy/tenancy.hpp"
#include "tests/support/world.hpp"

using namespace freehold;
using namespace freehold::documents;

namespace {

constexpr std::string_view plans = R"(
[[plans]]
key = "free"
name = "Free"
tagline = "Free."
default = true
limits = { "documents.documents" = 3 }

[[plans]]
key = "pro"
name = "Pro"
tagline = "Pro."
features = ["documents.export"]
limits = { "documents.documents" = 1000 }
prices = [{ amount = 4900, currency = "usd", interval = "month" }]
)";

Actor writer(int tenant = 1) {
  TenantId id;
  id.uuid.bytes[15] = std::uint8_t(tenant);
  UserId user;
  user.uuid.bytes[15] = 1;
  return ActorMint::user(id, user, "member", {}, {});
}

entitlements::Snapshot snapshot_with(catalog::Allowance limit) {
  entitlements::Snapshot snapshot;
  snapshot.plan = "free";
  snapshot.plan_name = "Free";
  snapshot.allowances.emplace(document_limit.key, limit);
  return snapshot;
}

Task<> found(db::Database& database, int tenant) {
  const Actor actor = writer(tenant);
  db::ControlTx tx = database.control_of_new_tenant(actor);
  const std::string slug = fmt::format("tenant-{}", tenant);
  co_await tenancy::create_tenant(tx, {actor.tenant(), slug, "Tenant", *actor.user()});
  co_await tx.commit();
}

struct Fixture;

// What came of it: "done", or what was wrong.
std::string said(const Problem& problem) {
  std::string text = problem.code;
  for (const FieldError& error : problem.errors) text += ", " + error.field + ": " + error.message;
  if (problem.upgrade)
    text += fmt::format(", {} for {}, {}", problem.upgrade->plan, problem.upgrade->price,
                        problem.upgrade->url);
  return text;
}

Task<> write(db::Database& database, const entitlements::Snapshot& snapshot,
             const catalog::Catalog& catalog, Draft draft, DocumentId& into, std::string& outcome) {
  const Terms terms{snapshot, catalog, "/plans"};
  try {
    db::DataTx tx = database.data(writer());
    const Document made = co_await create(tx, terms, std::move(draft));
    co_await tx.commit();
    into = made.id;
    outcome = "done";
  } catch (const Problem& problem) {
    outcome = said(problem);
  }
}

Task<> alter(db::Database& database, DocumentId id, Changes changes, std::string& outcome) {
  try {
    db::DataTx tx = database.data(writer());
    co_await change(tx, id, std::move(changes));
    co_await tx.commit();
    outcome = "done";
  } catch (const Problem& problem) {
    outcome = said(problem);
  }
}

Task<> erase(db::Database& database, int tenant, DocumentId id, std::string& outcome) {
  try {
    db::DataTx tx = database.data(writer(tenant));
    co_await documents::remove(tx, id);
    co_await tx.commit();
    outcome = "done";
  } catch (const Problem& problem) {
    outcome = said(problem);
  }
}

Task<> bring_back(db::Database& database, const entitlements::Snapshot& snapshot,
                  const catalog::Catalog& catalog, DocumentId id, std::string& outcome) {
  const Terms terms{snapshot, catalog, "/plans"};
  try {
    db::DataTx tx = database.data(writer());
    co_await restore(tx, terms, id);
    co_await tx.commit();
    outcome = "done";
  } catch (const Problem& problem) {
    outcome = said(problem);
  }
}

Task<> look_for(db::Database& database, int tenant, Search search, std::vector<Document>& into) {
  db::DataRead db = database.data_read(writer(tenant));
  into = co_await find(db, std::move(search));
}

Task<> list_tags(db::Database& database, std::string& text) {
  db::DataRead db = database.data_read(writer());
  for (const TagCount& tag : co_await tags_in_use(db))
    text += fmt::format("{} {}\n", tag.tag, tag.documents);
}

Task<> purge_old(db::Database& database, std::int64_t& removed) {
  db::MoverTx tx = database.mover(writer());
  removed = co_await purge(tx);
  co_await tx.commit();
}

struct Fixture {
  test::World world{{"db", "events", "audit", "tenancy", "documents"}, 2};
  const catalog::Catalog catalog = catalog::Catalog::parse(plans, catalog::declared_by({module()}));
  entitlements::Snapshot snapshot = snapshot_with(1000);

  Fixture() {
    for (int tenant : {1, 2})
      world.run([&](db::Database& database) { return found(database, tenant); });
  }
  // The id, or what was wrong in `outcome`.
  DocumentId add(const Draft& draft) {
    world.business().advance(seconds(1));
    DocumentId id;
    world.run([&](db::Database& db) { return write(db, snapshot, catalog, draft, id, outcome); });
    return id;
  }
  std::string change_it(DocumentId id, const Changes& changes) {
    world.business().advance(seconds(1));
    world.run([&](db::Database& database) { return alter(database, id, changes, outcome); });
    return outcome;
  }
  std::string remove_it(DocumentId id, int tenant = 1) {
    world.run([&](db::Database& database) { return erase(database, tenant, id, outcome); });
    return outcome;
  }
  std::string restore_it(DocumentId id) {
    world.business().advance(seconds(1));
    world.run([&](db::Database& db) { return bring_back(db, snapshot, catalog, id, outcome); });
    return outcome;
  }
  std::string titles(const Search& search, int tenant = 1) {
    std::vector<Document> found;
    world.run([&](db::Database& db) { return look_for(db, tenant, search, found); });
    std::string text;
    for (const Document& document : found) text += document.title + "\n";
    return text;
  }
  std::string tags() {
    std::string text;
    world.run([&](db::Database& database) { return list_tags(database, text); });
    return text;
  }
  std::string outcome;
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a document is found by all of its words in any form, and by its tag") {
  add({"Sailing to Malmö", "We were running late.", {"Boats", "trip"}});
  add({"Harbour fees", "Boats pay by length; runners do not.", {"boats"}});
  add({"Recipe", "Fish.", {}});

  CHECK(titles({}) == "Recipe\nHarbour fees\nSailing to Malmö\n");
  CHECK(titles({.words = "boat"}) == "Harbour fees\n");
  CHECK(titles({.words = "run late"}) == "Sailing to Malmö\n");
  CHECK(titles({.words = "run fish"}).empty());
  CHECK(titles({.words = "the"}).empty());
  CHECK(titles({.tag = "boats"}) == "Harbour fees\nSailing to Malmö\n");
  CHECK(titles({.words = "late", .tag = "boats"}) == "Sailing to Malmö\n");
  CHECK(titles({.words = "late", .tag = "fish"}).empty());
  CHECK(tags() == "boats 2\ntrip 1\n");
}

TEST_CASE_FIXTURE(Fixture, "a list goes on where it stopped") {
  for (const char* title : {"One", "Two", "Three"}) add({title, "boat words", {}});
  std::vector<Document> first;
  world.run([&](db::Database& db) { return look_for(db, 1, {.limit = 2}, first); });
  const DocumentId last = first.back().id;
  CHECK(titles({.limit = 2}) == "Three\nTwo\n");
  CHECK(titles({.starting_after = last, .limit = 2}) == "One\n");
  CHECK(titles({.words = "boats", .starting_after = last}) == "One\n");
}

TEST_CASE_FIXTURE(Fixture, "only what is given changes, and the search follows") {
  const DocumentId id = add({"Plans", "Old text", {"draft"}});
  CHECK(change_it(id, {.title = {}, .body = "New wording", .tags = {}}) == "done");
  CHECK(titles({.words = "plan wording", .tag = "draft"}) == "Plans\n");
  CHECK(titles({.words = "text"}).empty());
  CHECK(change_it(id, {.title = {}, .body = {}, .tags = std::vector<std::string>{}}) == "done");
  CHECK(tags().empty());
  CHECK(world.rows("select action, changes from audit.event where action = 'document.changed' "
                   "order by occurred_at limit 1") ==
        R"(document.changed [{"field": "body", "new_value": null, "old_value": null}])"
        "\n");
}

TEST_CASE_FIXTURE(Fixture, "every mistake of a draft is said, and a tidy one is stored") {
  Draft wrong{"  ", std::string(100'001, 'x'), {std::string(41, 'y')}};
  add(wrong);
  CHECK(outcome ==
        "invalid_input, title: Enter a title., body: Use at most 100,000 bytes., "
        "tags: A tag has at most 40 characters.");
  add({std::string(201, 'x'), "", std::vector<std::string>{}});
  CHECK(outcome == "invalid_input, title: Use at most 200 characters.");
  add({" Tidy ", "", {" A ", "a", "", "B"}});
  CHECK(outcome == "done");
  CHECK(world.rows("select title, tags from documents.document") == "Tidy {a,b}\n");
}

TEST_CASE_FIXTURE(Fixture, "a deleted document is gone, and comes back as it was") {
  const DocumentId id = add({"Minutes", "We met.", {"board"}});
  CHECK(remove_it(id) == "done");
  CHECK(remove_it(id) == "not_found");
  CHECK(titles({}).empty());
  CHECK(titles({.words = "met"}).empty());
  CHECK(tags().empty());
  CHECK(restore_it(id) == "done");
  CHECK(restore_it(id) == "not_found");
  CHECK(titles({.words = "met", .tag = "board"}) == "Minutes\n");
  CHECK(world.rows("select type from events.outbox where type like 'document.%' order by type") ==
        "document.created\ndocument.deleted\ndocument.restored\n");
}

TEST_CASE_FIXTURE(
    Fixture, "at the limit nothing is added or brought back, and the plan with more is named") {
  snapshot = snapshot_with(3);
  const DocumentId first = add({"One", "", {}});
  add({"Two", "", {}});
  add({"Three", "", {}});
  add({"Four", "", {}});
  CHECK(outcome == "limit_reached, pro for $49.00 a month, /plans");
  remove_it(first);
  add({"Four", "", {}});
  CHECK(outcome == "done");
  CHECK(restore_it(first) == "limit_reached, pro for $49.00 a month, /plans");
  CHECK(titles({}) == "Four\nThree\nTwo\n");
}

TEST_CASE_FIXTURE(Fixture, "of ten who add at the same time only as many as fit succeed") {
  snapshot = snapshot_with(3);
  std::vector<std::string> outcomes;
  outcomes.resize(10);
  std::vector<DocumentId> ids;
  ids.resize(10);
  std::vector<test::World::Work> works;
  for (std::size_t i = 0; i < 10; ++i) {
    works.push_back([&, i](db::Database& database) {
      return write(database, snapshot, catalog, {fmt::format("Number {}", i), "", {}}, ids[i],
                   outcomes[i]);
    });
  }
  world.run_all(works);
  CHECK(std::ranges::count(outcomes, "done") == 3);
  CHECK(std::ranges::count(outcomes, "limit_reached, pro for $49.00 a month, /plans") == 7);
  CHECK(world.rows("select count(*) from documents.document") == "3\n");
}

TEST_CASE_FIXTURE(Fixture, "another workspace's documents do not exist") {
  const DocumentId id = add({"Secret", "Nothing to see", {"private"}});
  CHECK(titles({}, 2).empty());
  CHECK(titles({.words = "see"}, 2).empty());
  CHECK(remove_it(id, 2) == "not_found");
  CHECK(titles({}) == "Secret\n");
}

TEST_CASE_FIXTURE(Fixture, "what was deleted is removed for good after thirty days") {
  const DocumentId id = add({"Old", "", {}});
  add({"Kept", "", {}});
  remove_it(id);
  std::int64_t removed = 0;
  world.business().advance(purged_after);
  world.run([&](db::Database& database) { return purge_old(database, removed); });
  CHECK(removed == 0);
  world.business().advance(seconds(1));
  world.run([&](db::Database& database) { return purge_old(database, removed); });
  CHECK(removed == 1);
  CHECK(restore_it(id) == "not_found");
  CHECK(titles({}) == "Kept\n");
}
