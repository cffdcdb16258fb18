// Letters to staff: what about the money of a workspace waits for a person.
#include "billing/billing.hpp"
#include "billing/tasks.hpp"
#include "core/async.hpp"
#include "notify/letters.hpp"

namespace freehold::notify {
namespace {

using events::Job;

// The task that the event tells of; nothing when it is not open any more.
Task<std::optional<billing::OpenTask>> task_of(Notify& notify, const Job& job) {
  const std::string kind = text_of(job, "kind");
  const std::string subject = text_of(job, "subject");
  db::ControlRead db = notify.database.control_read(job.actor());
  for (const billing::OpenTask& task : co_await billing::tasks_of_tenant(db))
    if (task.kind == kind && task.subject == subject) co_return task;
  co_return std::nullopt;
}

Task<> tell_staff(Notify& notify, const Job& job) {
  if (notify.task_mail.empty()) co_return;
  const auto task = co_await task_of(notify, job);
  if (!task) co_return;
  const Place place = co_await place_of(notify, job);
  const std::string name = harmless(place.tenant.name);
  const billing::TaskWords words = billing::words_of_task(task->kind);
  Letter letter{.name = "task",
                .subject = fmt::format("{}: {}", words.label, name),
                .title = std::string(words.label)};
  letter.paragraphs = {std::string(words.text),
                       fmt::format("It is about {} of {}.", task->subject, name)};
  if (!task->detail.empty()) letter.paragraphs.push_back(task->detail);
  letter.button = button("Open the tasks", notify.staff_url + "/tasks");
  letter.reason = "You get this mail because staff.task_mail of this installation names you.";
  co_await send_to_each(notify, job, letter, notify.task_mail);
}

}  // namespace

std::vector<Cause> task_letters() {
  return {{"notify.task", billing::task_opened, tell_staff}};
}

}  // namespace freehold::notify
