// The doctor's two halves.
#pragma once

#include "db/attempts.hpp"
#include "db/blocking_connection.hpp"
#include "db/doctor.hpp"

namespace freehold::db {

// Throws when no rule has that name.
Finding finding_of(const Symptom& symptom);

// Reads PostgreSQL's catalogue. Leaves the connection as fh_owner with an empty search_path.
std::vector<Symptom> read_catalogue(BlockingConnection& connection);

// A table with a class, for the attempts.
struct ClassifiedTable {
  std::string name;  // quoted as SQL needs it
  std::string table_class;
  std::string plane;
  std::string role;  // of a private table
};
std::vector<ClassifiedTable> classified_tables(BlockingConnection& connection);

// Logs in as the role and tries what it must not be able to do.
std::vector<Symptom> break_in_as(std::string_view role, const std::string& conninfo,
                                 std::span<const ClassifiedTable> tables);

}  // namespace freehold::db
