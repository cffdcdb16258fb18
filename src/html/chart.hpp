// Charts drawn by the server: their geometry is computed here, a partial writes it as SVG
// attributes ({{#chart}}{{>CHART}}{{/chart}}, {{#spark}}{{>SPARKLINE}}{{/spark}}). The content
// security policy allows no style attributes, and nothing of this needs JavaScript.
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace freehold::html {

// One bar per day (or other step), from a zero line. Bars after `measured` are a projection.
struct BarChart {
  std::string id;           // unique in the page
  std::string title;        // "API calls per day, November 2026"
  std::string description;  // what a reader sees in it, in a sentence
  std::string label_heading = "Day";
  std::string value_heading = "Calls";
  std::string note = {};  // "As of 22 Nov 2026, 10:41 UTC"
  std::vector<std::string> labels = {};
  std::vector<std::int64_t> values = {};     // not negative; as many as labels
  std::optional<std::size_t> measured = {};  // nothing: all of them
  std::optional<std::int64_t> limit = {};    // in the unit of a bar
  std::string limit_label = {};
};

// Across, numbers are percent of the width that the page has; down, they are pixels. So a chart is
// as wide as there is room, and its text as large as all other.
struct GridLine {
  double y = 0, label_y = 0;
  std::string label;
  bool base = false;
};
BOOST_DESCRIBE_STRUCT(GridLine, (), (y, label_y, label, base))

struct Bar {
  double x = 0, y = 0, width = 0, height = 0;
  std::string kind;  // measured, peak, projected
  std::string label;
  std::string value_text;
  bool projected = false;
};
BOOST_DESCRIBE_STRUCT(Bar, (), (x, y, width, height, kind, label, value_text, projected))

struct LimitLine {
  double y = 0;
  std::string label;
};
BOOST_DESCRIBE_STRUCT(LimitLine, (), (y, label))

struct Tick {
  double x = 0, y = 0;
  std::string label;
  std::string anchor;
  bool now = false;
};
BOOST_DESCRIBE_STRUCT(Tick, (), (x, y, label, anchor, now))

struct Chart {
  std::string id, title, description, label_heading, value_heading, note;
  double height = 0, axis_width = 0;
  std::vector<GridLine> grid = {};
  std::vector<Bar> bars = {};
  std::optional<LimitLine> limit = {};
  std::vector<Tick> ticks = {};
  bool has_projection = false;
};
BOOST_DESCRIBE_STRUCT(Chart, (),
                      (id, title, description, label_heading, value_heading, note, height,
                       axis_width, grid, bars, limit, ticks, has_projection))

Chart chart_of(const BarChart& chart);

// Parts of a bar upon each other, above the zero line and below it. `kind` is how it looks:
// measured, projected, over or less (chart.css).
struct Series {
  std::string label;
  std::string kind;
  std::vector<std::int64_t> values;  // as many as the chart has labels
};

struct StackedChart {
  std::string id;
  std::string title;
  std::string description;
  std::vector<std::string> labels = {};
  std::vector<Series> series = {};
  std::int64_t unit = 1;  // of the axis, in values: 100 for cents where it says dollars
};

// With at least one label; a bar of nothing is left out.
Chart chart_of(const StackedChart& chart);

// A line without axes for a table cell. `label` says it in words: "rising, 12 to 31".
struct Sparkline {
  std::string label;
  std::string kind;  // plain, or quiet for what is not doing well
  double width = 0, height = 0;
  std::string points = {};
  double end_x = 0, end_y = 0;
};
BOOST_DESCRIBE_STRUCT(Sparkline, (), (label, kind, width, height, points, end_x, end_y))

Sparkline sparkline_of(std::string label, const std::vector<std::int64_t>& values,
                       std::string kind = "plain");

// 842310 is "842,310".
std::string grouped(std::int64_t number);

// 60000 is "60k", 1200000 "1.2M"; for axes.
std::string compact(std::int64_t number);

}  // namespace freehold::html
