#include "core/async.hpp"
#include "core/json.hpp"
#include "identity/identity.hpp"

namespace freehold::identity {
namespace {

struct PersonRow {
  UserId user_id;
  std::string email;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(PersonRow, (), (user_id, email, name))

const db::Query<PersonRow, std::vector<UserId>> of_tenant{"identity.people", R"(
  select user_id, email, name
    from identity.people($1))"};

const db::Query<PersonRow, UserId> by_id{"identity.find_person", R"(
  select user_id, email, name
    from identity.account
   where user_id = $1)"};

const db::Query<PersonRow, std::string> by_email{"identity.find_person_by_email", R"(
  select user_id, email, name
    from identity.account
   where email = $1)"};

Person person_of(PersonRow row) {
  return {row.user_id, std::move(row.email), std::move(row.name)};
}

std::optional<Person> person_of(std::optional<PersonRow> row) {
  if (!row) return {};
  return person_of(std::move(*row));
}

}  // namespace

Task<std::vector<Person>> people(db::ControlRead& db, std::vector<UserId> ids) {
  auto rows = co_await db.rows(of_tenant, std::move(ids));
  std::vector<Person> found;
  for (auto& row : rows) found.push_back(person_of(std::move(row)));
  co_return found;
}

Task<std::optional<Person>> find_person(db::IdentityRead& db, UserId id) {
  auto row = co_await db.find(by_id, id);
  co_return person_of(std::move(row));
}

Task<std::optional<Person>> find_person_by_email(db::IdentityRead& db, std::string email) {
  auto row = co_await db.find(by_email, std::move(email));
  co_return person_of(std::move(row));
}

}  // namespace freehold::identity
