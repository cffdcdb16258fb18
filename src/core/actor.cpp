#include "core/actor.hpp"

namespace freehold {

Actor ActorMint::user(TenantId tenant, UserId user, std::string role,
                      const Permissions& permissions, Origin origin) {
  Actor actor;
  actor.kind_ = ActorKind::user;
  actor.tenant_ = tenant;
  actor.user_ = user;
  actor.role_ = std::move(role);
  actor.permissions_ = permissions;
  actor.origin_ = std::move(origin);
  return actor;
}

Actor ActorMint::api_key(TenantId tenant, KeyId key, std::string role,
                         const Permissions& permissions, Origin origin) {
  Actor actor;
  actor.kind_ = ActorKind::api_key;
  actor.tenant_ = tenant;
  actor.api_key_ = key;
  actor.role_ = std::move(role);
  actor.permissions_ = permissions;
  actor.origin_ = std::move(origin);
  return actor;
}

Actor ActorMint::product(TenantId tenant, ProductKeyId key, Origin origin) {
  Actor actor;
  actor.kind_ = ActorKind::product;
  actor.tenant_ = tenant;
  actor.product_key_ = key;
  actor.origin_ = std::move(origin);
  return actor;
}

Actor ActorMint::job(TenantId tenant, std::string job, Origin origin) {
  Actor actor;
  actor.kind_ = ActorKind::job;
  actor.tenant_ = tenant;
  actor.job_ = std::move(job);
  actor.origin_ = std::move(origin);
  return actor;
}

Actor ActorMint::staff(TenantId tenant, StaffId staff, Origin origin) {
  Actor actor;
  actor.kind_ = ActorKind::staff;
  actor.tenant_ = tenant;
  actor.staff_ = staff;
  actor.origin_ = std::move(origin);
  return actor;
}

}  // namespace freehold
