// Ending mails that people may not want (RFC 8058). Private to the module.
#pragma once

#include <string>

#include "notify/notify.hpp"

namespace freehold::notify {

// The address that ends them for this person, without a log-in: whoever has the mail may.
std::string unsubscribe_url(const Notify& notify, UserId user);
Task<bool> is_unsubscribed(Notify& notify, UserId user);

}  // namespace freehold::notify
