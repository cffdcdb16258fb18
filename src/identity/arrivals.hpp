// People who come from another system, with the ids and the password hashes that it had for them.
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/id.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "db/db.hpp"

namespace freehold::identity {

// Why a password hash of another system cannot be taken over, as a sentence; nothing: it can.
std::optional<std::string> brought_hash_mistake(std::string_view hash);
// "bcrypt of cost 12": of one that can.
std::string describe_brought_hash(std::string_view hash);

struct Arrival {
  std::string source;       // the system, in a word
  std::string external_id;  // what the person is called there; unique in it
  std::string email;        // canonical
  std::string name;
  std::optional<std::string> hash;  // none: the person sets a password by mail
};

struct KnownArrival {
  std::string external_id;
  UserId user_id;
};
BOOST_DESCRIBE_STRUCT(KnownArrival, (), (external_id, user_id))
// Those of at most a thousand external ids whose people came before.
Task<std::vector<KnownArrival>> known_arrivals(db::IdentityRead& db, std::string source,
                                               std::vector<std::string> external_ids);

struct KnownAddress {
  std::string email;
  UserId user_id;
};
BOOST_DESCRIBE_STRUCT(KnownAddress, (), (email, user_id))
// Those of at most a thousand canonical addresses that have an account.
Task<std::vector<KnownAddress>> known_addresses(db::IdentityRead& db,
                                                std::vector<std::string> emails);

// Makes the account, or finds the one that the address has, which keeps its password, and notes the
// external id. Doing it twice is the same as doing it once.
Task<UserId> take_in(db::IdentityTx& tx, Arrival arrival, Clocks clocks);

}  // namespace freehold::identity
