#include "moving/zip.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "core/crypto.hpp"

using namespace freehold;
using namespace freehold::moving;

namespace {

// What Python's own reader finds in an archive: names and contents, each checksum checked.
std::string read_by_python(const std::string& bytes) {
  const auto path =
      std::filesystem::temp_directory_path() / ("zip_test_" + to_hex(random_bytes(8)));
  std::ofstream(path, std::ios::binary) << bytes;
  const std::string command =
      "python3 -c 'import sys, zipfile\n"
      "z = zipfile.ZipFile(sys.argv[1])\n"
      "print(z.testzip())\n"
      "for i in z.infolist(): print(i.filename, i.file_size, i.date_time[:3], "
      "z.read(i)[:20].decode())' " +
      path.string() + " 2>&1";
  std::string found;
  std::FILE* pipe = popen(command.c_str(), "r");
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) found += static_cast<char>(c);
  pclose(pipe);
  std::filesystem::remove(path);
  return found;
}

}  // namespace

TEST_CASE("an archive that is made piece by piece is read by others") {
  Zip zip(*parse_rfc3339("2026-11-28T12:34:56Z"));
  std::string bytes = zip.begin("a.jsonl");
  for (int i = 0; i < 10'000; ++i) bytes += zip.add("{\"n\": 1}\n");
  bytes += zip.end();
  bytes += zip.begin("empty.jsonl");
  bytes += zip.end();
  bytes += zip.begin("\u00fcber.txt");
  bytes += zip.add("gr\u00fc\u00dfe");
  bytes += zip.end();
  bytes += zip.finish();
  CHECK(read_by_python(bytes) ==
        "None\n"
        "a.jsonl 90000 (2026, 11, 28) {\"n\": 1}\n{\"n\": 1}\n{\"\n"
        "empty.jsonl 0 (2026, 11, 28) \n"
        "\u00fcber.txt 7 (2026, 11, 28) gr\u00fc\u00dfe\n");
  CHECK(bytes.size() < 2'000);
}

TEST_CASE("an archive that was cut off does not open") {
  Zip zip(*parse_rfc3339("2026-11-28T12:34:56Z"));
  std::string bytes = zip.begin("a.jsonl");
  bytes += zip.add("{}\n");
  bytes += zip.end();
  CHECK(read_by_python(bytes).find("BadZipFile") != std::string::npos);
}
