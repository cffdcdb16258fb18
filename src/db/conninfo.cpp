#include "db/conninfo.hpp"

#include <libpq-fe.h>

#include <stdexcept>

namespace freehold::db {
namespace {

// What the owner's address may say otherwise.
constexpr std::array<std::pair<const char*, const char*>, 6> defaults{{
    {"client_encoding", "UTF8"},
    // Kerberos is nobody's way to a role of ours, and asking for it costs a round trip.
    {"gssencmode", "disable"},
    // A peer that vanished without a word is noticed within a minute.
    {"keepalives_idle", "30"},
    {"keepalives_interval", "10"},
    {"keepalives_count", "3"},
    {"tcp_user_timeout", "30000"},
}};

using Options = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

// libpq quotes what it could not read, which may be the password.
std::string without_quotes(std::string_view message) {
  std::string text;
  bool inside = false;
  for (const char c : message) {
    if (c == '"') inside = !inside;
    if (c == '"' && inside) text += "\"...\"";
    if (c != '"' && c != '\n' && !inside) text += c;
  }
  return text;
}

Options parse_options(const std::string& text) {
  char* message = nullptr;
  Options options(PQconninfoParse(text.c_str(), &message), PQconninfoFree);
  if (options) return options;
  const std::string reason = message == nullptr ? "out of memory" : without_quotes(message);
  PQfreemem(message);
  throw std::invalid_argument("The database address cannot be read: " + reason);
}

std::string quoted(std::string_view value) {
  std::string text = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') text += '\\';
    text += c;
  }
  return text + "'";
}

}  // namespace

std::string_view name_of(Role role) {
  switch (role) {
    case Role::app:
      return "fh_app";
    case Role::control:
      return "fh_control";
    case Role::auth:
      return "fh_auth";
    case Role::staff:
      return "fh_staff";
    case Role::worker:
      return "fh_worker";
    case Role::mover:
      return "fh_mover";
  }
  return "?";
}

Secret role_password(const Secret& master_key, std::string_view role) {
  if (master_key.empty()) return {};
  return Secret(to_base64url(derive_key(master_key.reveal(), fmt::format("postgres:{}", role))));
}

Secret role_password(const Secret& master_key, Role role) {
  return role_password(master_key, name_of(role));
}

Conninfo parse_conninfo(const std::string& text) {
  Conninfo conninfo;
  const Options options = parse_options(text);
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) conninfo.emplace(option->keyword, option->val);
  }
  return conninfo;
}

std::string to_string(const Conninfo& conninfo) {
  std::string text;
  for (const auto& [keyword, value] : conninfo) {
    if (!text.empty()) text += ' ';
    text += keyword + '=' + quoted(value);
  }
  return text;
}

Conninfo conninfo_for(const Config& config, Role role) {
  Conninfo conninfo = parse_conninfo(config.url);
  conninfo["user"] = name_of(role);
  conninfo.erase("password");
  const Secret password = role_password(config.master_key, role);
  if (!password.empty()) conninfo["password"] = password.reveal();
  conninfo.emplace("application_name", config.application_name);
  for (const auto& [keyword, value] : defaults) conninfo.emplace(keyword, value);
  return conninfo;
}

}  // namespace freehold::db
