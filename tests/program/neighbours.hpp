// Two furnished workspaces in one program: ours, whose people try everything, and theirs, of which
// nobody of ours may see or change anything.
#pragma once

#include <string>
#include <vector>

#include "tests/program/product.hpp"
#include "tests/program/rows.hpp"
#include "tests/program/workspace.hpp"

namespace freehold::program {

// Stands in everything of theirs that has a name.
inline const std::string their_word = "zebrafish";

struct Neighbours {
  Neighbours();

  test::ScratchDatabase scratch;
  std::string database;
  app::Settings settings;
  Program program;
  Stripe stripe;
  Workspace ours;
  Workspace theirs;
  Visitor staff;
  Product product;
};

// Made once for the tests of one program.
Neighbours& neighbours();

// An object of a workspace for a path parameter: "document_id" makes a document. More than one
// where objects differ: a document and a deleted one. Throws for a parameter that nobody knows
// here.
std::vector<std::string> victims(Workspace& workspace, const std::string& parameter);

// The names of the parameters in a path: {"slug", "document_id"}.
std::vector<std::string> parameters_of(std::string_view path);
// The path with a value in each parameter's place.
std::string filled(std::string path, const std::string& parameter, const std::string& value);

}  // namespace freehold::program
