// How a role of ours reaches PostgreSQL: the owner's one address, the role's name, and a password
// that nobody has to keep, because both sides derive it from the master key.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/crypto.hpp"
#include "db/db.hpp"

namespace freehold::db {

// The password of a login role: HKDF of the master key, in base64url. Empty without a master key:
// then the server has to trust the socket.
Secret role_password(const Secret& master_key, std::string_view role);
Secret role_password(const Secret& master_key, Role role);

// libpq's keywords and values. https://www.postgresql.org/docs/15/libpq-connect.html
using Conninfo = std::map<std::string, std::string>;

// Reads "postgres://host/db?sslmode=verify-full" or "host=/run/postgresql dbname=db". Throws
// std::invalid_argument with libpq's reason, which does not repeat the password.
Conninfo parse_conninfo(const std::string& text);
std::string to_string(const Conninfo& conninfo);

// The address of `config` for `role`. A user or password in it is the admin's and is left out.
Conninfo conninfo_for(const Config& config, Role role);

}  // namespace freehold::db
