#include "entitlements/looks.hpp"

#include "core/async.hpp"
#include "core/json.hpp"

namespace freehold::entitlements {
namespace {

constexpr std::size_t most_kept = 100;

struct Changed {
  TenantId tenant_id;
  std::int64_t version;
};
BOOST_DESCRIBE_STRUCT(Changed, (), (tenant_id, version))

const db::Query<Changed, std::int64_t> changed_since{"entitlements.changed_since", R"(
  select tenant_id, version
    from entitlements.changed_since($1))"};

// The oldest transaction that is still open: whatever commits from now on has this number or a
// later one.
const db::Query<std::int64_t> horizon{"entitlements.horizon", R"(
  select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as horizon)"};

}  // namespace

// The horizon first: a change in between is named again the next time.
Task<Gates::Changes> changes_since(db::Database& database, std::optional<std::int64_t> since) {
  db::DirectoryRead db = database.directory_read();
  Gates::Changes changes{.next = co_await db.row(horizon)};
  if (!since) co_return changes;
  const auto changed = co_await db.rows(changed_since, *since);
  for (const Changed& change : changed)
    changes.versions.emplace_back(change.tenant_id, change.version);
  co_return changes;
}

std::int64_t Looks::last() const {
  const std::scoped_lock lock(mutex_);
  return last_;
}

void Looks::add(Gates::Changes found) {
  const std::scoped_lock lock(mutex_);
  found.look = ++last_;
  kept_.push_back(std::move(found));
  if (kept_.size() > most_kept) kept_.pop_front();
}

std::optional<Gates::Changes> Looks::after(std::int64_t look) const {
  const std::scoped_lock lock(mutex_);
  const bool remembered = !kept_.empty() && kept_.front().look <= look + 1;
  if (!remembered) return {};
  Gates::Changes all{.next = kept_.back().next, .look = last_};
  for (const Gates::Changes& found : kept_) {
    if (found.look <= look) continue;
    all.versions.insert(all.versions.end(), found.versions.begin(), found.versions.end());
  }
  return all;
}

}  // namespace freehold::entitlements
