// Everything the simulator remembers: Stripe-shaped objects in memory, changed in transactions.
//
// A record has what Stripe shows and what it keeps to itself (which test card it is, when the next
// retry is due). Kinds are Stripe's own `object` names, and a few of ours. A transaction yields
// one line for the journal; one that is rolled back leaves nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "simulator/json_access.hpp"

namespace freehold::simulator {

// A word that leads to a record. Records of one word are in the order of `place`, then of creation.
struct Key {
  std::string word;
  std::int64_t place = 0;
};

struct Record {
  std::string kind;
  std::string id;
  std::uint64_t order = 0;  // of creation; lists are sorted by it
  json::object shown;
  json::object hidden;
  std::optional<std::int64_t> due;  // when the clock has work with it; kept by the store
  std::vector<Key> keys = {};       // what it is found by; kept by the store
};

class Store {
 public:
  // When a record next needs the clock, in seconds since 1970.
  using DueOf = std::function<std::optional<std::int64_t>(const Record&)>;
  using KeysOf = std::function<std::vector<Key>(const Record&)>;
  Store(DueOf due_of, KeysOf keys_of) : due_of_(std::move(due_of)), keys_of_(std::move(keys_of)) {}

  const Record* find(std::string_view kind, std::string_view id) const;
  // By order of creation.
  using Rows = std::map<std::uint64_t, Record>;
  const Rows& all(std::string_view kind) const;
  // The places and orders of the records of a kind that have `word` among their keys, as they are
  // now, within a transaction too. The reference is good until the next change.
  using Places = std::set<std::pair<std::int64_t, std::uint64_t>>;
  const Places& under(std::string_view kind, std::string_view word) const;
  // The records themselves.
  std::vector<const Record*> found(std::string_view kind, std::string_view word) const;

  // Changes happen between begin and commit. References stay valid until the record is erased.
  void begin();
  Record& add(std::string_view kind, std::string_view id, json::object shown,
              json::object hidden = {});
  Record& edit(std::string_view kind, std::string_view id);  // it must exist
  void erase(std::string_view kind, std::string_view id);
  // The change so far as one line without a line break; empty when nothing changed.
  std::string changes() const;
  void commit();
  void roll_back();
  bool in_transaction() const { return open_; }
  // Runs `work` inside the transaction and takes back what it changed. References to records that
  // it touched are no longer valid.
  void attempt(const std::function<void()>& work);

  // The record that is due first, at `until` or before.
  const Record* next_due(std::int64_t until) const;

  // Takes a line of commit() or dump(). Throws std::runtime_error when it is not one.
  void apply(std::string_view line);
  std::vector<const Record*> records() const;
  // The whole content, as lines that apply() takes.
  std::vector<std::string> dump() const;
  void clear();

 private:
  struct Table {
    Rows rows;
    std::unordered_map<std::string, std::uint64_t> order_of;
    std::unordered_map<std::string, Places> places_of;  // by word
  };
  struct Undo {
    std::string kind;
    std::string id;
    std::optional<Record> before;
  };

  void remember(std::string_view kind, std::string_view id);
  void put(Record record);
  void remove(std::string_view kind, std::string_view id);
  void undo_changes();
  void schedule(Record& record);
  void unschedule(const Record& record);
  void refresh(std::string_view kind) const;

  DueOf due_of_;
  KeysOf keys_of_;
  std::map<std::string, Table, std::less<>> tables_;
  std::set<std::tuple<std::int64_t, std::uint64_t, std::string, std::string>> due_;
  std::uint64_t next_order_ = 1;

  bool open_ = false;
  std::vector<Undo> undo_;
  std::set<std::pair<std::string, std::string>, std::less<>> touched_;
};

}  // namespace freehold::simulator
