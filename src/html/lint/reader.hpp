// Reads a template as HTML with markers in it: tags with their attributes, runs of text, and
// markers with the place they stand in. It follows the same states as ctemplate's own parser, so
// that what the rules see is what decides how a value is escaped. Private to the module.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace freehold::html {

// Tag is between a tag's name and its end; markup there is where a value would become a part of it.
// Raw is inside <script>, <style>, <textarea> and <title>.
enum class Where { text, tag, markup, value, comment, raw };

struct Place {
  Where where = Where::text;
  std::string tag = {};
  std::string attribute = {};  // of a value
  char quote = 0;              // around it; 0: none
};

// "text", or "value p title \"": for a message, and to see whether two places are alike.
std::string describe(const Place& place);

struct Marker {
  char kind = 0;               // one of # / > ! % =, or 0 for a value
  std::string name = {};       // of a comment: its text
  std::string modifiers = {};  // ":pre_escape", or nothing
  int line = 1;
  std::size_t at = 0;  // from the start of the template
  bool closed = true;  // by }}
  Place place = {};
};

struct Attribute {
  std::string name = {};
  std::string value = {};  // with its markers as they are written
  char quote = 0;
  bool has_marker = false;
  bool has_value_marker = false;
  int line = 1;
};

struct Tag {
  std::string name = {};
  bool closing = false;
  bool has_content = false;  // of <script> and its like: there is something in it
  std::vector<Attribute> attributes = {};
  int line = 1;
  std::size_t at = 0;

  const Attribute* find(std::string_view attribute) const;
};

struct Text {
  std::string text = {};  // a marker in it is a blank
  int line = 1;
};

struct Reading {
  std::vector<Tag> tags = {};
  std::vector<Text> texts = {};
  std::vector<Marker> markers = {};
};

// Any text can be read; what makes no sense is read as something.
Reading read_template(std::string_view source);

}  // namespace freehold::html
