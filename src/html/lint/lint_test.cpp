// Each rule has a template here that breaks it, with {{! here }} on the lines that do; what stands
// on the other lines is allowed.
#include "html/lint/lint.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "html/engine/names.hpp"

using namespace freehold::html;

namespace {

struct Broken {
  std::string_view rule;
  std::string_view source;
};

constexpr Broken broken[] = {
    {"address", R"t({{%AUTOESCAPE context="HTML"}}
<a href="/t/{{slug}}">x</a>{{! here }}
<form action="{{base}}{{path}}"></form>{{! here }}
<a hx-get="{{url}}?q={{q}}">x</a>{{! here }}
<a href="{{url}}" hx-get="{{url}}">x</a>
<a href="{{#external}}{{url}}{{/external}}">x</a>{{! here }}
)t"},
    {"blank-target", R"t({{%AUTOESCAPE context="HTML"}}
<a href="/x" target="_blank">x</a>{{! here }}
<a href="/x" target="_blank" rel="noopener noreferrer">x</a>
<a href="/x" target="_self">x</a>
)t"},
    {"class-marker", R"t({{%AUTOESCAPE context="HTML"}}
<p class="a {{name}}">x</p>{{! here }}
<p class="badge-{{tone}} content-{{width}} tone-{{health_tone}}{{#done}} done{{/done}}">x</p>
)t"},
    {"copy", R"t({{%AUTOESCAPE context="HTML"}}
<p>Please try again</p>{{! here }}
<p>Saved
   successfully</p>{{! here }}
<p>Welcome!</p>{{! here }}
<p title="Please">Try again {{please}}</p>
)t"},
    {"event-attribute", R"t({{%AUTOESCAPE context="HTML"}}
<button onclick="go()">x</button>{{! here }}
<form hx-on:submit="go()"></form>{{! here }}
<button aria-label="on">x</button>
)t"},
    {"htmx-filter", R"t({{%AUTOESCAPE context="HTML"}}
<a hx-get="/x" hx-trigger="click[ctrlKey]">x</a>{{! here }}
<a hx-get="/x" hx-trigger="every 2s">x</a>
)t"},
    {"image-text", R"t({{%AUTOESCAPE context="HTML"}}
<img src="/x.png">{{! here }}
<img src="/x.png" alt="">
)t"},
    {"inline-script", R"t({{%AUTOESCAPE context="HTML"}}
<script>alert(1)</script>{{! here }}
<script src="{{url}}">run()</script>{{! here }}
<script src="{{url}}" defer></script>
)t"},
    {"inline-style", R"t({{%AUTOESCAPE context="HTML"}}
<style>p{color:red}</style>{{! here }}
<p style="color:red">x</p>{{! here }}
<p class="style">style="x"</p>
)t"},
    {"markup-marker", R"t({{%AUTOESCAPE context="HTML"}}
<p {{name}}>x</p>{{! here }}
<p data-{{name}}="x">x</p>{{! here }}
<p data-x="{{name}}">{{name}}</p>
)t"},
    {"modifier", R"t({{%AUTOESCAPE context="HTML"}}
<p>{{name:none}}</p>{{! here }}
<p>{{name:h}}</p>{{! here }}
{{>row:html_escape}}{{! here }}
<pre>{{name:pre_escape}}</pre>
)t"},
    {"name", R"t({{%AUTOESCAPE context="HTML"}}
<p>{{invoice.total}}</p>{{! here }}
{{=| |=}}{{! here }}
<p>{{invoice_total}}</p>
<p>{{! here }}{{never_closed</p>
)t"},
    {"partial-place", R"t({{%AUTOESCAPE context="HTML"}}
<input{{>STATE}}>
<p title="{{>row}}">x</p>{{! here }}
<p {{>row}}>x</p>{{! here }}
<p>{{>STATE}}</p>{{! here }}
)t"},
    {"partial", R"t({{%AUTOESCAPE context="HTML"}}
{{>row}}{{>ICON_PLUS}}{{>ICON}}
{{>rwo}}{{! here }}
{{>ICON_PLSU}}{{! here }}
{{>CONTENT}}{{! here }}
)t"},
    {"post-key", R"t({{%AUTOESCAPE context="HTML"}}
<form method="post" action="/x"><button>Save</button></form>{{! here }}
<form method="post" action="/x">
  {{>CSRF}}
</form>
<form method="get" action="/x"></form>
<form method="POST" action="/x"></form>{{! here }}
<form method="post" action="/x">{{! here }}</form>{{>CSRF}}
)t"},
    {"pragma", R"t(<p>{{name}}</p>{{! here }}
)t"},
    {"script-value", R"t({{%AUTOESCAPE context="HTML"}}
<a href="javascript:go()">x</a>{{! here }}
<form hx-vals="js:{a:1}"></form>{{! here }}
<form hx-vals='{"a":1}'></form>
)t"},
    {"section-state", R"t({{%AUTOESCAPE context="HTML"}}
<p {{#a}}title="{{/a}}x">{{! here }}
<p title="{{#a}}x{{/a}}">y</p>
<p{{#a}} title="x"{{/a}}>y</p>
{{#a}}<p title="x">{{/a}}y
<p title="{{#a}}x">{{/a}}y</p>{{! here }}
)t"},
    {"section", R"t({{%AUTOESCAPE context="HTML"}}
{{#rows}}<p>{{#first}}a{{/last}}</p>{{! here }}
{{/rows}}
{{#open}}<p>b</p>{{! here }}
)t"},
    {"unquoted", R"t({{%AUTOESCAPE context="HTML"}}
<p title={{name}}>x</p>{{! here }}
<p title={{#name}}"a"{{/name}}>x</p>{{! here }}
<p title=a title="{{name}}" lang='{{name}}'>x</p>
)t"},
    {"unsafe-attribute", R"t({{%AUTOESCAPE context="HTML"}}
<button formaction="{{url}}">x</button>{{! here }}
<svg><use xlink:href="{{url}}"/></svg>{{! here }}
<img alt="" srcset="{{url}}">{{! here }}
<video poster="{{url}}"></video>{{! here }}
<iframe srcdoc="{{text}}"></iframe>{{! here }}
<a href="/x" ping="{{url}}">x</a>{{! here }}
<svg><use href="{{url}}"/></svg>
)t"},
    {"verbatim", R"t({{%AUTOESCAPE context="HTML"}}
<textarea>{{text}}</textarea>{{! here }}
<textarea>{{text:pre_escape}}</textarea>
)t"},
    {"word", R"t({{%AUTOESCAPE context="HTML"}}
<p>Leave this workspace</p>{{! here }}
<p>All
   Workspaces</p>{{! here }}
<p>Leave this {{word_workspace}}, {{workspace_name}}</p>
<a href="/workspaces" class="workspace">x</a>
)t"},
};

constexpr std::string_view clean = R"t({{%AUTOESCAPE context="HTML"}}
<!-- {{comment}} -->
<form method="post" action="{{action}}" hx-headers='{"X":"{{token}}"}'>{{>CSRF}}
  {{#rows}}<label class="tone-{{tone}}"><input{{>STATE}} name="{{name}}" value="{{value}}"{{#checked}} checked{{/checked}}>{{label}}</label>{{/rows}}
  {{#rows_not}}<p>a < b && c > d</p>{{/rows_not}}
  <title>{{title}}</title><br/>
</form>
)t";

const std::string pragma = "{{%AUTOESCAPE context=\"HTML\"}}\n";

TemplateFile file_at(std::string path, std::string body) {
  std::string name = template_name(path);
  return {std::move(name), std::move(path), std::move(body)};
}

std::vector<TemplateFile> surroundings() {
  return {
      file_at("src/html/templates/icon/plus.tpl", pragma + "<svg></svg>\n"),
      file_at("src/html/templates/csrf.tpl",
              pragma + "<input type=\"hidden\" name=\"csrf_token\" value=\"{{csrf_token}}\">\n"),
      file_at("src/html/templates/state.tpl",
              "{{%AUTOESCAPE context=\"HTML\" state=\"IN_TAG\"}}\n title=\"{{title}}\"\n"),
      file_at("src/demo/templates/row.tpl", pragma + "<p>{{name}}</p>\n"),
  };
}

std::vector<Finding> findings_in(std::string path, std::string_view source,
                                 Author author = Author::house) {
  std::vector<TemplateFile> files = surroundings();
  files.push_back(file_at(std::move(path), std::string(source)));
  const Known known = known_of(files);
  return lint(std::span(files).last(1), known, author);
}

std::vector<int> lines_of(const std::vector<Finding>& findings, std::string_view rule) {
  std::vector<int> lines;
  for (const Finding& finding : findings)
    if (finding.rule == rule) lines.push_back(finding.line);
  return lines;
}

std::vector<int> lines_with(std::string_view source, std::string_view mark) {
  std::vector<int> lines;
  int line = 1;
  while (!source.empty()) {
    const auto end = std::min(source.find('\n'), source.size() - 1) + 1;
    if (source.substr(0, end).contains(mark)) lines.push_back(line);
    source.remove_prefix(end);
    ++line;
  }
  return lines;
}

std::string printed(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) text += text_of(finding) + "\n";
  return text;
}

}  // namespace

TEST_CASE("a template that breaks a rule is found at its lines") {
  for (const Broken& each : broken) {
    const auto findings =
        findings_in(fmt::format("src/demo/templates/{}.tpl", each.rule), each.source);
    CHECK_MESSAGE(lines_of(findings, each.rule) == lines_with(each.source, "{{! here }}"),
                  each.rule << ":\n"
                            << printed(findings));
  }
}

TEST_CASE("a template without a fault has no finding") {
  CHECK(printed(findings_in("src/demo/templates/clean.tpl", clean)) == "");
  for (const TemplateFile& file : surroundings())
    CHECK(printed(findings_in(file.path, file.body)) == "");
}

TEST_CASE("a mail needs a text twin and a subject, and may have styles") {
  const std::string html = pragma + "<p style=\"margin:0\">Hello</p>\n";
  CHECK(printed(findings_in("src/demo/templates/mail/hello.tpl", html)) ==
        "src/demo/templates/mail/hello.tpl:1: a mail has a text twin of the same name, .txt "
        "(mail-twin)\n");
  const std::string text = "Hello {{name}}\n";
  CHECK(printed(findings_in("src/demo/templates/mail/hello.txt", text)) ==
        "src/demo/templates/mail/hello.txt:1: the first line of a mail must be “Subject: …” "
        "(subject)\n");
  CHECK(printed(findings_in("src/demo/templates/mail/hello.txt", "Subject: Hello\n\n" + text)) ==
        "");
  std::vector<TemplateFile> both{file_at("src/demo/templates/mail/hello.tpl", html),
                                 file_at("src/demo/templates/mail/hello.txt", "Subject: Hello\n")};
  CHECK(printed(lint(both, known_of(both), Author::house)) == "");
}

TEST_CASE("a text template is held to the rules that are not about markup") {
  const auto lines = [](std::string_view rule, std::string_view source) {
    return lines_of(findings_in("src/demo/templates/note.txt", source), rule);
  };
  using Lines = std::vector<int>;
  CHECK(lines("section", "a\n{{#open}}\n") == Lines{2});
  CHECK(lines("section", "a\n{{#open}}b{{/open}}\n") == Lines{});
  CHECK(lines("name", "{{a.b}}\n") == Lines{1});
  CHECK(lines("partial", "{{>rwo}}\n") == Lines{1});
  CHECK(lines("partial", "{{>row}}\n") == Lines{});
  CHECK(lines("copy", "Hello\nPlease\n") == Lines{2});
  CHECK(printed(findings_in("src/demo/templates/note.txt", "<p style=x>{{name}}\n")) == "");
}

TEST_CASE("a layout holds its content once") {
  const auto lines = [](std::string_view body) {
    return lines_of(findings_in("src/html/templates/layout/auth.tpl", pragma + std::string(body)),
                    "content");
  };
  CHECK(lines("<main>{{>CONTENT}}</main>\n") == std::vector<int>{});
  CHECK(lines("<main></main>\n") == std::vector<int>{1});
  CHECK(lines("<main>{{>CONTENT}}{{>CONTENT}}</main>\n") == std::vector<int>{1});
}

TEST_CASE("how an owner writes is the owner's affair, where values are escaped is not") {
  const std::string page = pragma + "<p title={{name}}>Please</p>\n";
  CHECK(printed(findings_in("src/demo/templates/page.tpl", page, Author::owner)) ==
        "src/demo/templates/page.tpl:2: title={{…}} needs quotation marks (unquoted)\n");
  CHECK(lines_of(findings_in("src/demo/templates/page.tpl", page, Author::house), "copy") ==
        std::vector<int>{2});
}

TEST_CASE("every rule has a template that breaks it") {
  std::vector<std::string_view> shown{"mail-twin", "subject", "content"};
  for (const Broken& each : broken) shown.push_back(each.rule);
  for (const Rule& rule : rules())
    CHECK_MESSAGE(std::ranges::find(shown, rule.name) != shown.end(), rule.name);
}

TEST_CASE("a finding names the file, the line and the rule") {
  CHECK(printed(findings_in("src/demo/templates/page.tpl", pragma + "\n<img src=\"/x\">\n")) ==
        "src/demo/templates/page.tpl:3: <img> needs alt; alt=\"\" if it only decorates "
        "(image-text)\n");
}
