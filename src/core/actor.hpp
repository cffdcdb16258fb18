// Who acts, in which tenant, and what they may do. A transaction on a tenant's rows can only be
// made from an Actor, and an Actor only by those who have checked: access (a session or key that
// belongs to the tenant, or a product key), the job runner (a job that carries its tenant) and the
// staff panel.
#pragma once

#include <optional>
#include <string>

#include "core/id.hpp"
#include "core/keys.hpp"

namespace freehold {

enum class ActorKind { user, api_key, product, job, staff };

// The request behind an act: what the audit trail keeps of it, and by which name the log and a
// trace know it. A job has the names of the request that it follows from.
struct Origin {
  std::string request_id = {};
  std::string ip = {};
  std::string user_agent = {};
  std::string trace_id = {};
};

class Actor {
 public:
  ActorKind kind() const { return kind_; }
  TenantId tenant() const { return tenant_; }
  const std::optional<UserId>& user() const { return user_; }       // kind user
  const std::optional<KeyId>& api_key() const { return api_key_; }  // kind api_key
  // kind product: the installation's product, which may act in every tenant
  const std::optional<ProductKeyId>& product_key() const { return product_key_; }
  const std::optional<StaffId>& staff() const { return staff_; }  // kind staff
  const std::string& job() const { return job_; }                 // kind job: the job's kind
  const std::string& role() const { return role_; }  // owner, admin, member, viewer; empty for jobs
  const Permissions& permissions() const { return permissions_; }
  bool can(const Permission& permission) const { return permissions_[permission.bit]; }
  const Origin& origin() const { return origin_; }

 private:
  friend class ActorMint;
  Actor() = default;

  ActorKind kind_ = ActorKind::job;
  TenantId tenant_;
  std::optional<UserId> user_;
  std::optional<KeyId> api_key_;
  std::optional<ProductKeyId> product_key_;
  std::optional<StaffId> staff_;
  std::string job_;
  std::string role_;
  Permissions permissions_;
  Origin origin_;
};

// Makes actors. Used by access, events (the job runner), onboarding (the tenant it is creating),
// staff and tests only; the include lint holds everybody else off this name.
class ActorMint {
 public:
  static Actor user(TenantId tenant, UserId user, std::string role, const Permissions& permissions,
                    Origin origin);
  static Actor api_key(TenantId tenant, KeyId key, std::string role, const Permissions& permissions,
                       Origin origin);
  static Actor product(TenantId tenant, ProductKeyId key, Origin origin);
  static Actor job(TenantId tenant, std::string job, Origin origin = {});
  static Actor staff(TenantId tenant, StaffId staff, Origin origin);
};

}  // namespace freehold
