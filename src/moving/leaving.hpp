// What a workspace that leaves gets and leaves behind: its data as one file, whenever it wants, and
// the deletion when its time is over. docs/leaving.md documents the file.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "billing/billing.hpp"
#include "core/actor.hpp"
#include "core/task.hpp"
#include "db/db.hpp"
#include "html/frame.hpp"
#include "html/html.hpp"
#include "http/router.hpp"

namespace freehold::moving {

// Some of the rows of a file: lines of JSON, and where the next ones begin; nothing: that was all.
struct Lines {
  std::string text;
  std::optional<std::string> next;
};
// One file of the export, in the open format JSON Lines. Reads are short, one after the other.
struct ExportPart {
  std::string name;   // "documents": the file is documents.jsonl
  std::string about;  // "Every document with its text and tags."
  // From where the last ones ended; empty: from the beginning.
  std::function<Task<Lines>(const Actor& actor, std::string from)> read;
};

struct Leaving {
  db::Database& database;
  billing::Billing& billing;
  const html::Views& views;
  std::function<Task<html::Frame>(http::Request&)> frame;
  std::vector<ExportPart> parts;  // of the product, in front of ours
};

// /t/{slug}/settings/export: a page that says what is in the file, and the file itself, piece by
// piece. Open whatever the workspace's access is; for its owners and admins.
void routes(http::Router& at, Leaving& leaving);
// The loop that deletes what is due.
events::Work work(Leaving& leaving);

// What people, invoices and the audit say of a workspace: the parts that every workspace has.
std::vector<ExportPart> own_parts(db::Database& database);

// --- Deletion ------------------------------------------------------------------------------------

// Rows that stay when a workspace is deleted, and why.
struct Kept {
  std::string_view table;
  std::string_view deleted;  // the rows that go all the same, as a condition; "false": none
  std::string_view why;
};
std::vector<Kept> kept();

struct TableRows {
  std::string table;
  std::int64_t rows;
};
// What a deletion would delete, the largest table first.
Task<std::vector<TableRows>> would_purge(db::Database& database, const Actor& actor);
// One deletion that is due, to its end; false: none is. What was interrupted goes on at the next.
Task<bool> purge_step(Leaving& leaving);
// In words, for an operator: every deletion that is planned, and what it deletes. With
// `billing.stripe_url` away nothing is asked.
Task<std::string> planned_in_words(Leaving& leaving);

}  // namespace freehold::moving
