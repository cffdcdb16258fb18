// The doctor's halves, on a connection that somebody else opened.
#pragma once

#include "db/attempts.hpp"
#include "own_tables/own_tables.hpp"

namespace freehold::own_tables {

// Reads PostgreSQL's catalogue. Leaves the connection with an empty search_path.
std::vector<db::Symptom> read_catalogue(db::BlockingConnection& connection,
                                        const Examination& examination);

// Reads it, and then tries as the role what it must not be able to do. Leaves the connection as it.
std::vector<db::Symptom> symptoms_in(db::BlockingConnection& connection,
                                     const Examination& examination);

}  // namespace freehold::own_tables
