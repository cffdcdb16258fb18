// gzip and brotli for text that everybody may see. Never for an answer that mixes what the caller
// sent with a secret: its length would give the secret away (BREACH, CVE-2013-3587). Private to the
// module.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/syntax.hpp"

namespace freehold::http {

// Worth compressing: text of a kilobyte and more.
bool is_compressible(std::string_view content_type, std::size_t size);

// None when the library fails or the result is not smaller. Quality is low: this runs per request.
std::optional<std::string> compress(std::string_view text, Coding coding);

}  // namespace freehold::http
