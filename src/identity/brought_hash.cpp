#include "identity/brought_hash.hpp"

#include <crypt.h>
#include <fmt/core.h>
#include <openssl/evp.h>
#include <sodium.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

namespace freehold::identity {
namespace {

using Kind = BroughtHash::Kind;
using Read = std::variant<BroughtHash, Unreadable>;

// What one log-in may cost. The most that is in use today passes: bcrypt of cost 14, the 128 MiB of
// scrypt and the million iterations of PBKDF2 that OWASP and Django have.
constexpr std::uint64_t most_bcrypt = 15;
constexpr std::uint64_t most_scrypt_work = std::uint64_t(1) << 21;    // N * r * p
constexpr std::uint64_t most_scrypt_memory = std::uint64_t(1) << 20;  // N * r, of 128 bytes
constexpr std::uint64_t most_iterations = 2'000'000;
constexpr std::uint64_t most_argon2_memory = 131'072;  // KiB
constexpr std::uint64_t most_argon2_work = 1'048'576;  // KiB * passes
constexpr std::size_t longest_hash = 512;

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t end; (end = text.find(separator)) != std::string_view::npos;) {
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  parts.push_back(text);
  return parts;
}

// At most nine digits, without sign or blank; 0 for anything else, which no parameter may be.
std::uint32_t number(std::string_view text) {
  std::uint32_t value = 0;
  if (text.size() > 9) return 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : 0;
}

// "ln=14,r=8,p=1": the number behind a name, 0 without one.
std::uint32_t parameter(std::string_view list, std::string_view name) {
  for (const std::string_view part : split(list, ',')) {
    if (part.starts_with(name) && part.substr(name.size()).starts_with('='))
      return number(part.substr(name.size() + 1));
  }
  return 0;
}

// Base64 with or without padding, in the alphabets of RFC 4648, PHC and passlib.
std::optional<Bytes> from_any_base64(std::string_view text) {
  std::string plain(text);
  while (plain.ends_with('=')) plain.pop_back();
  for (char& c : plain) {
    if (c == '+' || c == '.') c = '-';
    if (c == '/') c = '_';
  }
  return from_base64url(plain);
}

bool is_key_length(std::size_t size) {
  return size >= 16 && size <= 64;
}

Read unreadable(std::string_view what) {
  return Unreadable{fmt::format("the password hash is no {}", what)};
}

Read too_dear(std::string_view what) {
  return Unreadable{fmt::format("the password hash asks for too much work: {}", what)};
}

// --- bcrypt

bool is_bcrypt_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '/';
}

Read read_bcrypt(std::string_view text, Kind kind) {
  const bool version =
      text.starts_with("$2a$") || text.starts_with("$2b$") || text.starts_with("$2y$");
  if (!version || text.size() != 60 || text[6] != '$' ||
      !std::ranges::all_of(text.substr(7), is_bcrypt_letter))
    return unreadable("bcrypt hash ($2a$, $2b$ or $2y$, 60 characters)");
  const std::uint32_t cost = number(text.substr(4, 2));
  if (cost < 4 || cost > 31) return unreadable("bcrypt hash with a cost from 4 on");
  if (cost > most_bcrypt) return too_dear("bcrypt with a cost above 15");
  return BroughtHash{.kind = kind, .crypt = std::string(text), .n = cost};
}

// --- scrypt

Read scrypt_of(std::uint64_t n, std::uint32_t r, std::uint32_t p, std::optional<Bytes> salt,
               std::optional<Bytes> key) {
  if (n < 2 || !std::has_single_bit(n) || r == 0 || p == 0 || !salt || !key ||
      !is_key_length(key->size()))
    return unreadable("scrypt hash (N a power of two, r, p, salt, and a key of 16 to 64 bytes)");
  if (r > 64 || p > 64 || n > most_scrypt_memory || n * r > most_scrypt_memory ||
      n * r * p > most_scrypt_work)
    return too_dear("scrypt beyond 128 MiB, or beyond N * r * p = 2097152");
  return BroughtHash{.kind = Kind::scrypt,
                     .n = n,
                     .r = r,
                     .p = p,
                     .salt = std::move(*salt),
                     .key = std::move(*key)};
}

// $scrypt$ln=14,r=8,p=1$salt$key
Read read_phc_scrypt(const std::vector<std::string_view>& parts) {
  if (parts.size() != 5) return unreadable("scrypt hash of the PHC form");
  const std::uint32_t exponent = parameter(parts[2], "ln");
  if (exponent > 62) return too_dear("scrypt beyond 128 MiB");
  return scrypt_of(std::uint64_t(1) << exponent, parameter(parts[2], "r"), parameter(parts[2], "p"),
                   from_any_base64(parts[3]), from_any_base64(parts[4]));
}

// scrypt$N$r$p$salt$key, where salt and key are both hexadecimal or both base64; the length of the
// key tells which. Django's scrypt$N$salt$r$p$key has its salt, as it is, in the place of r.
Read read_common_scrypt(const std::vector<std::string_view>& parts) {
  if (parts.size() != 6) return unreadable("scrypt hash (scrypt$N$r$p$salt$key)");
  const std::uint32_t n = number(parts[1]);
  const bool is_djangos = parts[2].size() > 3 || number(parts[2]) == 0;
  if (is_djangos)
    return scrypt_of(n, number(parts[3]), number(parts[4]), Bytes(parts[2]),
                     from_any_base64(parts[5]));
  const bool is_hex = parts[5].size() == 64 || parts[5].size() == 128;
  const auto decode = [is_hex](std::string_view text) {
    return is_hex ? from_hex(text) : from_any_base64(text);
  };
  return scrypt_of(n, number(parts[2]), number(parts[3]), decode(parts[4]), decode(parts[5]));
}

// scrypt:32768:8:1$salt$hexadecimal
Read read_werkzeug_scrypt(const std::vector<std::string_view>& parts) {
  const auto recipe = split(parts[0], ':');
  if (parts.size() != 3 || recipe.size() != 4)
    return unreadable("scrypt hash (scrypt:N:r:p$salt$key)");
  return scrypt_of(number(recipe[1]), number(recipe[2]), number(recipe[3]), Bytes(parts[1]),
                   from_hex(parts[2]));
}

// --- PBKDF2

Read pbkdf2_of(std::string_view digest, std::uint64_t iterations, std::optional<Bytes> salt,
               std::optional<Bytes> key) {
  if ((digest != "sha256" && digest != "sha512") || iterations == 0 || !salt || !key ||
      !is_key_length(key->size()))
    return unreadable(
        "PBKDF2 hash (sha256 or sha512, iterations, salt, and a key of 16 to 64 bytes)");
  const std::uint64_t blocks = digest == "sha256" && key->size() > 32 ? 2 : 1;
  if (iterations * blocks > most_iterations) return too_dear("PBKDF2 beyond 2000000 iterations");
  return BroughtHash{.kind = Kind::pbkdf2,
                     .n = iterations,
                     .digest = std::string(digest),
                     .salt = std::move(*salt),
                     .key = std::move(*key)};
}

// $pbkdf2-sha256$29000$salt$key of passlib, and $pbkdf2-sha256$i=600000,l=32$salt$key
Read read_phc_pbkdf2(const std::vector<std::string_view>& parts) {
  if (parts.size() != 5) return unreadable("PBKDF2 hash of the PHC form");
  const std::uint32_t named = parameter(parts[2], "i");
  return pbkdf2_of(parts[1].substr(parts[1].find('-') + 1), named > 0 ? named : number(parts[2]),
                   from_any_base64(parts[3]), from_any_base64(parts[4]));
}

// pbkdf2_sha256$870000$salt$key: the salt as it is
Read read_django_pbkdf2(const std::vector<std::string_view>& parts) {
  if (parts.size() != 4) return unreadable("PBKDF2 hash (pbkdf2_sha256$iterations$salt$key)");
  return pbkdf2_of(parts[0].substr(parts[0].find('_') + 1), number(parts[1]), Bytes(parts[2]),
                   from_any_base64(parts[3]));
}

// pbkdf2:sha256:600000$salt$hexadecimal
Read read_werkzeug_pbkdf2(const std::vector<std::string_view>& parts) {
  const auto recipe = split(parts[0], ':');
  if (parts.size() != 3 || recipe.size() != 3)
    return unreadable("PBKDF2 hash (pbkdf2:sha256:iterations$salt$key)");
  return pbkdf2_of(recipe[1], number(recipe[2]), Bytes(parts[1]), from_hex(parts[2]));
}

// --- Argon2

// $argon2id$v=19$m=65536,t=3,p=4$salt$key
Read read_argon2(std::string_view text) {
  const auto parts = split(text, '$');
  if (parts.size() != 6 || parts[2] != "v=19")
    return unreadable("Argon2 hash ($argon2id$v=19$m=…,t=…,p=…$salt$key)");
  BroughtHash hash{.kind = Kind::argon2,
                   .crypt = std::string(text),
                   .n = parameter(parts[3], "t"),
                   .p = parameter(parts[3], "p"),
                   .kibibytes = parameter(parts[3], "m"),
                   .digest = std::string(parts[1].substr(std::strlen("argon2")))};
  const auto salt = from_any_base64(parts[4]);
  const auto key = from_any_base64(parts[5]);
  const bool whole = salt && salt->size() >= 8 && key && is_key_length(key->size());
  if (!whole || hash.n == 0 || hash.p == 0 || hash.kibibytes < 8UL * hash.p)
    return unreadable(
        "Argon2 hash (m of 8 for each lane, t, p, salt, and a key of 16 to 64 bytes)");
  if (hash.p > 16 || hash.kibibytes > most_argon2_memory ||
      hash.kibibytes * hash.n > most_argon2_work)
    return too_dear("Argon2 beyond 128 MiB, beyond m * t = 1048576, or beyond 16 lanes");
  return hash;
}

Read read_phc(std::string_view text) {
  if (text.starts_with("$2")) return read_bcrypt(text, Kind::bcrypt);
  if (text.starts_with("$argon2id$") || text.starts_with("$argon2i$")) return read_argon2(text);
  const auto parts = split(text, '$');
  if (parts[1] == "scrypt") return read_phc_scrypt(parts);
  if (parts[1] == "pbkdf2-sha256" || parts[1] == "pbkdf2-sha512") return read_phc_pbkdf2(parts);
  return unreadable("bcrypt, scrypt, PBKDF2 or Argon2 hash that is known here");
}

Bytes scrypt_key(const BroughtHash& hash, const std::string& password) {
  Bytes key(hash.key.size(), '\0');
  const std::uint64_t memory = 128 * (hash.n * hash.r + std::uint64_t(hash.r) * hash.p) + 65'536;
  const auto* salt = reinterpret_cast<const unsigned char*>(hash.salt.data());
  const int made =
      EVP_PBE_scrypt(password.data(), password.size(), salt, hash.salt.size(), hash.n, hash.r,
                     hash.p, memory, reinterpret_cast<unsigned char*>(key.data()), key.size());
  if (made != 1) throw std::bad_alloc();
  return key;
}

Bytes pbkdf2_key(const BroughtHash& hash, const std::string& password) {
  Bytes key(hash.key.size(), '\0');
  const EVP_MD* digest = hash.digest == "sha512" ? EVP_sha512() : EVP_sha256();
  const auto* salt = reinterpret_cast<const unsigned char*>(hash.salt.data());
  const int made = PKCS5_PBKDF2_HMAC(password.data(), int(password.size()), salt,
                                     int(hash.salt.size()), int(hash.n), digest, int(key.size()),
                                     reinterpret_cast<unsigned char*>(key.data()));
  if (made != 1) throw std::bad_alloc();
  return key;
}

// crypt(3) ends at a NUL, so that a password with one in it would match a shorter one.
bool matches_bcrypt(const std::string& setting, const std::string& password) {
  if (password.find('\0') != std::string::npos) return false;
  const auto space = std::make_unique<crypt_data>();
  const char* made = crypt_r(password.c_str(), setting.c_str(), space.get());
  return made != nullptr && equal_in_constant_time(made, setting);
}

}  // namespace

std::variant<BroughtHash, Unreadable> read_brought(std::string_view text) {
  if (text.size() > longest_hash || text.find('\0') != std::string_view::npos)
    return unreadable("hash of at most 512 characters");
  constexpr std::string_view bcrypt = "bcrypt$";
  constexpr std::string_view bcrypt_sha256 = "bcrypt_sha256$";
  constexpr std::string_view argon2 = "argon2$";
  if (text.starts_with('$')) return read_phc(text);
  // Django writes the name of its hasher before the form that others use.
  if (text.starts_with(bcrypt)) return read_bcrypt(text.substr(bcrypt.size()), Kind::bcrypt);
  if (text.starts_with(bcrypt_sha256))
    return read_bcrypt(text.substr(bcrypt_sha256.size()), Kind::bcrypt_of_sha256);
  if (text.starts_with("argon2$argon2")) return read_argon2(text.substr(argon2.size() - 1));
  const auto parts = split(text, '$');
  if (parts[0] == "scrypt") return read_common_scrypt(parts);
  if (parts[0].starts_with("scrypt:")) return read_werkzeug_scrypt(parts);
  if (parts[0].starts_with("pbkdf2_sha")) return read_django_pbkdf2(parts);
  if (parts[0].starts_with("pbkdf2:")) return read_werkzeug_pbkdf2(parts);
  return unreadable("bcrypt, scrypt, PBKDF2 or Argon2 hash that is known here");
}

std::string describe(const BroughtHash& hash) {
  switch (hash.kind) {
    case Kind::bcrypt:
      return fmt::format("bcrypt of cost {}", hash.n);
    case Kind::bcrypt_of_sha256:
      return fmt::format("bcrypt of SHA-256, cost {}", hash.n);
    case Kind::scrypt:
      return fmt::format("scrypt, N = {}, r = {}, p = {}", hash.n, hash.r, hash.p);
    case Kind::pbkdf2:
      return fmt::format("PBKDF2-{}, {} iterations", hash.digest, hash.n);
    case Kind::argon2:
      return fmt::format("Argon2{}, m = {} KiB, t = {}, p = {}", hash.digest, hash.kibibytes,
                         hash.n, hash.p);
  }
  return "?";
}

bool matches(const BroughtHash& hash, const std::string& password) {
  switch (hash.kind) {
    case Kind::bcrypt:
      return matches_bcrypt(hash.crypt, password);
    case Kind::bcrypt_of_sha256:
      return matches_bcrypt(hash.crypt, to_hex(view(sha256(password))));
    case Kind::scrypt:
      return equal_in_constant_time(scrypt_key(hash, password), hash.key);
    case Kind::pbkdf2:
      return equal_in_constant_time(pbkdf2_key(hash, password), hash.key);
    case Kind::argon2:
      return crypto_pwhash_str_verify(hash.crypt.c_str(), password.data(), password.size()) == 0;
  }
  return false;
}

}  // namespace freehold::identity
