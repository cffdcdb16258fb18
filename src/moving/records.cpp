#include "moving/records.hpp"

#include <fmt/core.h>
#include <unicode/ustring.h>

#include <algorithm>

#include "core/json.hpp"

namespace freehold::moving {
namespace {

constexpr std::size_t most_columns = 40;

// One row of a CSV after the other.
class Rows {
 public:
  explicit Rows(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ == text_.size(); }
  int line() const { return line_; }

  // The next row; why it is none, in `mistake`.
  std::vector<std::string> next(std::string& mistake) {
    std::vector<std::string> values;
    const std::size_t start = at_;
    bool more = true;
    while (more) {
      values.push_back(value(mistake));
      more = at_ < text_.size() && text_[at_] == ',';
      if (more) ++at_;
    }
    if (values.size() > most_columns) mistake = "has more than 40 columns";
    if (at_ - start > longest_line) mistake = "is longer than 64 KiB";
    end_row(mistake);
    return values;
  }

 private:
  std::string value(std::string& mistake) {
    if (at_ < text_.size() && text_[at_] == '"') return quoted(mistake);
    const std::size_t end = std::min(text_.find_first_of(",\r\n", at_), text_.size());
    std::string plain(text_.substr(at_, end - at_));
    at_ = end;
    return plain;
  }

  std::string quoted(std::string& mistake) {
    std::string value;
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\n') ++line_;
      if (c != '"') {
        value += c;
      } else if (text_.substr(at_ + 1, 1) == "\"") {
        value += '"';
        ++at_;
      } else {
        ++at_;
        return value;
      }
    }
    mistake = "begins a quoted value that never ends";
    return value;
  }

  // What stands behind a closing quote belongs to no value.
  void end_row(std::string& mistake) {
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    const std::string_view rest = text_.substr(at_, end - at_);
    if (!rest.empty() && rest != "\r") mistake = "has something behind a quoted value";
    at_ = std::min(end + 1, text_.size());
    ++line_;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
};

bool is_blank(const std::vector<std::string>& row) {
  return row.size() == 1 && row.front().empty();
}

bool is_utf8(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  std::int32_t length = 0;
  u_strFromUTF8(nullptr, 0, &length, text.data(), std::int32_t(text.size()), &status);
  return U_SUCCESS(status) || status == U_BUFFER_OVERFLOW_ERROR;
}

// Why a line cannot be text that a database keeps; empty: it can.
std::string text_mistake(std::string_view text) {
  if (!is_utf8(text)) return "is not UTF-8";
  if (text.find('\0') != std::string_view::npos) return "holds a zero byte";
  return {};
}

std::string head_mistake(const std::vector<std::string>& head) {
  for (std::size_t i = 0; i < head.size(); ++i) {
    if (head[i].empty()) return "has a column without a name";
    if (std::find(head.begin(), head.begin() + std::ptrdiff_t(i), head[i]) !=
        head.begin() + std::ptrdiff_t(i))
      return fmt::format("has the column {} twice", head[i]);
  }
  return {};
}

std::string row_mistake(const std::vector<std::string>& row, std::size_t columns) {
  if (row.size() != columns)
    return fmt::format("has {} values, and the head {}", row.size(), columns);
  for (const std::string& value : row) {
    std::string mistake = text_mistake(value);
    if (!mistake.empty()) return mistake;
  }
  return {};
}

// Why it is no record; empty: it is, and in `values`.
std::string read_object(std::string_view line, Values& values) {
  if (line.size() > longest_line) return "is longer than 64 KiB";
  json::value read;
  try {
    read = parse_json(line);
  } catch (const Problem&) {
    return "is not JSON";
  }
  const json::object* object = read.if_object();
  if (object == nullptr) return "is not a JSON object";
  for (const auto& [key, value] : *object) {
    const std::string name(key);
    if (value.is_bool()) {
      values[name] = value.get_bool() ? "true" : "false";
    } else if (value.is_string()) {
      values[name] = std::string(value.get_string());
    } else if (!value.is_null()) {
      return fmt::format("has a {} that is neither text nor true or false", name);
    }
    std::string mistake = value.is_string() ? text_mistake(values[name]) : std::string();
    if (!mistake.empty()) return mistake;
  }
  return {};
}

std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view mark = "\xef\xbb\xbf";
  return text.starts_with(mark) ? text.substr(mark.size()) : text;
}

}  // namespace

Records read_csv(std::string_view text) {
  Records found;
  Rows rows(text);
  std::string mistake;
  const auto head = rows.next(mistake);
  if (mistake.empty()) mistake = head_mistake(head);
  if (!mistake.empty()) {
    found.mistakes.push_back({1, "the head " + mistake});
    return found;
  }
  while (!rows.at_end()) {
    const int line = rows.line();
    mistake.clear();
    auto row = rows.next(mistake);
    if (is_blank(row) && mistake.empty()) continue;
    if (mistake.empty()) mistake = row_mistake(row, head.size());
    if (!mistake.empty()) {
      found.mistakes.push_back({line, "the line " + mistake});
      continue;
    }
    Values values;
    for (std::size_t i = 0; i < head.size(); ++i) values[head[i]] = std::move(row[i]);
    found.records.push_back({line, std::move(values)});
  }
  return found;
}

Records read_json_lines(std::string_view text) {
  Records found;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
    Values values;
    std::string mistake = read_object(line, values);
    if (mistake.empty()) {
      found.records.push_back({number, std::move(values)});
    } else {
      found.mistakes.push_back({number, "the line " + mistake});
    }
  }
  return found;
}

Records read_records(std::string_view text) {
  text = without_byte_order_mark(text);
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {{}, {{1, "the file is empty"}}};
  if (std::ranges::count(text, '\n') > most_lines)
    return {{}, {{1, fmt::format("the file has more than {} lines", most_lines)}}};
  return text[first] == '{' ? read_json_lines(text) : read_csv(text);
}

}  // namespace freehold::moving
