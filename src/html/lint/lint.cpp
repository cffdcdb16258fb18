#include "html/lint/lint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "html/engine/names.hpp"

namespace freehold::html {

namespace {

bool applies(const Rule& rule, const TemplateFile& file) {
  if (rule.kinds == Kinds::both) return true;
  return (rule.kinds == Kinds::text) == is_text(file.name);
}

void apply(const Rule& rule, const Checked& checked, std::vector<Finding>& findings) {
  if (!applies(rule, checked.file)) return;
  for (Complaint& complaint : rule.check(checked))
    findings.push_back(
        {checked.file.path, complaint.line, rule.name, std::move(complaint.message)});
}

}  // namespace

std::string text_of(const Finding& finding) {
  return fmt::format("{}:{}: {} ({})", finding.path, finding.line, finding.message, finding.rule);
}

void sort_findings(std::vector<Finding>& findings) {
  const auto place = [](const Finding& each) {
    return std::tie(each.path, each.line, each.rule, each.message);
  };
  std::ranges::sort(findings, {}, place);
}

std::vector<Finding> lint(std::span<const TemplateFile> files, const Known& known, Author author) {
  std::vector<Finding> findings;
  for (const TemplateFile& file : files) {
    const Reading reading = read_template(file.body);
    for (const Rule& rule : rules())
      if (author == Author::house || rule.weight != Weight::house)
        apply(rule, {file, reading, known}, findings);
  }
  sort_findings(findings);
  return findings;
}

std::vector<Finding> lint_for_engine(const TemplateFile& file) {
  std::vector<Finding> findings;
  const Reading reading = read_template(file.body);
  const Known none;
  for (const Rule& rule : rules())
    if (rule.weight == Weight::engine) apply(rule, {file, reading, none}, findings);
  return findings;
}

}  // namespace freehold::html
