// Sending once. The row says how far it came: "sending" was begun, "sent" is over. A job that finds
// "sent" does nothing; one that finds "sending" sends again with the same Message-ID, by which mail
// programs know the second copy.
#include "core/async.hpp"
#include "core/json.hpp"
#include "egress/mime.hpp"
#include "notify/letters.hpp"

namespace freehold::notify {
namespace {

struct MailTag {
  static constexpr std::string_view prefix = "mail";
};
using MailId = Id<MailTag>;

const db::Query<std::string, std::optional<TenantId>, MailId, std::string, Instant> begin{
    "notify.begin", R"(
  insert into notify.mail (tenant_id, id, letter, state, created_at)
  values ($1, $2, $3, 'sending', $4)
      on conflict on constraint mails_exist_once
      do update set letter = excluded.letter
  returning state)"};

const db::Query<void, MailId, Instant> finish{"notify.finish", R"(
  update notify.mail
     set state = 'sent', sent_at = $2
   where id = $1)"};

const db::Query<void, MailId, Instant, std::string, std::string, std::string, std::string> keep{
    "notify.keep", R"(
  update notify.mail
     set state = 'sent', sent_at = $2, recipient = $3, subject = $4, body_text = $5, body_html = $6
   where id = $1)"};

const db::Query<void, Instant> forget{"notify.forget_sent", R"(
  delete from notify.mail
   where state = 'sent' and body_text is null and created_at < $1)"};

// Mail programs show no SVG: a logo of that kind is left out, and the name stands alone.
json::object brand_model(const Notify& notify) {
  const auto face = notify.brand.current();
  const bool shown = face->logo && face->logo->extension != "svg";
  return {{"name", face->look.name},
          {"url", notify.base_url},
          {"address", nullptr},
          {"logo", shown ? json::value(notify.base_url + *face->logo_url()) : json::value()},
          {"accent", to_string(face->light.accent)},
          {"on_accent", to_string(face->light.on_accent)},
          {"accent_ink", to_string(face->light.ink)}};
}

html::Mail render(const Notify& notify, const Letter& letter) {
  json::object model;
  model["lang"] = "en";
  model["title"] = letter.title;
  model["preview"] = letter.paragraphs.empty() ? std::string_view("")
                                               : std::string_view(letter.paragraphs.front());
  model["reason"] = letter.reason;
  model["brand"] = brand_model(notify);
  model["subject"] = letter.subject;
  model["paragraphs"] = to_json(letter.paragraphs);
  model["button"] = to_json(letter.button);
  model["link"] = to_json(letter.link);
  model["note"] = to_json(letter.note);
  model["unsubscribe_url"] = to_json(letter.unsubscribe_url);
  return notify.views.render_mail("notify/mail/letter", model);
}

// "Freehold <hello@example.com>"
egress::Mailbox mailbox_of(std::string_view text) {
  const auto open = text.find('<');
  if (open == std::string_view::npos) return {.name = {}, .address = std::string(text)};
  std::string_view name = text.substr(0, open);
  while (name.ends_with(' ')) name.remove_suffix(1);
  const auto close = text.find('>', open);
  return {.name = std::string(name),
          .address = std::string(text.substr(open + 1, close - open - 1))};
}

Task<> deliver(Notify& notify, MailId id, const Letter& letter, const html::Mail& mail) {
  const egress::Mailbox from = mailbox_of(notify.brand.current()->look.mail_from);
  const std::string domain = from.address.substr(from.address.find('@') + 1);
  egress::Letter message{.from = from,
                         .to = {.name = {}, .address = letter.to},
                         .subject = mail.subject,
                         .text = mail.text,
                         .html = mail.html,
                         .date = notify.clocks.business.now()};
  message.message_id = egress::make_message_id(to_string(id), domain);
  if (letter.unsubscribe_url) {
    message.headers.emplace_back("List-Unsubscribe", "<" + *letter.unsubscribe_url + ">");
    message.headers.emplace_back("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
  }
  message.headers.emplace_back("Auto-Submitted", "auto-generated");
  message.attachments = letter.files;
  const egress::Mail envelope{from.address, letter.to, egress::to_mime(message)};
  std::optional<std::string> refused;
  try {
    co_await notify.egress.send_mail(*notify.smtp, envelope);
  } catch (const egress::MailFailure& failure) {
    if (!failure.permanent) throw;
    refused = failure.what();
  }
  if (refused) throw events::Discard{"the mail server refuses it: " + *refused};
}

// At most 60 bytes, without half a character at the end.
std::string shortened(std::string text) {
  std::size_t size = std::min<std::size_t>(text.size(), 60);
  const auto inside = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; };
  while (size > 0 && size < text.size() && inside(text[size])) --size;
  text.resize(size);
  return text;
}

// The job's own id for its first letter, and one that follows from it for each other.
MailId id_of(const events::Job& job, const Letter& letter) {
  if (letter.copy == 0) return MailId{job.id.uuid};
  const Digest digest = sha256(fmt::format("{} {}", to_string(job.id), letter.copy));
  Uuid uuid;
  std::copy_n(digest.begin(), uuid.bytes.size(), uuid.bytes.begin());
  return MailId{uuid};
}

// The mailbox has no room for files: it says what a mail would bring.
std::string text_with_files(const html::Mail& mail, const Letter& letter) {
  std::string text = mail.text;
  for (const egress::Attachment& file : letter.files)
    text += fmt::format("\n[{}, {} bytes]\n", file.name, file.bytes.size());
  return text;
}

}  // namespace

Task<> send(Notify& notify, const events::Job& job, Letter letter) {
  const MailId id = id_of(job, letter);
  db::SystemTx tx = notify.database.system();
  const std::string state = co_await tx.row(begin, job.event.tenant, id, letter.name, tx.now());
  co_await tx.commit();
  if (state == "sent") co_return;
  const html::Mail mail = render(notify, letter);
  if (notify.smtp) co_await deliver(notify, id, letter, mail);
  db::SystemTx done = notify.database.system();
  if (notify.smtp) {
    co_await done.run(finish, id, done.now());
  } else {
    co_await done.run(keep, id, done.now(), letter.to, mail.subject, text_with_files(mail, letter),
                      mail.html);
  }
  co_await done.commit();
}

Task<> forget_sent(Notify& notify) {
  db::SystemTx tx = notify.database.system();
  co_await tx.run(forget, tx.now() - days(30));
  co_await tx.commit();
}

std::string harmless(std::string_view name) {
  std::string safe;
  for (const char c : name) {
    const bool dangerous = static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '/' ||
                           c == ':' || c == '@' || c == '<' || c == '>';
    safe += dangerous ? ' ' : c;
  }
  // "evil.example" is an address to many mail programs.
  for (std::size_t at = 0; at + 1 < safe.size(); ++at) {
    if (safe[at] == '.' && safe[at + 1] != ' ') safe[at] = ' ';
  }
  return shortened(std::move(safe));
}

}  // namespace freehold::notify
