#include "brand/brand.hpp"

#include <boost/asio/post.hpp>
#include <mutex>

#include "core/async.hpp"
#include "core/json.hpp"
#include "core/log.hpp"
#include "core/scope.hpp"

namespace freehold::brand {
namespace {

constexpr auto every = std::chrono::seconds(1);

// A row of brand.look; what is null is as the configuration says.
struct Saved {
  std::int64_t version;
  std::optional<std::string> name;
  std::optional<std::string> mail_from;
  std::optional<std::string> accent;
  std::optional<std::string> accent_dark;
  std::optional<std::string> workspace;
  std::optional<std::string> workspaces;
  std::optional<db::RawBytes> logo;
};
BOOST_DESCRIBE_STRUCT(Saved, (),
                      (version, name, mail_from, accent, accent_dark, workspace, workspaces, logo))

// Nothing while the version is still `known`: a logo is not read every second.
const db::Query<Saved, std::int64_t> select_newer{"brand.select_newer", R"(
  select version, name, mail_from, accent, accent_dark, workspace, workspaces, logo
    from brand.look
   where version > $1)"};

const db::Query<std::int64_t, Instant, std::optional<std::string>, std::optional<std::string>,
                std::optional<std::string>, std::optional<std::string>, std::optional<std::string>,
                std::optional<std::string>, std::optional<db::RawBytes>, std::int64_t>
    upsert{"brand.upsert", R"(
  insert into brand.look (changed_at, name, mail_from, accent, accent_dark, workspace, workspaces,
                          logo)
  values ($1, $2, $3, $4, $5, $6, $7, $8)
      on conflict on constraint there_is_one_look
      do update set changed_at = excluded.changed_at, name = excluded.name,
                    mail_from = excluded.mail_from, accent = excluded.accent,
                    accent_dark = excluded.accent_dark, workspace = excluded.workspace,
                    workspaces = excluded.workspaces, logo = excluded.logo,
                    version = look.version + 1
              where look.version = $9
  returning version)"};

Look merged(const Look& configured, const Saved& saved) {
  Look look = configured;
  look.name = saved.name.value_or(look.name);
  look.mail_from = saved.mail_from.value_or(look.mail_from);
  look.accent = saved.accent.value_or(look.accent);
  look.accent_dark = saved.accent_dark.value_or(look.accent_dark);
  look.workspace = saved.workspace.value_or(look.workspace);
  look.workspaces = saved.workspaces.value_or(look.workspaces);
  if (saved.logo) look.logo = saved.logo->bytes;
  return look;
}

std::optional<std::string> unless_same(const std::string& chosen, const std::string& configured) {
  return chosen == configured ? std::nullopt : std::optional(chosen);
}

template <class Use>
void each_field(const Look& look, const Look& other, const Use& use) {
  use("name", look.name, other.name);
  use("mail_from", look.mail_from, other.mail_from);
  use("accent", look.accent, other.accent);
  use("accent_dark", look.accent_dark, other.accent_dark);
  use("workspace", look.workspace, other.workspace);
  use("workspaces", look.workspaces, other.workspaces);
}

// Who changed what, with old and new values; of a logo only that it changed.
std::string payload_of(const Look& before, const Look& after, const std::string& staff_id) {
  json::object changes;
  each_field(before, after, [&](std::string_view field, const auto& old, const auto& now) {
    if (old != now) changes[field] = json::object{{"old_value", old}, {"new_value", now}};
  });
  if (before.logo != after.logo) changes["logo"] = json::object{};
  return json::serialize(json::object{{"staff", staff_id}, {"changes", std::move(changes)}});
}

}  // namespace

struct Brand::State {
  State(Runtime& runtime, db::Database& database, Look look)
      : runtime(runtime),
        database(database),
        configured(tidied(std::move(look))),
        face(face_of(configured)),
        scope(runtime.executor(0)),
        pause(runtime.executor(0)) {
    set_words(words_of(configured));
  }

  void show(const Saved& saved);
  Task<> look();
  Task<> keep_looking();

  Runtime& runtime;
  db::Database& database;
  const Look configured;
  std::atomic<std::shared_ptr<const Face>> face;
  std::atomic<std::int64_t> version = 0;
  std::mutex mutex;  // of what is shown: a poll and a save may read at once
  Scope scope;
  Timer pause;  // between two looks; thread 0
  std::atomic<bool> started = false;
  bool stopping = false;
};

// The row may be of another release, or have been written by hand: what is wrong is not shown.
void Brand::State::show(const Saved& saved) {
  const std::lock_guard lock(mutex);
  if (saved.version <= version) return;
  version = saved.version;
  Look look = merged(configured, saved);
  const FieldErrors mistakes = mistakes_in(look);
  for (const FieldError& mistake : mistakes)
    log::error("brand.refused", {{"field", mistake.field}, {"reason", mistake.message}});
  if (!mistakes.empty()) return;
  set_words(words_of(look));
  face.store(face_of(std::move(look)));
}

Task<> Brand::State::look() {
  db::SystemRead db = database.system_read();
  const auto newer = co_await db.find(select_newer, version.load());
  if (newer) show(*newer);
}

Task<> Brand::State::keep_looking() {
  while (!stopping) {
    try {
      co_await look();
    } catch (const std::exception& error) {
      log::debug("brand.poll_failed", {{"reason", error.what()}});
    }
    if (stopping) co_return;
    pause.expires_after(every);
    co_await pause.async_wait(use_tuple);
  }
}

Brand::Brand(Runtime& runtime, db::Database& database, Look configured)
    : state_(std::make_shared<State>(runtime, database, std::move(configured))) {}

Brand::~Brand() = default;

std::shared_ptr<const Face> Brand::current() const {
  return state_->face.load();
}

const Look& Brand::configured() const {
  return state_->configured;
}

std::int64_t Brand::version() const {
  return state_->version;
}

Task<> Brand::look() {
  const auto state = state_;
  co_await state->look();
}

void Brand::start() {
  if (state_->started.exchange(true)) return;
  asio::post(state_->runtime.executor(0),
             [state = state_] { state->scope.spawn("brand.poll", state->keep_looking()); });
}

Task<> Brand::drain() {
  const auto state = state_;
  state->stopping = true;
  state->pause.cancel();
  co_await state->scope.stop();
}

Task<> save(Brand& brand, db::Database& database, Look look, std::int64_t version,
            std::string staff_id) {
  FieldErrors mistakes = mistakes_in(look);
  if (!mistakes.empty()) throw Problem::invalid(std::move(mistakes));
  look = tidied(std::move(look));
  const Look& configured = brand.configured();
  const Look before = brand.current()->look;
  std::optional<db::RawBytes> logo;
  if (look.logo != configured.logo) logo = db::RawBytes{look.logo};
  db::SystemTx tx = database.system();
  const auto saved = co_await tx.find(upsert, tx.now(), unless_same(look.name, configured.name),
                                      unless_same(look.mail_from, configured.mail_from),
                                      unless_same(look.accent, configured.accent),
                                      unless_same(look.accent_dark, configured.accent_dark),
                                      unless_same(look.workspace, configured.workspace),
                                      unless_same(look.workspaces, configured.workspaces),
                                      std::move(logo), version);
  if (!saved)
    throw Problem::conflict("brand_changed",
                            "Somebody else has changed the brand meanwhile. Look at it, and make "
                            "your change again.");
  co_await events::emit(tx, brand_changed, payload_of(before, look, staff_id));
  co_await tx.commit();
  co_await brand.look();
}

}  // namespace freehold::brand
