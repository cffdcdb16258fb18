// What an assertion says, in words. Private to the module.
#pragma once

#include "assertion/assertion.hpp"

namespace freehold::assertion {

struct Claims {
  std::string subject;  // "user_…" or "key_…"
  std::string tenant_id = {};
  std::string tenant_slug = {};
  std::string role = {};
  std::vector<std::string> permissions = {};
  std::string session_id = {};
  std::string email = {};
  std::string name = {};
  std::int64_t entitlement_version = 0;
};

// Writes `fields` and `body`.
void render(Assertion& into, const Claims& claims, const std::string& token, Instant expires_at);

// The answer of the API, for those who read more than headers.
struct AssertionResource {
  static constexpr std::string_view object = "assertion";
  std::string assertion;
  Instant expires_at;
  std::optional<std::string> user_id;
  std::optional<std::string> key_id;
  std::optional<std::string> session_id;
  std::optional<std::string> email;
  std::optional<std::string> name;
  std::optional<std::string> tenant_id;
  std::optional<std::string> tenant_slug;
  std::optional<std::string> role;
  std::vector<std::string> permissions;
  std::optional<std::int64_t> entitlement_version;
};
BOOST_DESCRIBE_STRUCT(AssertionResource, (),
                      (assertion, expires_at, user_id, key_id, session_id, email, name, tenant_id,
                       tenant_slug, role, permissions, entitlement_version))
Notes notes_on(const AssertionResource*);

}  // namespace freehold::assertion
