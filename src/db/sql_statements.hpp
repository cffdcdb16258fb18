// Takes the text of a .sql file apart into statements, so that each can be run alone and an error
// can name its line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace freehold::db {

struct SqlStatement {
  std::string text;  // from its first word, without the semicolon
  int line;          // where the first word stands, from 1
};

// Knows quotes, E'' strings, dollar quotes, nested comments and parentheses. A function body has to
// be quoted: `begin atomic` bodies are not known.
std::vector<SqlStatement> split_statements(std::string_view sql);

}  // namespace freehold::db
