// Mail. Every letter is caused by an event and sent once: its row is keyed by the job that sends
// it. Two providers: the mailbox, which keeps letters for a page on a development machine, and
// SMTP.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "brand/brand.hpp"
#include "catalog/catalog.hpp"
#include "core/crypto.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "db/db.hpp"
#include "egress/egress.hpp"
#include "egress/mime.hpp"
#include "entitlements/entitlements.hpp"
#include "events/events.hpp"
#include "html/frame.hpp"
#include "html/html.hpp"
#include "http/router.hpp"
#include "identity/pages.hpp"

namespace freehold::notify {

// What a letter says, in the words of the person who gets it.
struct Letter {
  std::string name;     // "welcome": for the record
  std::string to = {};  // an address
  std::string subject = {};
  std::string title = {};
  std::vector<std::string> paragraphs = {};
  std::optional<html::Action> button = {};
  std::optional<html::Action> link = {};  // another way, smaller than the button
  std::optional<std::string> note = {};
  std::string reason = {};  // why this mail came: "You signed up with this address."
  // Of a mail that people may not want: the address that ends them (RFC 8058).
  std::optional<std::string> unsubscribe_url = {};
  std::vector<egress::Attachment> files = {};
  int copy = 0;  // which of several letters of one job: each is sent once for itself
};

struct Notify {
  db::Database& database;
  Clocks clocks;
  identity::Identity& identity;
  const catalog::Catalog& catalog;
  const html::Views& views;
  egress::Client& egress;
  const brand::Brand& brand;  // the name in every letter, and its sender
  std::string base_url;
  std::optional<egress::SmtpServer> smtp;  // none: the mailbox
  Secret link_key;  // links of invitations, and those that end mails, are derived from it
  // Who hears of each new task of staff, and where staff look at it.
  std::vector<std::string> task_mail = {};
  std::string staff_url = {};
  // An invoice as a PDF; without it, letters about invoices bring none.
  std::function<Task<std::string>(const Actor&, std::string invoice_id)> invoice_pdf = {};
};

events::Work work(Notify& notify);

// Sends the letter for this job, or does nothing when it was sent already. Throws events::Discard
// when the mail server refuses it for good, anything else to be tried again.
Task<> send(Notify& notify, const events::Job& job, Letter letter);

// What the mailbox's pages stand on.
struct Mailbox {
  Notify& notify;
  std::function<html::Frame(const http::Request&)> frame;
};
// /mailbox, /mailbox/{mail_id}, and /mailbox.json?to= for tests. For a listener that only
// developers reach.
void mailbox_routes(http::Router& at, Mailbox& mailbox);

// What the pages of mails stand on.
struct Pages {
  Notify& notify;
  std::function<html::Frame(const http::Request&)> frame;
};
// /unsubscribe/{token}: a page, and the POST of RFC 8058 that mail programs send by themselves.
void routes(http::Router& at, Pages& pages);

// A name that somebody chose, made harmless for a subject: no addresses, no control characters,
// short.
std::string harmless(std::string_view name);

}  // namespace freehold::notify
