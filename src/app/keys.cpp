// `freehold keys`: the keys of the product, and those that sign who is asking.
#include <fmt/core.h>

#include "app/commands.hpp"
#include "app/parts.hpp"
#include "app/run_once.hpp"
#include "core/async.hpp"

namespace freehold::app {
namespace {

Task<> create_and_print(Node& node, const std::string& name) {
  Node::Parts& parts = node.parts();
  auto tx = parts.database.identity();
  const auto made = co_await access::create_product_key(tx, name, parts.clocks.machine.now());
  co_await tx.commit();
  fmt::print("{}\n", made.secret.reveal());
  fmt::print(stderr, "This is {}, {}. It is shown once: keep it where the product finds it.\n",
             to_string(made.key.id), made.key.name);
}

std::string state_of(const access::ProductKey& key) {
  if (key.revoked_at) return "revoked " + format_date(*key.revoked_at);
  return key.last_used_at ? "used " + format_date_time(*key.last_used_at) : "not used yet";
}

Task<> list(Node& node) {
  auto db = node.parts().database.identity_read();
  const auto keys = co_await access::product_keys(db);
  for (const access::ProductKey& key : keys)
    fmt::print("{}  {}  {:<24}  {}\n", to_string(key.id), key.prefix, key.name, state_of(key));
  if (keys.empty()) fmt::print("There are none. freehold keys create NAME makes one.\n");
}

Task<> revoke_one(Node& node, const std::string& text) {
  const auto id = ProductKeyId::parse(text);
  if (!id) throw std::runtime_error(text + " is no id of a key; freehold keys list names them");
  auto tx = node.parts().database.identity();
  const bool found =
      co_await access::revoke_product_key(tx, *id, node.parts().clocks.machine.now());
  if (!found) throw std::runtime_error("there is no key " + text);
  co_await tx.commit();
  fmt::print("Revoked. It stops working everywhere within a second.\n");
}

Task<> replace(Node& node) {
  co_await node.parts().signing_keys.replace();
  fmt::print(
      "A new key signs from now on. Products that keep the public keys ask for them again when "
      "they meet it.\n");
}

}  // namespace

int create_key(const Settings& settings, const std::string& name) {
  return run_once(settings, [&name](Node& node) { return create_and_print(node, name); });
}

int list_keys(const Settings& settings) {
  return run_once(settings, list);
}

int revoke_key(const Settings& settings, const std::string& id) {
  return run_once(settings, [&id](Node& node) { return revoke_one(node, id); });
}

int replace_signing_key(const Settings& settings) {
  return run_once(settings, replace);
}

}  // namespace freehold::app
