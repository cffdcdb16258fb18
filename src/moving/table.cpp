#include "moving/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace freehold::moving {
namespace {

constexpr std::string_view made_by_migrations = "made by the migrations of the program";
constexpr std::string_view for_repeats =
    "answers of the last day, kept for callers that repeat a request";

constexpr std::array all_left_out{
    LeftOut{"fh.migration", "", "says which migrations ran here; the manifest names them"},
    LeftOut{"fh.table_class", "", made_by_migrations},
    LeftOut{"fh.definer_function", "", made_by_migrations},
    LeftOut{"fh.worker_index", "", made_by_migrations},
    LeftOut{"identity.session", "", "secrets of browsers: people log in again"},
    LeftOut{"staff.session", "", "secrets of browsers: staff log in again"},
    LeftOut{"identity.one_time_token", "", "links in mails: a new one is asked for"},
    LeftOut{"identity.pending_signup", "",
            "passwords whose mailbox nobody has proven: whoever it was signs up again"},
    LeftOut{
        "identity.signing_key", "",
        "private keys that sign who is asking: new ones are made, and published, by themselves"},
    LeftOut{"http.idempotency", "", for_repeats},
    LeftOut{"http.data_idempotency", "", for_repeats},
    LeftOut{"entitlements.version", "changed_in",
            "the transaction of the last change, a number of this one server",
            "pg_catalog.pg_current_xact_id()"},
};

// Where events are counted from, when crons run next, and what `freehold plans sync` has noted.
constexpr std::array replaced{"events.sequence", "events.cron", "billing.price"};

// Columns as SQL needs them, and those of the primary key, each separated by a newline.
constexpr std::string_view details = R"(
       (select string_agg(quote_ident(a.attname), E'\n' order by a.attnum)
          from pg_attribute a
         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
           and a.attgenerated = '') as columns,
       (select string_agg(quote_ident(a.attname), ', ' order by k.place)
          from pg_index i
         cross join unnest(i.indkey::smallint[]) with ordinality k (attnum, place)
          join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
         where i.indrelid = c.oid and i.indisprimary) as key_columns,
       c.relforcerowsecurity,
       exists (select from pg_attribute a
                where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace)";

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    lines.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return lines;
}

Table table_of(const db::TextRow& row) {
  Table table{.name = row[0],
              .table_class = row[1],
              .role = row[2],
              .columns = lines_of(row[3]),
              .order = row[4],
              .forces_rls = row[5] == "t",
              .has_tenant = row[6] == "t"};
  std::erase_if(table.columns, [&table](const std::string& column) {
    return find_left_out(table.name, column) != nullptr;
  });
  if (table.order.empty()) table.order = joined(table.columns);
  return table;
}

std::vector<Table> tables_of(db::BlockingConnection& connection, const std::string& sql) {
  std::vector<Table> tables;
  for (const db::TextRow& row : connection.run(sql)) tables.push_back(table_of(row));
  std::erase_if(tables, [](const Table& table) { return find_left_out(table.name) != nullptr; });
  return tables;
}

}  // namespace

std::vector<Table> exported_tables(db::BlockingConnection& connection) {
  return tables_of(connection,
                   fmt::format("select t.table_name, t.class, coalesce(t.role, ''), {}"
                               "  join fh.table_class t on t.table_name = n.nspname || '.' || "
                               "c.relname order by t.table_name",
                               details));
}

std::vector<Table> product_tables(db::BlockingConnection& connection) {
  return tables_of(
      connection, fmt::format("select format('%I.%I', n.nspname, c.relname), 'product', '', {}"
                              " where c.relkind in ('r', 'p') and not c.relispartition"
                              "   and pg_get_userbyid(c.relowner) <> 'fh_owner'"
                              "   and exists (select from pg_policy p where p.polrelid = c.oid and "
                              "pg_get_expr(p.polqual, p.polrelid) = '(tenant_id = fh.tid())')"
                              " order by 1",
                              details));
}

std::span<const LeftOut> left_out() {
  return all_left_out;
}

const LeftOut* find_left_out(std::string_view table, std::string_view column) {
  const auto found = std::ranges::find_if(all_left_out, [&](const LeftOut& each) {
    return each.table == table && each.column == column;
  });
  return found == all_left_out.end() ? nullptr : &*found;
}

bool is_replaced(std::string_view table) {
  return std::ranges::find(replaced, table) != replaced.end();
}

std::string file_of(const Table& table) {
  std::string name = table.name;
  std::erase(name, '"');
  std::ranges::replace(name, '/', '_');
  return name + ".jsonl";
}

std::string joined(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace freehold::moving
