// How long a page takes to render: a table of 50 rows inside the staff layout, and the same rows
// alone as the fragment that htmx asks for; and how that grows from one thread to two.
#include <chrono>
#include <cstdio>
#include <thread>

#include "core/json.hpp"
#include "html/catalogue.hpp"
#include "html/html.hpp"

using namespace freehold;

namespace {

constexpr int rows = 50;
constexpr int pages = 4000;

json::value model_with_rows() {
  json::value model = html::sample_model("tenants");
  json::array& tenants = model.at("tenants").as_array();
  const json::array few = tenants;
  while (tenants.size() < rows) tenants.push_back(few[tenants.size() % few.size()]);
  return model;
}

double seconds_for(const html::Views& views, const json::value& model, int threads) {
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::jthread> workers;
  for (int thread = 0; thread < threads; ++thread)
    workers.emplace_back([&] {
      for (int page = 0; page < pages; ++page) views.render("html/components/tenants", model);
    });
  workers.clear();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void measure(const html::Views& views, const char* name, const json::value& model) {
  const auto size = views.render("html/components/tenants", model).size();
  seconds_for(views, model, 1);
  const double alone = seconds_for(views, model, 1);
  const double together = seconds_for(views, model, 2);
  fmt::print("{:<9} {:>6} bytes  {:>6.1f} us  {:>7.0f} pages/s  two threads: x{:.2f}\n", name, size,
             alone / pages * 1e6, pages / alone, 2 * alone / together);
}

}  // namespace

int main() {
  const html::Views views(html::Source{embedded::templates(), embedded::assets(), ""},
                          html::Missing::empty);
  json::value model = model_with_rows();
  measure(views, "page", model);
  model.as_object()["layout"] = nullptr;
  measure(views, "fragment", model);
}
