// Sheets of paper as PDF: text in any script, lines, areas, pictures. Lengths are points (1/72
// inch), from the upper left corner. The same calls give the same bytes, on one machine with its
// fonts. Drawing burns CPU and is for the pool that is there for it; an object belongs to one
// thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/time.hpp"

namespace freehold::paper {

enum class Size { a4, letter };

struct Colour {
  double red = 0;  // 0 to 1
  double green = 0;
  double blue = 0;
};

enum class Align { start, end };

struct Style {
  double size = 9;
  bool is_bold = false;
  Colour colour = {};
  Align align = Align::start;
};

struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
};

struct About {
  std::string title;
  std::string author;
  Instant made_at;  // the date that the file bears
};

class Sheets {
 public:
  Sheets(Size size, const About& about);
  ~Sheets();
  Sheets(const Sheets&) = delete;
  Sheets& operator=(const Sheets&) = delete;

  double width() const;
  double height() const;

  // Both give the height of the text, whose lines break at `width`.
  double measure(std::string_view text, const Style& style, double width);
  double write(double x, double y, double width, std::string_view text, const Style& style);

  void fill(const Box& box, const Colour& colour);
  // A picture as large as the box allows, at its upper left corner, by its media type. The width
  // that it took; 0: it cannot be read, or is of a kind that is not known here.
  double draw(const Box& box, std::string_view bytes, std::string_view media_type);

  void next_page();
  // The file. Nothing can be drawn after it. Throws std::runtime_error when Cairo has failed.
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace freehold::paper
