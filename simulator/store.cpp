#include "simulator/store.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace freehold::simulator {

namespace {

json::array to_row(const Record& record) {
  return {record.kind, record.id, record.order, record.shown, record.hidden};
}

Record from_row(const json::value& value) {
  const json::array& row = value.as_array();
  Record record;
  record.kind = std::string(row.at(0).as_string());
  record.id = std::string(row.at(1).as_string());
  record.order = row.at(2).to_number<std::uint64_t>();
  record.shown = row.at(3).as_object();
  record.hidden = row.at(4).as_object();
  return record;
}

}  // namespace

const Record* Store::find(std::string_view kind, std::string_view id) const {
  const auto table = tables_.find(kind);
  if (table == tables_.end()) return nullptr;
  const auto order = table->second.order_of.find(std::string(id));
  return order == table->second.order_of.end() ? nullptr : &table->second.rows.at(order->second);
}

const Store::Rows& Store::all(std::string_view kind) const {
  static const Rows none;
  const auto table = tables_.find(kind);
  return table == tables_.end() ? none : table->second.rows;
}

// A record that this transaction has changed may be found by other words than before it.
void Store::refresh(std::string_view kind) const {
  Store& self = const_cast<Store&>(*this);
  for (auto touched = touched_.lower_bound({std::string(kind), std::string()});
       touched != touched_.end() && touched->first == kind; ++touched) {
    const Record* record = find(kind, touched->second);
    if (record == nullptr) continue;
    self.unschedule(*record);
    self.schedule(const_cast<Record&>(*record));
  }
}

const Store::Places& Store::under(std::string_view kind, std::string_view word) const {
  static const Places none;
  const auto table = tables_.find(kind);
  if (table == tables_.end()) return none;
  refresh(kind);
  const auto places = table->second.places_of.find(std::string(word));
  return places == table->second.places_of.end() ? none : places->second;
}

std::vector<const Record*> Store::found(std::string_view kind, std::string_view word) const {
  std::vector<const Record*> records;
  for (const auto& [place, order] : under(kind, word))
    records.push_back(&tables_.find(kind)->second.rows.at(order));
  return records;
}

void Store::begin() {
  open_ = true;
  undo_.clear();
  touched_.clear();
}

void Store::remember(std::string_view kind, std::string_view id) {
  if (!touched_.emplace(kind, id).second) return;
  const Record* before = find(kind, id);
  undo_.push_back({std::string(kind), std::string(id),
                   before == nullptr ? std::nullopt : std::optional(*before)});
}

void Store::put(Record record) {
  remove(record.kind, record.id);
  next_order_ = std::max(next_order_, record.order + 1);
  Table& table = tables_[record.kind];
  table.order_of[record.id] = record.order;
  Record& kept = table.rows[record.order] = std::move(record);
  schedule(kept);
}

void Store::remove(std::string_view kind, std::string_view id) {
  const Record* record = find(kind, id);
  if (record == nullptr) return;
  unschedule(*record);
  Table& table = tables_.find(kind)->second;
  const std::uint64_t order = record->order;
  table.order_of.erase(std::string(id));
  table.rows.erase(order);
}

Record& Store::add(std::string_view kind, std::string_view id, json::object shown,
                   json::object hidden) {
  remember(kind, id);
  put({std::string(kind), std::string(id), next_order_, std::move(shown), std::move(hidden), {}});
  return const_cast<Record&>(*find(kind, id));
}

Record& Store::edit(std::string_view kind, std::string_view id) {
  remember(kind, id);
  const Record* record = find(kind, id);
  if (record == nullptr) throw std::logic_error("no record " + std::string(id));
  return const_cast<Record&>(*record);
}

void Store::erase(std::string_view kind, std::string_view id) {
  remember(kind, id);
  remove(kind, id);
}

std::string Store::changes() const {
  json::array kept;
  json::array gone;
  for (const auto& [kind, id] : touched_) {
    const Record* record = find(kind, id);
    if (record == nullptr)
      gone.push_back(json::array{kind, id});
    else
      kept.push_back(to_row(*record));
  }
  if (kept.empty() && gone.empty()) return {};
  return json::serialize(json::object{{"put", std::move(kept)}, {"erase", std::move(gone)}});
}

void Store::commit() {
  open_ = false;
  for (const auto& [kind, id] : touched_) {
    const Record* record = find(kind, id);
    if (record == nullptr) continue;
    unschedule(*record);
    schedule(const_cast<Record&>(*record));
  }
  undo_.clear();
  touched_.clear();
}

void Store::roll_back() {
  open_ = false;
  undo_changes();
}

void Store::attempt(const std::function<void()>& work) {
  for (const auto& [kind, table] : tables_) refresh(kind);
  auto undo = std::exchange(undo_, {});
  auto touched = std::exchange(touched_, {});
  const auto back = [&] {
    undo_changes();
    undo_ = std::move(undo);
    touched_ = std::move(touched);
  };
  try {
    work();
  } catch (...) {
    back();
    throw;
  }
  back();
}

void Store::undo_changes() {
  for (auto change = undo_.rbegin(); change != undo_.rend(); ++change) {
    remove(change->kind, change->id);
    if (change->before) put(std::move(*change->before));
  }
  undo_.clear();
  touched_.clear();
}

void Store::schedule(Record& record) {
  record.due = due_of_(record);
  if (record.due) due_.emplace(*record.due, record.order, record.kind, record.id);
  record.keys = keys_of_(record);
  if (record.keys.empty()) return;
  Table& table = tables_.find(record.kind)->second;
  for (const Key& key : record.keys) table.places_of[key.word].emplace(key.place, record.order);
}

void Store::unschedule(const Record& record) {
  if (record.due) due_.erase({*record.due, record.order, record.kind, record.id});
  if (record.keys.empty()) return;
  Table& table = tables_.find(record.kind)->second;
  for (const Key& key : record.keys) {
    const auto places = table.places_of.find(key.word);
    if (places == table.places_of.end()) continue;
    places->second.erase({key.place, record.order});
    if (places->second.empty()) table.places_of.erase(places);
  }
}

const Record* Store::next_due(std::int64_t until) const {
  if (due_.empty() || std::get<0>(*due_.begin()) > until) return nullptr;
  return find(std::get<2>(*due_.begin()), std::get<3>(*due_.begin()));
}

void Store::apply(std::string_view line) {
  try {
    const json::object change = json::parse(line).as_object();
    for (const json::value& row : change.at("put").as_array()) put(from_row(row));
    for (const json::value& row : change.at("erase").as_array())
      remove(row.as_array().at(0).as_string(), row.as_array().at(1).as_string());
  } catch (const std::exception& error) {
    throw std::runtime_error(std::string("not a record of the simulator: ") + error.what());
  }
}

std::vector<const Record*> Store::records() const {
  std::vector<const Record*> found;
  for (const auto& [kind, table] : tables_)
    for (const auto& [order, record] : table.rows) found.push_back(&record);
  return found;
}

std::vector<std::string> Store::dump() const {
  std::vector<std::string> lines;
  for (const Record* record : records()) {
    json::array rows;
    rows.push_back(to_row(*record));
    lines.push_back(
        json::serialize(json::object{{"put", std::move(rows)}, {"erase", json::array{}}}));
  }
  return lines;
}

void Store::clear() {
  tables_.clear();
  due_.clear();
}

}  // namespace freehold::simulator
