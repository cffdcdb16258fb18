// A durable PostgreSQL that tests may crash, pause and start again: one for all tests of a program,
// with a database for each.
#pragma once

#include <string>

#include "db/test_server.hpp"

namespace freehold::program {

db::TestServer& own_server();

// A database of its own with the tables of every module; as the superuser.
std::string new_own_database();

}  // namespace freehold::program
