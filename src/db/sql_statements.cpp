#include "db/sql_statements.hpp"

namespace freehold::db {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// The end of what begins at `at`, each one past its last character; the end of the text when it is
// never closed, for PostgreSQL to complain about.
class Lexer {
 public:
  explicit Lexer(std::string_view sql) : sql_(sql) {}

  bool is_comment(std::size_t at) const {
    return sql_.substr(at, 2) == "--" || sql_.substr(at, 2) == "/*";
  }

  std::size_t end_of_comment(std::size_t at) const {
    if (sql_.substr(at, 2) == "--") return std::min(sql_.find('\n', at), sql_.size());
    int depth = 0;
    while (at < sql_.size()) {
      if (sql_.substr(at, 2) == "/*") ++depth;
      if (sql_.substr(at, 2) == "*/") --depth;
      const bool is_mark = sql_.substr(at, 2) == "/*" || sql_.substr(at, 2) == "*/";
      at += is_mark ? 2 : 1;
      if (depth == 0) return at;
    }
    return sql_.size();
  }

  // A word, a quoted thing or one other character.
  std::size_t end_of_token(std::size_t at) const {
    const char c = sql_[at];
    if (c == '\'') return end_of_quoted(at, at > 0 && (sql_[at - 1] | 0x20) == 'e');
    if (c == '"') return end_of_quoted(at, false);
    if (c == '$' && !(at > 0 && is_word(sql_[at - 1]))) return end_of_dollar_quoted(at);
    return at + 1;
  }

 private:
  std::size_t end_of_quoted(std::size_t at, bool has_escapes) const {
    const char quote = sql_[at];
    for (++at; at < sql_.size(); ++at) {
      if (has_escapes && sql_[at] == '\\')
        ++at;
      else if (sql_[at] == quote)
        return at + 1;  // a doubled quote just opens the next one
    }
    return sql_.size();
  }

  std::size_t end_of_dollar_quoted(std::size_t at) const {
    std::size_t end = at + 1;
    while (end < sql_.size() && is_word(sql_[end])) ++end;
    if (end >= sql_.size() || sql_[end] != '$') return at + 1;  // $1
    const std::string_view tag = sql_.substr(at, end + 1 - at);
    const std::size_t closing = sql_.find(tag, end + 1);
    return closing == std::string_view::npos ? sql_.size() : closing + tag.size();
  }

  std::string_view sql_;
};

int line_at(std::string_view sql, std::size_t at) {
  return 1 + int(std::count(sql.begin(), sql.begin() + std::ptrdiff_t(at), '\n'));
}

}  // namespace

std::vector<SqlStatement> split_statements(std::string_view sql) {
  constexpr std::size_t none = std::string_view::npos;
  const Lexer lexer(sql);
  std::vector<SqlStatement> statements;
  std::size_t begin = none;
  int depth = 0;

  const auto finish = [&](std::size_t end) {
    if (begin == none) return;
    std::string_view text = sql.substr(begin, end - begin);
    while (is_space(text.back())) text.remove_suffix(1);
    statements.push_back({.text = std::string(text), .line = line_at(sql, begin)});
    begin = none;
  };

  for (std::size_t at = 0; at < sql.size();) {
    if (lexer.is_comment(at)) {
      at = lexer.end_of_comment(at);
      continue;
    }
    const char c = sql[at];
    if (c == ';' && depth == 0)
      finish(at);
    else if (!is_space(c) && begin == none)
      begin = at;
    if (c == '(') ++depth;
    if (c == ')') --depth;
    at = lexer.end_of_token(at);
  }
  finish(sql.size());
  return statements;
}

}  // namespace freehold::db
