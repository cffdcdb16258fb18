// What an attacker writes stays text, in every place of a page where a value may stand. The linter
// keeps values out of the places that are not listed here.
#include <doctest/doctest.h>

#include <boost/json.hpp>

#include "html/engine/test_templates.hpp"

using namespace freehold;
using namespace freehold::html;

namespace {

struct Payload {
  std::string_view family;
  std::string_view text;
};

constexpr Payload payloads[] = {
    {"element", "<script>alert(1)</script><img src=x onerror=alert(1)>"},
    {"double quote", "\" onmouseover=\"alert(1)"},
    {"single quote", "' autofocus onfocus='alert(1)"},
    {"address", "javascript:alert(1)"},
    {"end of a block", "</title></textarea></style>--><script>alert(1)</script>"},
};

struct Context {
  std::string_view name;
  std::string_view before;
  std::string_view after;
};

// Text and quoted attributes: the value may not leave its place.
constexpr Context contexts[] = {
    {"text", "<p>", "</p>"},
    {"title", "<title>", "</title>"},
    {"textarea", "<textarea>", "</textarea>"},
    {"option", "<select><option>", "</option></select>"},
    {"double-quoted attribute", "<p title=\"", "\">x</p>"},
    {"single-quoted attribute", "<p title='", "'>x</p>"},
    {"input value", "<input value=\"", "\">"},
    {"data attribute", "<div data-json=\"", "\"></div>"},
    {"aria attribute", "<p aria-label=\"", "\"></p>"},
    {"htmx address", "<a hx-get=\"", "\">x</a>"},
    {"htmx headers", "<body hx-headers:inherited='{\"X-CSRF-Token\":\"", "\"}'>"},
    {"custom element", "<fh-copy text=\"", "\"></fh-copy>"},
    {"SVG text", "<svg><text>", "</text></svg>"},
    {"SVG title", "<svg><title>", "</title></svg>"},
    {"SVG geometry", "<svg><polyline points=\"", "\"/></svg>"},
    {"dialog", "<dialog><p>", "</p></dialog>"},
    {"template element", "<template>", "</template>"},
    {"comment", "<!-- ", " -->"},
    {"class", "<span class=\"badge badge-", "\"></span>"},
};

// Addresses: the value may not be run either.
constexpr Context addresses[] = {
    {"href", "<a href=\"", "\">x</a>"},
    {"form action", "<form action=\"", "\"></form>"},
    {"image source", "<img alt=\"\" src=\"", "\">"},
    {"SVG use", "<svg><use href=\"", "\"/></svg>"},
};

std::string printed(const Context& context, std::string_view value) {
  const std::string source = fmt::format("{}{{{{x}}}}{}", context.before, context.after);
  const std::string page = render_one(source, {{"x", value}});
  REQUIRE(page.starts_with(context.before));
  REQUIRE(page.ends_with(std::string(context.after) + "\n"));
  return page.substr(context.before.size(),
                     page.size() - context.before.size() - context.after.size() - 1);
}

// Undoes exactly what HTML escaping does, so that equality shows that nothing was lost or added.
std::string unescaped(std::string text) {
  constexpr std::pair<std::string_view, std::string_view> entities[] = {
      {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}};
  for (const auto& [entity, character] : entities)
    for (auto at = text.find(entity); at != text.npos; at = text.find(entity, at + 1))
      text.replace(at, entity.size(), character);
  return text;
}

}  // namespace

TEST_CASE("a value cannot leave the text or the attribute that it stands in") {
  for (const Context& context : contexts)
    for (const Payload& payload : payloads) {
      CAPTURE(context.name);
      CAPTURE(payload.family);
      const std::string inside = printed(context, payload.text);
      CHECK(inside.find_first_of("<>\"'") == inside.npos);
      CHECK(unescaped(inside) == payload.text);
    }
}

TEST_CASE("an address cannot leave its attribute and cannot be a script") {
  for (const Context& context : addresses)
    for (const Payload& payload : payloads) {
      CAPTURE(context.name);
      CAPTURE(payload.family);
      const std::string inside = printed(context, payload.text);
      CHECK(inside.find_first_of("<>\"'") == inside.npos);
      CHECK(inside.find("javascript:") == inside.npos);
    }
  CHECK(printed(addresses[0], "JaVaScRiPt:alert(1)") == "#");
  CHECK(printed(addresses[0], "data:text/html,<script>") == "#");
  CHECK(printed(addresses[0], "/t/acme?a=1&b=2") == "/t/acme?a=1&amp;b=2");
  CHECK(printed(addresses[0], "https://freehold.dev/x") == "https://freehold.dev/x");
  CHECK(printed(addresses[0], "#field-email") == "#field-email");
}

TEST_CASE("a partial is escaped for the place that it is included in") {
  const Views views = TestTemplates()
                          .add("demo/templates/page.tpl", "<p>{{>x}}</p><a href=\"{{>x}}\">y</a>")
                          .add("demo/templates/x.tpl", "{{x}}")
                          .views();
  CHECK(views.render("demo/page", {{"x", "javascript:alert(1)"}}) ==
        "<p>javascript:alert(1)\n</p><a href=\"#\n\">y</a>\n");
}

TEST_CASE("a value that holds a template is not a template") {
  CHECK(render_one("<p>{{x}}</p>", {{"x", "{{y}}{{>ICON}}"}}) == "<p>{{y}}{{&gt;ICON}}</p>\n");
}

TEST_CASE("an address without quotation marks is refused at start") {
  CHECK(error_of([] { render_one("<a href={{x}}>x</a>", {{"x", "y"}}); }) != "");
}

TEST_CASE("a byte that ends a C string ends nothing here") {
  const std::string value("a\0<b", 4);
  CHECK(render_one("<p>{{x}}</p>", {{"x", value}}) == std::string("<p>a\0&lt;b</p>\n", 15));
}
