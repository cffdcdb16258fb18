#include "db/doctor/catalogue.hpp"

namespace freehold::db::sql {

const std::string_view catalogue_host = R"sql(
-- What the database gives to everybody. A managed host may not let its admin change it.
select 'host.public_connect', current_database()::text, 'every role of the server may connect'
 where has_database_privilege('public', current_database(), 'connect')

union all
select 'host.default_execute', current_database()::text, 'new functions are callable by everybody'
 where not exists (select from pg_default_acl
                    where defaclrole = (select oid from owner)
                      and defaclobjtype = 'f' and defaclnamespace = 0)
)sql";

}  // namespace freehold::db::sql
