// What each module of a node stands on, made of the node's parts. Private to the module.
#pragma once

#include "app/parts.hpp"

namespace freehold::app {

Guard::Parts guard_parts(Node::Parts& p);
assertion::Assertions assertions_of(Node::Parts& p);
gateway::Parts gateway_parts(Node::Parts& p);
identity::Identity identity_of(Node::Parts& p);
events::Feed feed_of(Node::Parts& p);
onboarding::Onboarding onboarding_of(Node::Parts& p);
access::Console console_of(Node::Parts& p);
metering::Pages usage_of(Node::Parts& p);
billing::Billing billing_of(Node::Parts& p);
moving::Leaving leaving_of(Node::Parts& p);
notify::Pages mail_pages_of(Node::Parts& p);
documents::Documents documents_of(Node::Parts& p);
notify::Notify notify_of(Node::Parts& p);
notify::Mailbox mailbox_of(Node::Parts& p);
staff::Staff staff_of(Node::Parts& p);
reference::Reference reference_of(Node::Parts& p);

}  // namespace freehold::app
