#include <doctest/doctest.h>

#include "html/chart.hpp"

using namespace freehold::html;

namespace {

BarChart chart_with(std::vector<std::int64_t> values) {
  BarChart chart{.id = "c", .title = "Calls", .description = ""};
  for (std::size_t day = 1; day <= values.size(); ++day)
    chart.labels.push_back(std::to_string(day));
  chart.values = std::move(values);
  return chart;
}

std::string axis_of(const Chart& chart) {
  std::string text;
  for (const GridLine& line : chart.grid) text += fmt::format("{}@{} ", line.label, line.y);
  return text;
}

std::string bars_of(const Chart& chart) {
  std::string text;
  for (const Bar& bar : chart.bars)
    text += fmt::format("{} {} {}+{} {}\n", bar.label, bar.value_text, bar.y, bar.height, bar.kind);
  return text;
}

std::string ticks_of(const Chart& chart) {
  std::string text;
  for (const Tick& tick : chart.ticks)
    text += fmt::format("{}{}@{} {}; ", tick.label, tick.now ? "*" : "", tick.x, tick.anchor);
  return text;
}

}  // namespace

TEST_CASE("bars stand on zero and reach as high as their value on an axis of round numbers") {
  BarChart chart = chart_with({0, 1500, 3000, 900});
  chart.measured = 3;
  const Chart drawn = chart_of(chart);
  CHECK(axis_of(drawn) == "0@192 1k@132 2k@72 3k@12 ");
  CHECK(bars_of(drawn) ==
        "1 0 192+0 measured\n"
        "2 1,500 102+90 measured\n"
        "3 3,000 12+180 peak\n"
        "4 900 138+54 projected\n");
  CHECK(drawn.has_projection);
}

TEST_CASE("a limit above all bars is on the axis too") {
  BarChart chart = chart_with({10, 20});
  chart.limit = 90;
  chart.limit_label = "Plan";
  const Chart drawn = chart_of(chart);
  CHECK(axis_of(drawn) == "0@192 50@132 100@72 150@12 ");
  REQUIRE(drawn.limit);
  CHECK(drawn.limit->y == doctest::Approx(84));
}

TEST_CASE("an axis of small counts has whole numbers, also when there is nothing") {
  CHECK(axis_of(chart_of(chart_with({1, 2}))) == "0@192 1@132 2@72 3@12 ");
  CHECK(axis_of(chart_of(chart_with({0, 0}))) == "0@192 1@132 2@72 3@12 ");
  CHECK(axis_of(chart_of(chart_with({7}))) == "0@192 5@132 10@72 15@12 ");
  CHECK(chart_of(chart_with({})).bars.empty());
}

TEST_CASE("bars share the width that the page has") {
  const Chart drawn = chart_of(chart_with({1, 2, 3, 4}));
  std::string places;
  for (const Bar& bar : drawn.bars) places += fmt::format("{}+{} ", bar.x, bar.width);
  CHECK(places == "2.5+20 27.5+20 52.5+20 77.5+20 ");
}

TEST_CASE("labels under the axis do not touch") {
  BarChart month = chart_with(std::vector<std::int64_t>(30, 5));
  CHECK(ticks_of(chart_of(month)) ==
        "1@0 start; 8@25 middle; 15@48.3 middle; 22@71.7 middle; 30@100 end; ");
  month.measured = 23;
  CHECK(ticks_of(chart_of(month)) ==
        "1@0 start; 8@25 middle; 15@48.3 middle; 23*@75 middle; 30@100 end; ");
  month.measured = 29;
  CHECK(ticks_of(chart_of(month)) ==
        "1@0 start; 8@25 middle; 15@48.3 middle; 22@71.7 middle; 29*@95 middle; ");
  month.measured = 1;
  CHECK(ticks_of(chart_of(month)) ==
        "1*@0 start; 8@25 middle; 15@48.3 middle; 22@71.7 middle; 30@100 end; ");
}

TEST_CASE("a sparkline runs from its lowest to its highest value") {
  CHECK(sparkline_of("", {1, 3, 2}).points == "2,21 44,3 86,12");
  CHECK(sparkline_of("", {4, 4}).points == "2,21 86,21");
  CHECK(sparkline_of("", {4}).points == "2,21");
  CHECK(sparkline_of("", {}).points == "");
}

TEST_CASE("numbers are grouped, and short on an axis") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(-999) == "-999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(-1234567) == "-1,234,567");
  CHECK(compact(999) == "999");
  CHECK(compact(2500) == "2.5k");
  CHECK(compact(1000000) == "1M");
  CHECK(compact(2500000000) == "2.5B");
}

TEST_CASE("parts of a bar are stacked above and below the line that both leave room for") {
  const StackedChart chart{.id = "c",
                           .title = "Revenue",
                           .description = "",
                           .labels = {"Nov", "Dec"},
                           .series = {{"New", "measured", {20000, 10000}},
                                      {"Expansion", "projected", {0, 10000}},
                                      {"Churn", "over", {0, -10000}}},
                           .unit = 100};
  const Chart drawn = chart_of(chart);
  CHECK(axis_of(drawn) == "−100@192 0@132 100@72 200@12 ");
  CHECK(bars_of(drawn) ==
        "Nov, New 200 12+120 measured\n"
        "Dec, New 100 72+60 measured\n"
        "Dec, Expansion 100 12+60 projected\n"
        "Dec, Churn -100 132+60 over\n");
  CHECK(ticks_of(drawn) == "Nov@0 start; Dec*@100 end; ");
}
