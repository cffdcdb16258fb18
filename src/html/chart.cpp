#include "html/chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace freehold::html {

namespace {

constexpr double height = 216;
constexpr double axis_width = 40;
constexpr double plot_top = 12;
constexpr double plot_bottom = 192;
constexpr double label_row = 210;
constexpr double plot_width = 100;  // percent
constexpr double bar_share = 0.8;   // of a bar's place, the rest is the gap
constexpr double label_share = 17;  // percent: what a label takes on the narrowest screen
constexpr int grid_steps = 3;
constexpr std::size_t tick_every = 7;

double rounded(double number) {
  return std::round(number * 10) / 10;
}

// The smallest 1, 2, 2.5 or 5 times a power of ten, a whole number, that is not below `number`.
std::int64_t nice_step(double number) {
  if (number <= 1) return 1;
  const double magnitude = std::pow(10, std::floor(std::log10(number)));
  for (const double factor : std::array{1.0, 2.0, 2.5, 5.0}) {
    const double step = factor * magnitude;
    if (step >= number && step == std::floor(step)) return static_cast<std::int64_t>(step);
  }
  return static_cast<std::int64_t>(10 * magnitude);
}

struct Scale {
  std::int64_t step = 1;
  double y(std::int64_t value) const {
    const double top = static_cast<double>(step) * grid_steps;
    return plot_bottom - (plot_bottom - plot_top) * static_cast<double>(value) / top;
  }
};

Scale scale_of(const BarChart& chart) {
  std::int64_t highest = chart.limit.value_or(0);
  for (const std::int64_t value : chart.values) highest = std::max(highest, value);
  return Scale{nice_step(static_cast<double>(highest) / grid_steps)};
}

std::vector<GridLine> grid_of(const Scale& scale) {
  std::vector<GridLine> lines;
  for (int i = 0; i <= grid_steps; ++i) {
    const double y = rounded(scale.y(scale.step * i));
    lines.push_back({.y = y, .label_y = y + 4, .label = compact(scale.step * i), .base = i == 0});
  }
  return lines;
}

double slot_of(const BarChart& chart) {
  return plot_width / static_cast<double>(std::max<std::size_t>(1, chart.values.size()));
}

std::vector<Bar> bars_of(const BarChart& chart, const Scale& scale) {
  const std::size_t measured = chart.measured.value_or(chart.values.size());
  const auto end = chart.values.begin() + static_cast<std::ptrdiff_t>(measured);
  const std::int64_t peak = measured == 0 ? 0 : *std::max_element(chart.values.begin(), end);
  const double slot = slot_of(chart);
  std::vector<Bar> bars;
  for (std::size_t i = 0; i < chart.values.size(); ++i) {
    const double y = rounded(scale.y(chart.values[i]));
    const bool projected = i >= measured;
    const bool highest = !projected && peak > 0 && chart.values[i] == peak;
    bars.push_back({.x = rounded(slot * (static_cast<double>(i) + (1 - bar_share) / 2)),
                    .y = y,
                    .width = rounded(slot * bar_share),
                    .height = rounded(plot_bottom - y),
                    .kind = projected ? "projected"
                            : highest ? "peak"
                                      : "measured",
                    .label = chart.labels[i],
                    .value_text = grouped(chart.values[i]),
                    .projected = projected});
  }
  return bars;
}

// The first, the last and every seventh bar have their label, and the last measured one; those that
// would touch it or the last one are left out.
std::vector<Tick> ticks_of(const BarChart& chart) {
  const std::size_t count = chart.labels.size();
  const std::size_t now = chart.measured && *chart.measured > 0 ? *chart.measured - 1 : count;
  const double slot = slot_of(chart);
  const auto near = [&](std::size_t a, std::size_t b) {
    return std::abs(static_cast<double>(a) - static_cast<double>(b)) * slot < label_share;
  };
  std::vector<Tick> ticks;
  for (std::size_t i = 0; i < count; ++i) {
    const bool last = i + 1 == count;
    const bool regular =
        i % tick_every == 0 && !(now < count && near(i, now)) && !near(i, count - 1);
    if (i != now && !regular && !(last && !(now < count && near(i, now)))) continue;
    const double middle = slot * (static_cast<double>(i) + 0.5);
    const bool at_start = i == 0, at_end = last;
    ticks.push_back({.x = at_start ? 0
                          : at_end ? plot_width
                                   : rounded(middle),
                     .y = label_row,
                     .label = chart.labels[i],
                     .anchor = at_start ? "start"
                               : at_end ? "end"
                                        : "middle",
                     .now = i == now});
  }
  return ticks;
}

// How high all parts above the line are together at their highest, and those below it.
struct Reach {
  std::int64_t above = 0, below = 0;
};

Reach reach_of(const StackedChart& chart) {
  Reach reach;
  for (std::size_t i = 0; i < chart.labels.size(); ++i) {
    std::int64_t above = 0, below = 0;
    for (const Series& series : chart.series)
      (series.values[i] > 0 ? above : below) += std::abs(series.values[i]);
    reach.above = std::max(reach.above, above);
    reach.below = std::max(reach.below, below);
  }
  return reach;
}

// Steps up and down from the zero line, which lies where both have room.
struct SignedScale {
  std::int64_t step = 1;
  std::int64_t up = 1, down = 0;
  double y(std::int64_t value) const {
    const double steps = static_cast<double>(up) - static_cast<double>(value) / double(step);
    return plot_top + (plot_bottom - plot_top) * steps / static_cast<double>(up + down);
  }
};

SignedScale scale_of(const StackedChart& chart) {
  const Reach reach = reach_of(chart);
  const auto highest = static_cast<double>(std::max(reach.above, reach.below));
  SignedScale scale{.step = nice_step(highest / 2)};
  scale.up = std::max<std::int64_t>(1, (reach.above + scale.step - 1) / scale.step);
  scale.down = (reach.below + scale.step - 1) / scale.step;
  return scale;
}

std::string signed_label(std::int64_t value, std::int64_t unit) {
  return (value < 0 ? "−" : "") + compact(std::abs(value) / unit);
}

std::vector<GridLine> grid_of(const SignedScale& scale, std::int64_t unit) {
  std::vector<GridLine> lines;
  for (std::int64_t i = -scale.down; i <= scale.up; ++i) {
    const double y = rounded(scale.y(scale.step * i));
    lines.push_back(
        {.y = y, .label_y = y + 4, .label = signed_label(scale.step * i, unit), .base = i == 0});
  }
  return lines;
}

void stack(std::vector<Bar>& bars, const StackedChart& chart, const SignedScale& scale,
           std::size_t i) {
  const double slot = plot_width / static_cast<double>(chart.labels.size());
  std::int64_t above = 0, below = 0;
  for (const Series& series : chart.series) {
    const std::int64_t value = series.values[i];
    if (value == 0) continue;
    std::int64_t& from = value > 0 ? above : below;
    const double top = scale.y(std::max(from, from + value));
    const double bottom = scale.y(std::min(from, from + value));
    from += value;
    bars.push_back({.x = rounded(slot * (static_cast<double>(i) + (1 - bar_share) / 2)),
                    .y = rounded(top),
                    .width = rounded(slot * bar_share),
                    .height = rounded(std::max(1.0, bottom - top)),
                    .kind = series.kind,
                    .label = chart.labels[i] + ", " + series.label,
                    .value_text = grouped(value / chart.unit),
                    .projected = false});
  }
}

}  // namespace

Chart chart_of(const StackedChart& chart) {
  const SignedScale scale = scale_of(chart);
  Chart drawing{.id = chart.id,
                .title = chart.title,
                .description = chart.description,
                .label_heading = {},
                .value_heading = {},
                .note = {},
                .height = height,
                .axis_width = axis_width};
  drawing.grid = grid_of(scale, chart.unit);
  for (std::size_t i = 0; i < chart.labels.size(); ++i) stack(drawing.bars, chart, scale, i);
  const std::size_t last = chart.labels.size() - 1;
  drawing.ticks = {{.x = 0, .y = label_row, .label = chart.labels.front(), .anchor = "start"}};
  if (last > 0)
    drawing.ticks.push_back({.x = plot_width,
                             .y = label_row,
                             .label = chart.labels.back(),
                             .anchor = "end",
                             .now = true});
  return drawing;
}

Chart chart_of(const BarChart& chart) {
  const Scale scale = scale_of(chart);
  Chart drawing{.id = chart.id,
                .title = chart.title,
                .description = chart.description,
                .label_heading = chart.label_heading,
                .value_heading = chart.value_heading,
                .note = chart.note,
                .height = height,
                .axis_width = axis_width};
  drawing.grid = grid_of(scale);
  drawing.bars = bars_of(chart, scale);
  drawing.ticks = ticks_of(chart);
  drawing.has_projection = chart.measured && *chart.measured < chart.values.size();
  if (chart.limit) {
    drawing.limit = LimitLine{rounded(scale.y(*chart.limit)), chart.limit_label};
  }
  return drawing;
}

Sparkline sparkline_of(std::string label, const std::vector<std::int64_t>& values,
                       std::string kind) {
  Sparkline spark{.label = std::move(label), .kind = std::move(kind), .width = 88, .height = 24};
  if (values.empty()) return spark;
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const double range = static_cast<double>(std::max<std::int64_t>(1, *high - *low));
  const double step =
      values.size() < 2 ? 0 : (spark.width - 4) / static_cast<double>(values.size() - 1);
  for (std::size_t i = 0; i < values.size(); ++i) {
    spark.end_x = rounded(2 + step * static_cast<double>(i));
    spark.end_y = rounded(spark.height - 3 -
                          (spark.height - 6) * static_cast<double>(values[i] - *low) / range);
    spark.points += fmt::format("{}{},{}", i == 0 ? "" : " ", spark.end_x, spark.end_y);
  }
  return spark;
}

std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(number);
  const std::size_t first = digits.front() == '-' ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string compact(std::int64_t number) {
  constexpr std::array<std::pair<std::int64_t, const char*>, 3> units{
      {{1'000'000'000, "B"}, {1'000'000, "M"}, {1'000, "k"}}};
  for (const auto& [size, letter] : units) {
    if (number < size) continue;
    const double count =
        std::round(static_cast<double>(number) / static_cast<double>(size) * 10) / 10;
    return fmt::format("{}{}", count, letter);
  }
  return std::to_string(number);
}

}  // namespace freehold::html
