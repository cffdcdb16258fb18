// How many connections the server has, for a node that starts and for `freehold config check`.
#pragma once

#include <algorithm>
#include <cstdint>

#include "db/db.hpp"

namespace freehold::db::detail {

struct Slots {
  std::int32_t version;
  std::int32_t max_connections;
  std::int32_t reserved;
  std::int32_t in_use;
  std::int32_t database_limit;  // of this database alone; -1: none
  std::int32_t database_in_use;
};
BOOST_DESCRIBE_STRUCT(Slots, (),
                      (version, max_connections, reserved, in_use, database_limit, database_in_use))

// reserved_connections came with PostgreSQL 16.
inline const Query<Slots> server_slots{"db.server_slots", R"(
  select current_setting('server_version_num')::int4              as version,
         current_setting('max_connections')::int4                 as max_connections,
         current_setting('superuser_reserved_connections')::int4
           + coalesce(current_setting('reserved_connections', true), '0')::int4 as reserved,
         (select sum(numbackends) from pg_stat_database)::int4    as in_use,
         d.datconnlimit                                           as database_limit,
         pg_stat_get_db_numbackends(d.oid)                        as database_in_use
    from pg_database d
   where d.datname = current_database())"};

inline int free_slots(const Slots& slots) {
  const int of_server = slots.max_connections - slots.reserved - slots.in_use;
  if (slots.database_limit < 0) return of_server;
  return std::min(of_server, slots.database_limit - slots.database_in_use);
}

}  // namespace freehold::db::detail
