#include <ctemplate/per_expand_data.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <boost/json.hpp>
#include <mutex>

#include "html/assets.hpp"
#include "html/engine/files.hpp"
#include "html/engine/library.hpp"
#include "html/engine/names.hpp"
#include "html/engine/scope.hpp"
#include "html/html.hpp"
#include "html/lint/overrides.hpp"

namespace freehold::html {

namespace {

std::string layout_of(std::string_view page, const json::value& model) {
  const json::object* object = model.if_object();
  const json::value* layout = object == nullptr ? nullptr : object->if_contains("layout");
  if (layout == nullptr || !layout->is_string()) return std::string(page);
  return fmt::format("html/layout/{}", std::string_view(layout->get_string()));
}

}  // namespace

struct Views::State {
  State(Source given, Missing missing)
      : source(std::move(given)), assets(source.assets, source.directory), missing(missing) {
    if (!source.directory.empty()) loaded = print();
    library = load();
  }

  // An owner's templates in place of ours are looked at before they are used.
  std::shared_ptr<const Library> load() const {
    std::vector<TemplateFile> files = built_in_of(source);
    if (source.overrides.empty()) return std::make_shared<const Library>(files);
    const Merged merged = merge(std::move(files), source.overrides);
    if (!merged.overrides.mistakes.empty()) throw cannot_be_used(merged.overrides.mistakes);
    return std::make_shared<const Library>(merged.files);
  }

  std::string print() const {
    std::string all = fingerprint(source.directory);
    if (!source.overrides.empty()) all += own_fingerprint(source.overrides);
    return all;
  }

  // While developing, a changed template shows at the next request.
  std::shared_ptr<const Library> current() {
    if (source.directory.empty()) return library;
    const std::lock_guard lock(mutex);
    std::string found = print();
    if (found != loaded) {
      library = load();
      loaded = std::move(found);
    }
    return library;
  }

  std::string expand(const std::string& outer, std::string_view page, const json::value& model,
                     Report& report);
  void settle(std::string_view page, const Report& report);

  Source source;
  Assets assets;
  Missing missing;
  std::mutex mutex;
  std::string loaded;
  std::shared_ptr<const Library> library;
  std::atomic<std::uint64_t> missing_count = 0;
};

std::string Views::State::expand(const std::string& outer, std::string_view page,
                                 const json::value& model, Report& report) {
  const std::shared_ptr<const Library> templates = current();
  const std::string_view file = page.substr(0, page.find('#'));
  if (!templates->has(file) || is_layout(file))
    throw TemplateError(fmt::format("there is no template {}", page));
  Rendering rendering{*templates, assets, page, {}, {}, {}, 0};
  const Scope root(model, nullptr, rendering);
  ctemplate::PerExpandData data;
  std::string text;
  text.reserve(16 * 1024);
  if (!templates->cache().ExpandNoLoad(outer, ctemplate::DO_NOT_STRIP, &root, &data, &text))
    throw TemplateError(fmt::format("template {} in {} cannot be rendered", page, outer));
  missing_count.fetch_add(rendering.missing.size(), std::memory_order_relaxed);
  for (std::string& name : rendering.missing)
    if (std::find(report.missing.begin(), report.missing.end(), name) == report.missing.end())
      report.missing.push_back(std::move(name));
  return text;
}

void Views::State::settle(std::string_view page, const Report& report) {
  if (missing == Missing::empty || report.missing.empty()) return;
  throw TemplateError(fmt::format("template {} asks for names that the model lacks: {}", page,
                                  fmt::join(report.missing, ", ")));
}

Views::Views(Source source, Missing missing)
    : state_(std::make_unique<State>(std::move(source), missing)) {}

Views::~Views() = default;

std::string Views::render(std::string_view page, const json::value& model) const {
  Report report;
  std::string text = render(page, model, report);
  state_->settle(page, report);
  return text;
}

std::string Views::render(std::string_view page, const json::value& model, Report& report) const {
  return state_->expand(layout_of(page, model), page, model, report);
}

Mail Views::render_mail(std::string_view name, const json::value& model) const {
  const std::string text = fmt::format("{}.txt", name);
  Report report;
  Mail mail;
  mail.subject = state_->expand(text + "#subject", text + "#subject", model, report);
  mail.text = state_->expand("html/mail/layout.txt", text, model, report);
  mail.html = state_->expand("html/mail/layout", name, model, report);
  for (char& c : mail.subject)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  state_->settle(name, report);
  return mail;
}

bool Views::has(std::string_view page) const {
  return state_->current()->has(page);
}

std::uint64_t Views::missing_count() const {
  return state_->missing_count.load(std::memory_order_relaxed);
}

const Assets& Views::assets() const {
  return state_->assets;
}

}  // namespace freehold::html
