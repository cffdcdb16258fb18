// The PostgreSQL roles that Freehold works as, and the ground rules of its database. Made by plain
// SQL as the admin of a managed host (CREATEROLE, owner of the database) or as a superuser.
//
//   fh_owner    owns every schema and table; cannot log in, the admin takes it on to migrate
//   fh_app      a tenant's rows of the data plane
//   fh_control  a tenant's rows of the control plane
//   fh_auth     identity: passwords, sessions, credentials
//   fh_staff    the staff panel
//   fh_worker   queues and ledgers across tenants
//   fh_mover    moves, exports and purges, one tenant at a time
//   fh_product  entering a tenant, and nothing else: what the login role of a product with tables
//   of
//               its own in this database is a member of; cannot log in itself
//
// None is a superuser, an owner, or exempt from row level security; none belongs to another.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>

#include "core/crypto.hpp"

namespace freehold::db {

inline constexpr std::array<std::string_view, 6> login_roles = {
    "fh_app", "fh_control", "fh_auth", "fh_staff", "fh_worker", "fh_mover"};

// By role. A role that is not in it logs in without a password (peer or trust on a socket).
using Passwords = std::map<std::string, Secret, std::less<>>;

// A password for each login role from the master key (HKDF, see derive_key). No key: none.
Passwords passwords_of(const Secret& master_key);

// The connection string `conninfo` (libpq keywords or URL) for another user.
std::string conninfo_as(const std::string& conninfo, std::string_view role,
                        const Passwords& passwords);

// Makes the roles that are missing, lets each log in with its password, and puts the ground rules
// of the database: nothing for PUBLIC. Repeating it is harmless, also from several nodes at once.
// The server is sent SCRAM verifiers, never a password. What the host does not let the admin do is
// left and shows up as a hardening finding of the doctor. Throws ServerError.
//
// Roles belong to the whole server: two installations with different master keys need two servers.
void ensure_roles(const std::string& admin, const Passwords& passwords);

}  // namespace freehold::db
