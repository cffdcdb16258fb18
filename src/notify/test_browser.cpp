#include "notify/test_browser.hpp"

#include <array>

namespace freehold::test {
namespace {

std::string encoded(const FormFields& fields) {
  std::string body;
  for (const auto& [name, value] : fields) {
    body += (body.empty() ? "" : "&") + name + '=';
    for (const unsigned char c : value) body += fmt::format("%{:02x}", c);
  }
  return body;
}

Task<> answer(http::Edge& edge, http::Request& request, http::Response& into) {
  into = co_await edge.answer(request);
}

bool is_void(std::string_view tag) {
  constexpr std::array tags{"!doctype", "meta", "link", "input", "br", "img", "hr"};
  return std::ranges::find(tags, tag) != tags.end();
}

std::string without_markup(std::string_view html) {
  std::string text;
  bool inside = false;
  for (const char c : html) {
    if (c == '<') inside = true;
    if (!inside) text += c;
    if (c == '>') inside = false, text += ' ';
  }
  return text;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

}  // namespace

Browser::Browser(World& world, http::Edge& edge, std::string base_url)
    : world_(world), edge_(edge), base_url_(std::move(base_url)) {}

http::Response Browser::get(const std::string& path) {
  http::Request request;
  request.method = http::Method::get;
  request.set_target(path);
  auto response = send(std::move(request));
  const std::string token = between(response.body, R"(name="csrf_token" value=")", "\"");
  if (!token.empty()) form_token = token;
  return response;
}

http::Response Browser::post(const std::string& path, FormFields fields) {
  http::Request request;
  request.method = http::Method::post;
  request.set_target(path);
  request.add_header("Origin", base_url_);
  request.add_header("Content-Type", "application/x-www-form-urlencoded");
  fields.emplace_back("csrf_token", form_token);
  request.body = encoded(fields);
  return send(std::move(request));
}

http::Response Browser::send(http::Request request) {
  request.ip = ip;
  request.host = base_url_.substr(base_url_.find("://") + 3);
  request.add_header("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0");
  std::string jar;
  for (const auto& [name, value] : cookies) jar += (jar.empty() ? "" : "; ") + name + '=' + value;
  if (!jar.empty()) request.add_header("Cookie", jar);
  http::Response response;
  world_.run([&](db::Database&) { return answer(edge_, request, response); });
  for (const auto& cookie : response.cookies) {
    cookies[cookie.name] = cookie.value;
    if (cookie.max_age == 0) cookies.erase(cookie.name);
  }
  return response;
}

std::string between(std::string_view text, std::string_view before, std::string_view after) {
  const auto from = text.find(before);
  if (from == text.npos) return {};
  text.remove_prefix(from + before.size());
  return std::string(text.substr(0, text.find(after)));
}

std::string words_of(std::string_view page) {
  const auto start = page.find("<main");
  const auto end = page.find("</main>");
  if (start != page.npos) page = page.substr(start, end - start);
  std::string text = without_markup(page);
  for (const auto& [entity, character] :
       {std::pair("&amp;", "&"), {"&#39;", "'"}, {"&quot;", "\""}, {"&lt;", "<"}, {"&gt;", ">"}})
    replace_all(text, entity, character);
  std::string words;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n';
    if (!space) words += c;
    if (space && !words.empty() && words.back() != ' ') words += ' ';
  }
  while (words.ends_with(' ')) words.pop_back();
  return words;
}

std::string mistakes_in(std::string_view html) {
  std::vector<std::string> open;
  for (auto at = html.find('<'); at != html.npos; at = html.find('<', at + 1)) {
    const std::string_view rest = html.substr(at + 1);
    const bool closes = rest.starts_with('/');
    const std::string name(rest.substr(closes, rest.find_first_of(" >\n", closes) - closes));
    if (closes && (open.empty() || open.back() != name)) return "</" + name + "> closes nothing";
    if (closes) open.pop_back();
    const bool is_whole = is_void(name) || rest.substr(0, rest.find('>')).ends_with('/');
    if (!closes && !is_whole) open.push_back(name);
  }
  for (auto at = html.find('&'); at != html.npos; at = html.find('&', at + 1)) {
    const auto end = html.find_first_not_of("#abcdefghijklmnopqrstuvwxyz0123456789", at + 1);
    if (end == html.npos || html[end] != ';') return "a bare & at " + std::to_string(at);
  }
  return open.empty() ? "" : "<" + open.back() + "> is not closed";
}

}  // namespace freehold::test
