// Pages of the documentation that the program prints itself.
#include <doctest/doctest.h>

#include "app/commands.hpp"
#include "tests/support/source_files.hpp"

using namespace freehold;

TEST_CASE("docs/api/routes.txt is the table of the program's routes") {
  CHECK_MESSAGE(test::read_source("docs/api/routes.txt") == app::routes_table(),
                "write it anew: build/dev/freehold routes > docs/api/routes.txt");
}

TEST_CASE("docs/api/openapi.json is the document of the program's API") {
  CHECK_MESSAGE(test::read_source("docs/api/openapi.json") == app::openapi_document(),
                "write it anew: build/dev/freehold openapi > docs/api/openapi.json");
}

TEST_CASE("docs/operations/configuration.md is what the program knows of its settings") {
  const app::ReadSettings read = app::read_settings("", {}, false);
  CHECK_MESSAGE(
      test::read_source("docs/operations/configuration.md") == app::document(read.documented),
      "write it anew: build/dev/freehold config > docs/operations/configuration.md");
}
