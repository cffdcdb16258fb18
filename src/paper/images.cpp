#include "paper/images.hpp"

#include <librsvg/rsvg.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>

namespace freehold::paper {
namespace {

struct Scale {
  double width;
  double height;
};

// As large as the box allows, without distorting it.
Scale fitted(const Box& box, double width, double height) {
  const double factor = std::min(box.width / width, box.height / height);
  return {width * factor, height * factor};
}

using Surface = std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)>;

double paint(cairo_t* cairo, const Box& box, cairo_surface_t* surface) {
  const double width = cairo_image_surface_get_width(surface);
  const double height = cairo_image_surface_get_height(surface);
  if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS || width <= 0 || height <= 0) return 0;
  const Scale size = fitted(box, width, height);
  cairo_save(cairo);
  cairo_translate(cairo, box.x, box.y);
  cairo_scale(cairo, size.width / width, size.height / height);
  cairo_set_source_surface(cairo, surface, 0, 0);
  cairo_paint(cairo);
  cairo_restore(cairo);
  return size.width;
}

cairo_status_t read_some(void* rest, unsigned char* into, unsigned length) {
  auto& bytes = *static_cast<std::string_view*>(rest);
  if (bytes.size() < length) return CAIRO_STATUS_READ_ERROR;
  std::memcpy(into, bytes.data(), length);
  bytes.remove_prefix(length);
  return CAIRO_STATUS_SUCCESS;
}

double draw_png(cairo_t* cairo, const Box& box, std::string_view bytes) {
  const Surface surface{cairo_image_surface_create_from_png_stream(read_some, &bytes),
                        &cairo_surface_destroy};
  return paint(cairo, box, surface.get());
}

struct Pixels {
  int width;
  int height;
};

// From the frame header: ITU T.81, B.2.2. SOF0 to SOF15 without the tables DHT, JPG and DAC.
std::optional<Pixels> size_of_jpeg(std::string_view bytes) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
  const auto word = [&](std::size_t at) { return byte(at) * 256 + byte(at + 1); };
  std::size_t at = 2;
  while (at + 9 < bytes.size()) {
    if (byte(at) != 0xFF) return {};
    const int marker = byte(at + 1);
    const bool is_table = marker == 0xC4 || marker == 0xC8 || marker == 0xCC;
    if (marker >= 0xC0 && marker <= 0xCF && !is_table) return Pixels{word(at + 7), word(at + 5)};
    at += 2 + std::size_t(word(at + 2));
  }
  return {};
}

// Its bytes go into the file as they are: Cairo needs only to know how large it is.
double draw_jpeg(cairo_t* cairo, const Box& box, std::string_view bytes) {
  const auto size = size_of_jpeg(bytes);
  if (!size || size->width <= 0 || size->height <= 0) return 0;
  const Surface surface{cairo_image_surface_create(CAIRO_FORMAT_RGB24, size->width, size->height),
                        &cairo_surface_destroy};
  auto* const copy = static_cast<unsigned char*>(std::malloc(bytes.size()));
  if (copy == nullptr) return 0;
  std::memcpy(copy, bytes.data(), bytes.size());
  cairo_surface_set_mime_data(surface.get(), CAIRO_MIME_TYPE_JPEG, copy, bytes.size(), std::free,
                              copy);
  return paint(cairo, box, surface.get());
}

double draw_svg(cairo_t* cairo, const Box& box, std::string_view bytes) {
  using Handle = std::unique_ptr<RsvgHandle, decltype(&g_object_unref)>;
  const Handle handle{rsvg_handle_new_from_data(reinterpret_cast<const guint8*>(bytes.data()),
                                                bytes.size(), nullptr),
                      &g_object_unref};
  if (!handle) return 0;
  double width = box.width;
  double height = box.height;
  gboolean has_box = FALSE;
  RsvgRectangle view{};
  rsvg_handle_get_intrinsic_dimensions(handle.get(), nullptr, nullptr, nullptr, nullptr, &has_box,
                                       &view);
  if (has_box && view.width > 0 && view.height > 0) {
    width = view.width;
    height = view.height;
  } else {
    rsvg_handle_get_intrinsic_size_in_pixels(handle.get(), &width, &height);
  }
  if (width <= 0 || height <= 0) return 0;
  const Scale size = fitted(box, width, height);
  const RsvgRectangle place{box.x, box.y, size.width, size.height};
  return rsvg_handle_render_document(handle.get(), cairo, &place, nullptr) ? size.width : 0;
}

}  // namespace

double draw_picture(cairo_t* cairo, const Box& box, std::string_view bytes,
                    std::string_view media_type) {
  if (bytes.empty()) return 0;
  if (media_type == "image/svg+xml") return draw_svg(cairo, box, bytes);
  if (media_type == "image/png") return draw_png(cairo, box, bytes);
  if (media_type == "image/jpeg") return draw_jpeg(cairo, box, bytes);
  return 0;
}

}  // namespace freehold::paper
