// The part of query_check.hpp that reads plans.
#include <boost/json.hpp>
#include <stdexcept>

#include "db/detail/checked_connection.hpp"
#include "db/query_check.hpp"

namespace freehold::db {
namespace {

namespace json = boost::json;
using detail::CheckedConnection;

// EXPLAIN writes the results of sub-plans as $0, $1 … too. So that they are not taken for the
// tenant, it gets a number that no plan of ours comes to.
constexpr std::size_t tenant_number = 64;
constexpr std::string_view tenant_parameter = "$64";

// `sql` with $1 as that number.
std::string renumbered(std::string_view sql) {
  std::string text;
  for (std::size_t at = 0; at < sql.size(); ++at) {
    const bool is_tenant = sql.substr(at).starts_with("$1") &&
                           (at + 2 == sql.size() || std::isdigit(sql[at + 2]) == 0);
    if (is_tenant) {
      text += tenant_parameter;
      ++at;
    } else {
      text += sql[at];
    }
  }
  return text;
}

std::vector<std::uint32_t> renumbered(std::vector<std::uint32_t> oids) {
  oids.resize(tenant_number, detail::text_type.oid);
  oids.back() = detail::uuid_type.oid;
  return oids;
}

std::string nulls(std::size_t count) {
  std::string text = "null";
  for (std::size_t i = 1; i < count; ++i) text += ",null";
  return text;
}

std::string_view text_at(const json::object& node, std::string_view key) {
  const json::value* value = node.if_contains(key);
  if (value == nullptr || !value->is_string()) return {};
  return value->get_string();
}

// Calls `found` with each part of a condition that stands alone: "((a = 1) AND (b = 2))" has two.
template <class Found>
void each_conjunct(std::string_view condition, Found found) {
  std::vector<std::string_view> parts;
  int depth = 0;
  bool is_quoted = false;
  std::size_t begin = 0;
  bool is_enclosed = condition.starts_with('(');
  for (std::size_t at = 0; at < condition.size(); ++at) {
    const char c = condition[at];
    if (c == '\'') is_quoted = !is_quoted;
    if (is_quoted) continue;
    if (c == '(') ++depth;
    if (c == ')' && --depth == 0 && at + 1 < condition.size()) is_enclosed = false;
    if (depth == 0 && condition.substr(at).starts_with(" AND ")) {
      parts.push_back(condition.substr(begin, at - begin));
      begin = at + 5;
    }
  }
  if (is_enclosed) return each_conjunct(condition.substr(1, condition.size() - 2), found);
  if (parts.empty()) return found(condition);
  parts.push_back(condition.substr(begin));
  for (const std::string_view part : parts) each_conjunct(part, found);
}

// Calls `found` with each expression of a row, "$1, lower($2)), (…": up to its closing parenthesis.
template <class Found>
std::string_view each_expression(std::string_view row, Found found) {
  int depth = 1;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < row.size(); ++at) {
    if (row[at] == '(') ++depth;
    if (row[at] == ')') --depth;
    const bool ends = depth == 0 || (depth == 1 && row[at] == ',');
    if (!ends) continue;
    found(row.substr(begin, at - begin));
    begin = at + 1;
    if (depth == 0) return row.substr(begin);
  }
  return {};
}

// Whether every row of an insert's "values (…), (…)" has $1 in this place, counted from 1. EXPLAIN
// does not show such rows.
bool is_tenant_in_each_row(std::string_view sql, int place) {
  const auto at = sql.find("values (");
  if (at == std::string_view::npos) return false;
  std::string_view rest = sql.substr(at + 8);
  while (true) {
    int number = 0;
    bool is_tenant = false;
    rest = each_expression(rest, [&](std::string_view expression) {
      const auto from = std::min(expression.find_first_not_of(" \n"), expression.size());
      if (++number == place) is_tenant = expression.substr(from) == "$1";
    });
    if (!is_tenant) return false;
    const auto next = rest.find_first_not_of(", \n");
    if (next == std::string_view::npos || rest[next] != '(') return true;
    rest.remove_prefix(next + 1);
  }
}

// Whether a condition of this node is "alias.tenant_id = $1".
bool is_bound_to_tenant(const json::object& node) {
  const std::string column = fmt::format("{}.tenant_id", text_at(node, "Alias"));
  const std::string either = fmt::format("{} = {}", column, tenant_parameter);
  const std::string other = fmt::format("{} = {}", tenant_parameter, column);
  bool is_bound = false;
  for (const std::string_view key : {"Index Cond", "Recheck Cond", "Filter", "TID Cond"}) {
    std::string condition(text_at(node, key));
    std::erase(condition, '"');
    each_conjunct(condition, [&](std::string_view part) {
      is_bound = is_bound || part == either || part == other;
    });
  }
  return is_bound;
}

class PlanCheck {
 public:
  explicit PlanCheck(const std::string& conninfo) : connection_(conninfo) {
    const auto exempt = connection_.rows(
        "select 1 from pg_roles where rolname = current_user and (rolsuper or rolbypassrls)");
    if (exempt.empty()) {
      throw std::runtime_error("plans are read as a role that row level security does not touch");
    }
    connection_.rows("set plan_cache_mode = force_generic_plan");
    // The parameters are null here, and PostgreSQL would leave out the partitions that cannot
    // match.
    connection_.rows("set enable_partition_pruning = off");
  }

  void check(const QueryInfo& query) {
    query_ = &query;
    const std::string error = connection_.prepare("checked", renumbered(query.statement.text),
                                                  renumbered(query.statement.parameter_oids));
    if (!error.empty()) return add(error);
    const auto rows = connection_.rows(
        "explain (format json, verbose, costs off) execute checked (" + nulls(tenant_number) + ")");
    visit(json::parse(rows.at(0).at(0)).at(0).at("Plan").as_object());
  }

  std::vector<std::string> take() { return std::move(lines_); }

 private:
  void visit(const json::object& node) {
    const std::string table =
        fmt::format("{}.{}", text_at(node, "Schema"), text_at(node, "Relation Name"));
    const int position = node.contains("Relation Name") ? tenant_column(table) : 0;
    if (position > 0 && text_at(node, "Node Type") == "ModifyTable") {
      check_insert(node, table, position);
    } else if (position > 0 && !is_bound_to_tenant(node)) {
      add(fmt::format("{} on {} lacks tenant_id = $1", text_at(node, "Node Type"), table));
    }
    if (const json::value* children = node.if_contains("Plans")) {
      for (const json::value& child : children->as_array()) visit(child.as_object());
    }
  }

  // The rows to insert come from the node below, with all of the table's columns in order.
  void check_insert(const json::object& node, const std::string& table, int position) {
    if (text_at(node, "Operation") != "Insert") return;
    // Beside it there may be a common table expression.
    const json::array& children = node.at("Plans").as_array();
    const auto source = std::ranges::find_if(children, [](const json::value& child) {
      return text_at(child.as_object(), "Parent Relationship") == "Outer";
    });
    if (source == children.end())
      return add(fmt::format("inserts into {} what EXPLAIN does not show", table));
    const std::string_view value = source->at("Output").at(std::size_t(position - 1)).as_string();
    if (value == tenant_parameter || value.ends_with(".tenant_id")) return;
    constexpr std::string_view of_values = R"("*VALUES*".column)";
    if (value.starts_with(of_values) &&
        is_tenant_in_each_row(query_->sql, std::atoi(value.substr(of_values.size()).data())))
      return;
    add(fmt::format("inserts into {} with a tenant_id that is not $1", table));
  }

  // The number of the table's column tenant_id, or 0.
  int tenant_column(const std::string& table) {
    const auto [at, is_new] = tenant_columns_.try_emplace(table, 0);
    if (is_new) {
      const auto rows = connection_.rows(fmt::format(
          "select attnum from pg_attribute where attname = 'tenant_id' and not attisdropped "
          "and attrelid = to_regclass('{}')",
          table));
      if (!rows.empty()) at->second = std::stoi(rows[0][0]);
    }
    return at->second;
  }

  void add(const std::string& line) { lines_.push_back(fmt::format("{}: {}", query_->name, line)); }

  CheckedConnection connection_;
  const QueryInfo* query_ = nullptr;
  std::map<std::string, int> tenant_columns_;
  std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> check_plans(const std::string& conninfo, const Queries& queries) {
  PlanCheck plans(conninfo);
  for (const QueryInfo* query : queries) {
    if (query->scope == Scope::tenant) plans.check(*query);
  }
  return plans.take();
}

}  // namespace freehold::db
