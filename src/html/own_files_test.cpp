#include "html/engine/own_files.hpp"

#include <doctest/doctest.h>
#include <fmt/ranges.h>

#include "html/engine/test_folder.hpp"

using namespace freehold::html;

namespace {

std::string mistakes_in(const TestFolder& folder, const FolderLimits& limits = {}) {
  return folder.bare(
      fmt::format("{}", fmt::join(read_own_files(folder.path(), limits).mistakes, "\n")));
}

std::string names_in(const TestFolder& folder) {
  std::string names;
  for (const TemplateFile& file : read_own_files(folder.path()).files) names += file.name + "\n";
  return names;
}

}  // namespace

TEST_CASE("a file is named by its place in the folder, and hidden ones are not looked at") {
  TestFolder folder;
  folder.write("identity/login.tpl", "a").write("notify/mail/letter.txt", "b");
  folder.write("html/icon/plus.tpl", "c")
      .write(".git/config", "d")
      .write("html/.plus.tpl.swp", "e");
  CHECK(names_in(folder) == "html/icon/plus\nidentity/login\nnotify/mail/letter.txt\n");
  CHECK(mistakes_in(folder) == "");
}

TEST_CASE("line ends of other systems are read as ours") {
  TestFolder folder;
  folder.write("identity/login.tpl", "a\r\nb\rc\n");
  CHECK(read_own_files(folder.path()).files.at(0).body == "a\nb\rc\n");
}

TEST_CASE("a folder that is not there is a mistake, an empty one is not") {
  TestFolder folder;
  CHECK(mistakes_in(folder) == "");
  const auto own = read_own_files(folder.path() + "/none");
  CHECK(folder.bare(own.mistakes.at(0)) == "OWN/none: is no folder that can be read");
  folder.write("file", "");
  CHECK(read_own_files(folder.path() + "/file").mistakes.size() == 1);
}

TEST_CASE("what is no template, no text or too large is refused, all of it together") {
  TestFolder folder;
  folder.write("a/notes.bak", "x").write("a/latin.tpl", "caf\xe9");
  folder.write("a/large.tpl", std::string(11, 'x')).write("a/fits.tpl", std::string(10, 'x'));
  CHECK(mistakes_in(folder, {.bytes = 10}) ==
        "OWN/a/large.tpl: is larger than 0 KiB\n"
        "OWN/a/latin.tpl: is not UTF-8\n"
        "OWN/a/notes.bak: is no template: their names end in .tpl or .txt");
  const FolderLimits limits;
  CHECK(limits.bytes == 256 * 1024);
  CHECK(limits.files == 1000);
}

TEST_CASE("more files than a folder may hold are not read at all") {
  TestFolder folder;
  folder.write("a/1.tpl", "").write("a/2.tpl", "").write("a/3.tpl", "");
  CHECK(mistakes_in(folder, {.files = 3}) == "");
  CHECK(mistakes_in(folder, {.files = 2}) == "OWN: holds more than 2 files");
  CHECK(read_own_files(folder.path(), {.files = 2}).files.empty());
}

TEST_CASE("links are followed within the folder, as a mounted volume has them, and not out of it") {
  TestFolder outside;
  outside.write("secret.tpl", "x");
  TestFolder folder;
  folder.write("..data/identity/login.tpl", "a").link("identity", "..data/identity");
  CHECK(names_in(folder) == "identity/login\n");
  CHECK(mistakes_in(folder) == "");

  folder.link("staff/login.tpl", outside.path() + "/secret.tpl").link("html", outside.path());
  folder.link("notify/letter.tpl", "nowhere");
  CHECK(mistakes_in(folder) ==
        "OWN/html: is a link that leads out of the folder\n"
        "OWN/notify/letter.tpl: leads nowhere\n"
        "OWN/staff/login.tpl: is a link that leads out of the folder");
}

TEST_CASE("a link that leads back to where it lies comes to an end") {
  TestFolder folder;
  folder.link("a/again", "..");
  CHECK(mistakes_in(folder, {.depth = 2}) == "OWN/a/again/a: lies deeper than 2 folders");
}

TEST_CASE("a folder beside it whose name begins alike is outside") {
  TestFolder folder;
  std::filesystem::create_directory(folder.path() + "-2");
  folder.link("html", folder.path() + "-2");
  CHECK(mistakes_in(folder) == "OWN/html: is a link that leads out of the folder");
  std::filesystem::remove(folder.path() + "-2");
}

TEST_CASE("a copy carries the hash of what it was copied from in a line of its own") {
  const std::string page = "{{%AUTOESCAPE context=\"HTML\"}}\n<p>a</p>\n";
  const std::string mail = "Subject: a\n\nb\n";
  CHECK(with_stamp(page) ==
        "{{%AUTOESCAPE context=\"HTML\"}}\n{{! of freehold " + hash_of(page) + " }}\n<p>a</p>\n");
  CHECK(with_stamp(mail) == "Subject: a\n{{! of freehold " + hash_of(mail) + " }}\n\nb\n");
  for (const std::string& body : {page, mail, std::string("text\n")}) {
    CHECK(stamp_of(with_stamp(body)) == hash_of(body));
    CHECK(without_stamp(with_stamp(body)) == body);
    CHECK(stamp_of(body) == "");
    CHECK(without_stamp(body) == body);
  }
  // As the program's own files are named by their content.
  CHECK(hash_of("") == "e3b0c44298fc");
}
