#include "billing/whose.hpp"

#include "billing/json_fields.hpp"
#include "billing/sync.hpp"
#include "core/async.hpp"
#include "identity/arrivals.hpp"
#include "identity/identity.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::billing {
namespace {

using fields::at;
using fields::text;

constexpr std::size_t batch = 500;

struct KnownCustomer {
  std::string customer_id;
  TenantId tenant_id;
};
BOOST_DESCRIBE_STRUCT(KnownCustomer, (), (customer_id, tenant_id))

const db::Query<KnownCustomer, std::vector<std::string>> select_known{"billing.known_customers", R"(
  select customer_id, tenant_id
    from billing.sync
   where customer_id = any ($1)
   order by customer_id
   limit 500)"};

Whose::Workspace found(Adopted& adopted, const Whose::Workspace& workspace, std::string how) {
  adopted.workspace = workspace.slug;
  adopted.how = std::move(how);
  return workspace;
}

}  // namespace

std::string email_of(const json::value& customer) {
  return identity::canonical_email(text(at(&customer, "email")).value_or("")).value_or("");
}

Task<> Whose::prepare() {
  Stripe stripe = billing_.stripe.in_bulk();
  account_ = co_await read_account(stripe, order_.progress);
  co_await find_known();
  co_await find_given();
  co_await find_by_external_ids();
  co_await find_by_emails();
}

std::set<std::string> Whose::customers() const {
  std::set<std::string> ids;
  for (const auto& [id, customer] : account_.customers) ids.insert(id);
  for (const auto& [id, workspace] : order_.given) ids.insert(id);
  for (const auto& [id, subscriptions] : account_.subscriptions) ids.insert(id);
  return ids;
}

std::optional<Whose::Workspace> Whose::workspace_of(const std::string& customer,
                                                    Adopted& adopted) const {
  if (const auto known = known_.find(customer); known != known_.end())
    return found(adopted, known->second, "it is its customer already");
  if (const auto given = given_.find(customer); given != given_.end())
    return found(adopted, given->second, "by the mapping file");
  if (order_.given.contains(customer)) {
    adopted.problems.push_back(fmt::format("the mapping file gives it to {}, which is not here",
                                           order_.given.at(customer)));
    return {};
  }
  if (const auto external = by_external_id_.find(customer); external != by_external_id_.end())
    return found(adopted, external->second, "by the external id");
  return by_email(adopted);
}

std::optional<Whose::Workspace> Whose::by_email(Adopted& adopted) const {
  const auto owned = by_email_.find(adopted.email);
  if (owned == by_email_.end()) {
    adopted.problems.emplace_back(
        "no workspace: it has no external id that is here, and nobody with its email owns one; "
        "name it in the mapping file");
    return {};
  }
  if (owned->second.size() == 1)
    return found(adopted, owned->second.front(), "by the email of an owner");
  std::string slugs;
  for (const Workspace& each : owned->second) slugs += (slugs.empty() ? "" : ", ") + each.slug;
  adopted.problems.push_back(
      fmt::format("its email owns several workspaces ({}); name one in the mapping file", slugs));
  return {};
}

Task<> Whose::find_known() {
  db::SystemRead db = billing_.database.system_read();
  std::vector<std::string> ids;
  const auto all = customers();
  for (auto id = all.begin(); id != all.end();) {
    ids.push_back(*id++);
    if (ids.size() < batch && id != all.end()) continue;
    const auto rows = co_await db.rows(select_known, ids);
    ids.clear();
    for (const KnownCustomer& row : rows) co_await know(row.customer_id, row.tenant_id);
  }
}

Task<> Whose::know(std::string customer, TenantId id) {
  db::ControlRead db = billing_.database.control_read(worker_in(id));
  const tenancy::Tenant tenant = co_await tenancy::get_tenant(db);
  known_[customer] = {id, tenant.slug};
}

Task<> Whose::find_given() {
  for (const auto& [customer, word] : order_.given) {
    const auto tenant = co_await tenancy::find_by_slug(billing_.database, word);
    if (tenant) {
      given_[customer] = {tenant->id, tenant->slug};
      continue;
    }
    const auto external =
        co_await tenancy::find_by_external_ids(billing_.database, order_.source, {word});
    if (external.size() == 1)
      given_[customer] = {external.front().tenant_id, external.front().slug};
  }
}

Task<> Whose::find_by_external_ids() {
  std::map<std::string, std::vector<std::string>> customers_of;
  std::vector<std::string> ids;
  for (const auto& [customer, object] : account_.customers) {
    const auto id = text(at(&object, "metadata", order_.external_id_key.c_str()));
    if (id && !id->empty()) customers_of[*id].push_back(customer);
  }
  for (auto each = customers_of.begin(); each != customers_of.end();) {
    ids.push_back(each->first);
    if (++each != customers_of.end() && ids.size() < batch) continue;
    const auto tenants =
        co_await tenancy::find_by_external_ids(billing_.database, order_.source, ids);
    ids.clear();
    for (const tenancy::CameFrom& tenant : tenants)
      for (const std::string& customer : customers_of[tenant.external_id])
        by_external_id_[customer] = {tenant.tenant_id, tenant.slug};
  }
}

Task<> Whose::find_by_emails() {
  std::set<std::string> emails;
  for (const auto& [customer, object] : account_.customers) emails.insert(email_of(object));
  emails.erase("");
  std::vector<std::string> some;
  db::IdentityRead db = billing_.database.identity_read();
  for (auto email = emails.begin(); email != emails.end();) {
    some.push_back(*email++);
    if (some.size() < batch && email != emails.end()) continue;
    const auto people = co_await identity::known_addresses(db, some);
    some.clear();
    for (const identity::KnownAddress& person : people)
      co_await find_owned(person.email, person.user_id);
  }
}

Task<> Whose::find_owned(std::string email, UserId user) {
  const auto all = co_await tenancy::belongings_of(billing_.database, user);
  for (const tenancy::Belonging& each : all) {
    if (each.role == tenancy::Role::owner) by_email_[email].push_back({each.tenant_id, each.slug});
  }
}

}  // namespace freehold::billing
