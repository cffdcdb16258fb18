#include "html/lint/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "core/text.hpp"

namespace freehold::html {

namespace {

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_name_part(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == ':' || c == '-';
}

bool is_raw_element(std::string_view name) {
  constexpr std::array<std::string_view, 4> raw{"script", "style", "textarea", "title"};
  return std::ranges::find(raw, name) != raw.end();
}

class Reader {
 public:
  explicit Reader(std::string_view source) : source_(source) {}

  Reading read() {
    while (at_ < source_.size()) {
      if (rest().starts_with("{{"))
        marker();
      else
        character();
    }
    end_text();
    return std::move(reading_);
  }

 private:
  std::string_view rest() const { return source_.substr(at_); }

  void advance(std::size_t count) {
    line_ += int(std::ranges::count(source_.substr(at_, count), '\n'));
    at_ += count;
  }

  Place place() const {
    Place place{.where = where_, .tag = raw_.empty() ? tag_.name : raw_};
    if (where_ != Where::value) return place;
    place.attribute = tag_.attributes.back().name;
    place.quote = quote_;
    return place;
  }

  Marker parse(std::string_view inside) const {
    Marker marker{.line = line_, .at = at_};
    if (!inside.empty() && std::string_view("#/>!%=").find(inside.front()) != inside.npos) {
      marker.kind = inside.front();
      inside.remove_prefix(1);
    }
    const auto colon = std::min(inside.find(':'), inside.size());
    marker.name = inside.substr(0, colon);
    marker.modifiers = inside.substr(colon);
    return marker;
  }

  void marker() {
    const auto end = source_.find("}}", at_);
    const bool closed = end != source_.npos;
    const std::size_t stop = closed ? end + 2 : source_.size();
    const std::string_view inside =
        source_.substr(at_ + 2, (closed ? end : source_.size()) - at_ - 2);
    Marker marker = parse(inside);
    marker.closed = closed;
    if (where_ == Where::tag && awaits_value_) start_value(0);
    if (where_ == Where::text) add_text(' ');
    marker.place = place();
    if (where_ == Where::value) into_value(marker, inside);
    if (where_ == Where::tag && marker.kind == 0) marker.place.where = Where::markup;
    if (where_ == Where::tag && name_) end_name();
    reading_.markers.push_back(std::move(marker));
    advance(stop - at_);
  }

  void into_value(const Marker& marker, std::string_view inside) {
    Attribute& attribute = tag_.attributes.back();
    attribute.value.append("{{").append(inside).append("}}");
    attribute.has_marker = true;
    if (marker.kind == 0) attribute.has_value_marker = true;
  }

  void character() {
    switch (where_) {
      case Where::text:
        return in_text();
      case Where::comment:
        return in_comment();
      case Where::raw:
        return in_raw();
      case Where::value:
        return in_value();
      default:
        return in_tag();
    }
  }

  // How long "<name", "</name" or "<!name" is here; 0: no tag begins.
  std::size_t tag_start() const {
    const std::string_view text = rest();
    if (text.size() < 2 || text[0] != '<') return 0;
    const bool declared = text[1] == '!';
    std::size_t at = declared || text[1] == '/' ? 2 : 1;
    if (at >= text.size() || !is_letter(text[at])) return 0;
    while (at < text.size() && (declared ? is_letter(text[at]) : is_name_part(text[at]))) ++at;
    return at;
  }

  void in_text() {
    if (rest().starts_with("<!--")) {
      end_text();
      where_ = Where::comment;
      return advance(4);
    }
    const std::size_t length = tag_start();
    if (length == 0) {
      add_text(source_[at_]);
      return advance(1);
    }
    end_text();
    const bool closing = rest()[1] == '/';
    const std::size_t from = closing ? 2 : 1;
    tag_ = Tag{.name = lower(rest().substr(from, length - from)),
               .closing = closing,
               .line = line_,
               .at = at_};
    where_ = Where::tag;
    name_.reset();
    awaits_value_ = false;
    advance(length);
  }

  void add_text(char c) {
    if (text_.empty()) text_line_ = line_;
    text_ += c;
  }

  void end_text() {
    if (!std::ranges::all_of(text_, is_space))
      reading_.texts.push_back({.text = text_, .line = text_line_});
    text_.clear();
  }

  void in_comment() {
    if (!rest().starts_with("-->")) return advance(1);
    where_ = Where::text;
    advance(3);
  }

  // Inside <script> and its like only their own end tag ends them.
  void in_raw() {
    const std::string_view text = rest();
    if (text.starts_with("</") && lower(text.substr(2, raw_.size())) == raw_) {
      where_ = Where::text;
      raw_.clear();
      return;
    }
    if (!is_space(source_[at_])) reading_.tags.back().has_content = true;
    advance(1);
  }

  void in_tag() {
    const char c = source_[at_];
    if (c == '>') {
      if (name_) end_name();
      end_tag();
    } else if (awaits_value_ && (c == '"' || c == '\'')) {
      start_value(c);
    } else if (awaits_value_ && !is_space(c)) {
      return start_value(0);
    } else if (c == '=' && name_) {
      end_name();
      awaits_value_ = true;
    } else if (is_space(c) || c == '/') {
      if (name_) end_name();
    } else {
      if (!name_) name_.emplace();
      *name_ += c;
    }
    advance(1);
  }

  void end_name() {
    tag_.attributes.push_back({.name = lower(*name_), .line = line_});
    name_.reset();
  }

  void start_value(char quote) {
    awaits_value_ = false;
    where_ = Where::value;
    quote_ = quote;
    tag_.attributes.back().quote = quote;
  }

  void in_value() {
    const char c = source_[at_];
    const bool bare_end = quote_ == 0 && (is_space(c) || c == '>');
    if (bare_end || (quote_ != 0 && c == quote_)) {
      where_ = Where::tag;
      if (!bare_end) advance(1);
      return;
    }
    tag_.attributes.back().value += c;
    advance(1);
  }

  void end_tag() {
    where_ = Where::text;
    if (!tag_.closing && is_raw_element(tag_.name)) {
      where_ = Where::raw;
      raw_ = tag_.name;
    }
    reading_.tags.push_back(std::exchange(tag_, {}));
  }

  std::string_view source_;
  std::size_t at_ = 0;
  int line_ = 1;
  Where where_ = Where::text;
  Tag tag_;
  std::optional<std::string> name_;  // of an attribute, while it is read
  bool awaits_value_ = false;
  char quote_ = 0;
  std::string raw_;
  std::string text_;
  int text_line_ = 1;
  Reading reading_;
};

std::string_view word(Where where) {
  switch (where) {
    case Where::text:
      return "text";
    case Where::tag:
      return "tag";
    case Where::markup:
      return "markup";
    case Where::value:
      return "value";
    case Where::comment:
      return "comment";
    case Where::raw:
      return "raw";
  }
  return "";
}

}  // namespace

std::string describe(const Place& place) {
  std::string text{word(place.where)};
  for (const std::string& part : {place.tag, place.attribute})
    if (!part.empty()) text.append(" ").append(part);
  if (place.quote != 0) text.append(" ").append(1, place.quote);
  return text;
}

const Attribute* Tag::find(std::string_view attribute) const {
  const auto found = std::ranges::find(attributes, attribute, &Attribute::name);
  return found == attributes.end() ? nullptr : &*found;
}

Reading read_template(std::string_view source) {
  return Reader(source).read();
}

}  // namespace freehold::html
