// What was deleted long ago is removed for good, once a day.
#include "core/async.hpp"
#include "documents/documents.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::documents {
namespace {

Task<> purge_all(Documents& documents, const events::Job& job) {
  TenantId after;
  while (true) {
    const auto tenants = co_await tenancy::tenants_after(documents.database, after);
    if (tenants.empty()) co_return;
    for (const TenantId tenant : tenants) {
      db::MoverTx tx = documents.database.mover(job.actor_in(tenant));
      co_await purge(tx);
      co_await tx.commit();
    }
    after = tenants.back();
  }
}

}  // namespace

events::Work work(Documents& documents) {
  events::Work work;
  work.crons.push_back(
      {.name = "documents.purge", .every = days(1), .run = [&documents](const events::Job& job) {
         return purge_all(documents, job);
       }});
  return work;
}

}  // namespace freehold::documents
