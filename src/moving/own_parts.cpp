// The files that every workspace's export has, whatever the product.
#include "access/access.hpp"
#include "audit/audit.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "identity/identity.hpp"
#include "moving/leaving.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::moving {
namespace {

constexpr int entries_at_once = 200;

struct PersonLine {
  UserId id;
  std::string name;
  std::string email;
  tenancy::Role role;
  Instant joined_at;
};
BOOST_DESCRIBE_STRUCT(PersonLine, (), (id, name, email, role, joined_at))

template <class Row>
std::string lines_of(const std::vector<Row>& rows) {
  std::string text;
  for (const Row& row : rows) text += json::serialize(to_json(row)) + "\n";
  return text;
}

Task<Lines> read_workspace(db::Database& database, Actor actor) {
  db::ControlRead db = database.control_read(actor);
  const std::vector<tenancy::Tenant> one{co_await tenancy::get_tenant(db)};
  co_return Lines{lines_of(one), {}};
}

Task<Lines> read_people(db::Database& database, Actor actor) {
  db::ControlRead db = database.control_read(actor);
  const auto members = co_await tenancy::members(db);
  std::vector<UserId> ids;
  ids.reserve(members.size());
  for (const tenancy::Membership& member : members) ids.push_back(member.user_id);
  const auto people = co_await identity::people(db, std::move(ids));
  std::vector<PersonLine> lines;
  for (const tenancy::Membership& member : members) {
    const auto person = std::ranges::find(people, member.user_id, &identity::Person::id);
    const bool known = person != people.end();
    lines.push_back({.id = member.user_id,
                     .name = known ? person->name : "",
                     .email = known ? person->email : "",
                     .role = member.role,
                     .joined_at = member.joined_at});
  }
  co_return Lines{lines_of(lines), {}};
}

Task<Lines> read_keys(db::Database& database, Actor actor) {
  db::ControlRead db = database.control_read(actor);
  const auto keys = co_await access::keys(db);
  co_return Lines{lines_of(keys), {}};
}

Task<Lines> read_subscriptions(db::Database& database, Actor actor) {
  db::ControlRead db = database.control_read(actor);
  const auto all = co_await billing::subscriptions(db);
  co_return Lines{lines_of(all), {}};
}

Task<Lines> read_invoices(db::Database& database, Actor actor) {
  db::ControlRead db = database.control_read(actor);
  const auto all = co_await billing::invoices(db);
  co_return Lines{lines_of(all), {}};
}

Task<Lines> read_audit(db::Database& database, Actor actor, std::string from) {
  db::ControlRead db = database.control_read(actor);
  audit::Filter filter;
  filter.limit = entries_at_once;
  filter.starting_after = audit::EntryId::parse(from);
  const auto some = co_await audit::entries(db, filter);
  Lines lines{lines_of(some), {}};
  if (int(some.size()) == entries_at_once) lines.next = to_string(some.back().id);
  co_return lines;
}

using Read = Task<Lines> (*)(db::Database&, Actor);

ExportPart whole(db::Database& database, std::string name, std::string about, Read read) {
  return {
      std::move(name), std::move(about),
      [&database, read](const Actor& actor, const std::string&) { return read(database, actor); }};
}

}  // namespace

std::vector<ExportPart> own_parts(db::Database& database) {
  std::vector<ExportPart> parts{
      whole(database, "tenant", "Its name and address.", read_workspace),
      whole(database, "people", "Who belongs to it, with roles.", read_people),
      whole(database, "api_keys", "Names of API keys, without their secrets.", read_keys),
      whole(database, "subscriptions", "What was paid for.", read_subscriptions),
      whole(database, "invoices", "The last 100 invoices.", read_invoices)};
  parts.push_back({"audit", "Who did what.", [&database](const Actor& actor, std::string from) {
                     return read_audit(database, actor, std::move(from));
                   }});
  return parts;
}

}  // namespace freehold::moving
