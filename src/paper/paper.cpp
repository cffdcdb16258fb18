#include "paper/paper.hpp"

#include <cairo-pdf.h>
#include <fmt/format.h>
#include <pango/pangocairo.h>

#include <stdexcept>

#include "paper/images.hpp"

namespace freehold::paper {
namespace {

// What a character is drawn with that none of these has is for fontconfig to find.
constexpr const char* families = "Inter, Noto Sans, WenQuanYi Micro Hei, DejaVu Sans";

struct Points {
  double width;
  double height;
};

Points points_of(Size size) {
  return size == Size::letter ? Points{612, 792} : Points{595.276, 841.89};  // ISO 216
}

cairo_status_t append(void* file, const unsigned char* bytes, unsigned length) {
  static_cast<std::string*>(file)->append(reinterpret_cast<const char*>(bytes), length);
  return CAIRO_STATUS_SUCCESS;
}

template <class T, auto Free>
struct Freed {
  void operator()(T* object) const { Free(object); }
};
template <class T, auto Free>
using Owned = std::unique_ptr<T, Freed<T, Free>>;

// The text stands where the caller says, whichever way its letters run.
PangoAlignment alignment_of(PangoLayout* layout, Align align) {
  const bool from_right = pango_layout_get_direction(layout, 0) == PANGO_DIRECTION_RTL;
  const bool at_end = align == Align::end;
  return at_end != from_right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT;
}

}  // namespace

struct Sheets::State {
  Points size;
  std::string file;
  Owned<cairo_surface_t, cairo_surface_destroy> surface;
  Owned<cairo_t, cairo_destroy> cairo;
  Owned<PangoLayout, g_object_unref> layout;
  Owned<PangoFontDescription, pango_font_description_free> font;

  double set(std::string_view text, const Style& style, double width) {
    pango_font_description_set_absolute_size(font.get(), style.size * PANGO_SCALE);
    pango_font_description_set_weight(font.get(),
                                      style.is_bold ? PANGO_WEIGHT_SEMIBOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(layout.get(), font.get());
    pango_layout_set_width(layout.get(), int(width * PANGO_SCALE));
    pango_layout_set_text(layout.get(), text.data(), int(text.size()));
    pango_layout_set_alignment(layout.get(), alignment_of(layout.get(), style.align));
    int height = 0;
    pango_layout_get_size(layout.get(), nullptr, &height);
    return double(height) / PANGO_SCALE;
  }
};

Sheets::Sheets(Size size, const About& about) : state_(std::make_unique<State>()) {
  State& s = *state_;
  s.size = points_of(size);
  s.surface.reset(
      cairo_pdf_surface_create_for_stream(append, &s.file, s.size.width, s.size.height));
  const auto say = [&](cairo_pdf_metadata_t what, const std::string& text) {
    cairo_pdf_surface_set_metadata(s.surface.get(), what, text.c_str());
  };
  say(CAIRO_PDF_METADATA_TITLE, about.title);
  say(CAIRO_PDF_METADATA_AUTHOR, about.author);
  // Cairo takes no fractions of a second, and the present time when it is told none.
  const std::string at = to_rfc3339(from_unix_seconds(to_unix_seconds(about.made_at)));
  say(CAIRO_PDF_METADATA_CREATE_DATE, at);
  say(CAIRO_PDF_METADATA_MOD_DATE, at);
  s.cairo.reset(cairo_create(s.surface.get()));
  s.layout.reset(pango_cairo_create_layout(s.cairo.get()));
  s.font.reset(pango_font_description_from_string(families));
  pango_layout_set_wrap(s.layout.get(), PANGO_WRAP_WORD_CHAR);
  // Hinting is for screens; without it a line is as wide on every device.
  const Owned<cairo_font_options_t, cairo_font_options_destroy> options{
      cairo_font_options_create()};
  cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(pango_layout_get_context(s.layout.get()), options.get());
  pango_layout_context_changed(s.layout.get());
}

Sheets::~Sheets() = default;

double Sheets::width() const {
  return state_->size.width;
}

double Sheets::height() const {
  return state_->size.height;
}

double Sheets::measure(std::string_view text, const Style& style, double width) {
  return state_->set(text, style, width);
}

double Sheets::write(double x, double y, double width, std::string_view text, const Style& style) {
  const double height = state_->set(text, style, width);
  cairo_t* const cairo = state_->cairo.get();
  cairo_set_source_rgb(cairo, style.colour.red, style.colour.green, style.colour.blue);
  cairo_move_to(cairo, x, y);
  pango_cairo_show_layout(cairo, state_->layout.get());
  return height;
}

void Sheets::fill(const Box& box, const Colour& colour) {
  cairo_t* const cairo = state_->cairo.get();
  cairo_set_source_rgb(cairo, colour.red, colour.green, colour.blue);
  cairo_rectangle(cairo, box.x, box.y, box.width, box.height);
  cairo_fill(cairo);
}

double Sheets::draw(const Box& box, std::string_view bytes, std::string_view media_type) {
  return draw_picture(state_->cairo.get(), box, bytes, media_type);
}

void Sheets::next_page() {
  cairo_show_page(state_->cairo.get());
}

std::string Sheets::finish() {
  State& s = *state_;
  cairo_show_page(s.cairo.get());
  const cairo_status_t drawn = cairo_status(s.cairo.get());
  cairo_surface_finish(s.surface.get());
  const cairo_status_t written = cairo_surface_status(s.surface.get());
  for (const cairo_status_t status : {drawn, written}) {
    if (status != CAIRO_STATUS_SUCCESS)
      throw std::runtime_error(fmt::format("the PDF failed: {}", cairo_status_to_string(status)));
  }
  return std::move(s.file);
}

}  // namespace freehold::paper
