#include "identity/common_passwords.hpp"

#include <algorithm>
#include <optional>
#include <unordered_set>
#include <vector>

#include "core/time.hpp"

namespace freehold::identity {
namespace {

constexpr std::size_t shortest_entry = 8;  // shorter passwords are refused for their length

constexpr std::string_view base_words =
    "password passwort motdepasse contrasena passw pass secret secrets letmein letmeinnow openup "
    "opensesame access accessme account admin administrator root superuser sysadmin system server "
    "database login logon signin signup welcome hello hello-world helloworld changeme changethis "
    "change default guest user username test testing tester testtest temp temporary trustno "
    "qwerty azerty qwertz asdf asdfgh zxcvbn zxcvbnm qazwsx iloveyou ilovehim iloveher loveyou "
    "lovely love lover loveme forever always together princess prince queen king angel angels "
    "sunshine sunflower rainbow butterfly flower flowers rose lily daisy cherry strawberry peaches "
    "banana orange apple pineapple pumpkin cookie cookies chocolate candy sugar honey cheese "
    "coffee "
    "pepper ginger vanilla football baseball basketball soccer hockey tennis golf cricket rugby "
    "volleyball liverpool arsenal chelsea barcelona realmadrid juventus manchester united dragon "
    "monkey tiger lion panther wolf eagle falcon hawk phoenix dolphin turtle rabbit bunny kitten "
    "kitty puppy doggie horse pony elephant spider scorpion cobra shark bear panda penguin "
    "superman batman spiderman ironman wolverine hulk joker matrix starwars startrek pokemon "
    "pikachu naruto mario zelda minecraft fortnite roblox gandalf hobbit frodo harrypotter "
    "voldemort hogwarts merlin wizard magic master mustang corvette ferrari porsche mercedes "
    "camaro "
    "harley yamaha honda toyota computer laptop internet windows microsoft google facebook twitter "
    "instagram youtube linkedin samsung android iphone nokia office company business manager boss "
    "summer winter spring autumn january february march april june july august september october "
    "november december monday tuesday wednesday thursday friday saturday sunday holiday christmas "
    "easter halloween michael michelle jennifer jessica jessie ashley amanda daniel andrew anthony "
    "matthew joshua joseph robert thomas charlie jordan justin hunter killer shadow ranger buster "
    "taylor nicole hannah samantha melissa elizabeth victoria charlotte sophie emily olivia "
    "alexander alexandra benjamin william richard patrick jonathan christian sebastian "
    "maximilian andrea martin stefan thomas nathan george oliver oscar leo felix bella molly "
    "maggie bailey rocky lucky max sparky snoopy simba london paris berlin madrid newyork boston "
    "chicago dallas texas florida california america canada australia england scotland ireland "
    "germany france italy spain brazil mexico india china russia europe metallica nirvana slipknot "
    "eminem rockstar guitar music dance freedom whatever nothing something anything everything "
    "nobody somebody blessed jesus heaven godisgood faith hope peace diamond silver golden gold "
    "purple yellow black white green blue scarlet midnight thunder lightning storm fire water "
    "ocean "
    "mountain river island beach travel money dollar million success winner champion victory "
    "player gamer ninja samurai warrior soldier hacker cracker pirate captain mother father sister "
    "brother family friend friends bestfriend baby babygirl babyboy sweetie sweetheart darling "
    "honeybee beautiful gorgeous handsome sexy hottie cutie smile happy lucky7 crazy awesome "
    "fantastic perfect supreme creative biteme blahblah asshole fuckyou fuckoff bullshit";

constexpr std::string_view endings =
    "1 2 3 7 8 9 11 12 13 21 22 23 01 02 03 07 10 00 69 77 88 99 007 100 101 111 123 321 666 777 "
    "888 999 000 1234 4321 12345 54321 123456 1234567 12345678 123456789 ! !! ? . 1! 12! 123! "
    "1234! "
    "123. 123? @123 @1234 #1 #123 _123 -123 1990 1991 1992 1993 1994 1995 1996 1997 1998 1999 2000 "
    "2001 2010 2015 2016 2017 2018 2019 2020 2021 2022 2023 2024 2025 2026 2027 2028 2020! 2021! "
    "2022! 2023! 2024! 2025! 2026! 2027! 2028!";

constexpr std::string_view walks =
    "1qaz2wsx3edc4rfv5tgb6yhn 1q2w3e4r5t6y7u8i9o0p q1w2e3r4t5y6u7i8o9p0 zaq12wsxcde34rfv "
    "zaq1xsw2cde3vfr4 qazwsxedcrfvtgb qweasdzxc qweasdzxc123 asdfqwer qwerasdf qwerasdfzxcv "
    "1234qwer qwer1234 qwerty1234 1234asdf asdf1234 asdfasdf zxcv1234 qaz123wsx abcd1234 1234abcd "
    "abc123abc a1b2c3d4 a1b2c3d4e5 aa123456 a1234567 a12345678 a123456789 12345678a 123456789a "
    "123qweasd 123qweasdzxc qwe123qwe qwe123asd asd123asd 147258369 159357456 147852369 789456123 "
    "741852963 963852741 951753456 qwertyui qwertyuiop asdfghjk asdfghjkl azertyui azertyuiop "
    "qsdfghjk qsdfghjklm qwertzui qwertzuiop poiuytre lkjhgfds mnbvcxza 0987654321 1234567890 "
    "trustno1 whatever1 letmein1 monkey123 abcdefg1 abcdefgh1 computer1 nopassword yourpassword "
    "mypassword thepassword newpassword oldpassword adminadmin rootroot useruser passpass "
    "passwordpassword adminpassword rootpassword userpassword testpassword "
    "correcthorsebatterystaple "
    "iloveyou2 iloveyouso iwillsurvive givemeaccess donttellanyone idontknow idontcare nevermind "
    "remember rememberme password-1 pa55word passw0rd administrator1 welcomehome welcometo "
    "letmeinplease openthedoor supersecret topsecret secretpassword mysecret verysecret "
    "qwertyqwerty";

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::unordered_set<std::string> made_list() {
  std::unordered_set<std::string> list;
  const auto add = [&list](const std::string& entry) {
    if (entry.size() >= shortest_entry) list.insert(folded(entry));
  };
  for (const auto word : words_of(base_words)) {
    add(std::string(word));
    add(std::string(word) + std::string(word));
    for (const auto ending : words_of(endings)) {
      add(std::string(word) + std::string(ending));
      add(std::string(ending) + std::string(word));
    }
  }
  for (const auto walk : words_of(walks)) {
    for (auto length = shortest_entry; length <= walk.size(); ++length)
      add(std::string(walk.substr(0, length)));
    add(std::string(walk.rbegin(), walk.rend()));
  }
  return list;
}

const std::unordered_set<std::string>& list() {
  static const std::unordered_set<std::string> made = made_list();
  return made;
}

// "aaaaaaaa", "12121212", "abcabcabc": a unit of at most four characters, again and again.
bool is_repetition(std::string_view text) {
  for (std::size_t unit = 1; unit <= 4; ++unit) {
    const auto repeats = [&](std::size_t i) { return text[i] == text[i - unit]; };
    bool all = text.size() > unit;
    for (std::size_t i = unit; all && i < text.size(); ++i) all = repeats(i);
    if (all) return true;
  }
  return false;
}

// "abcdefgh", "98765432": each character is the next one, or the one before.
bool is_run(std::string_view text) {
  for (const int step : {1, -1}) {
    const auto breaks = [step](char a, char b) { return b - a != step; };
    if (std::ranges::adjacent_find(text, breaks) == text.end()) return true;
  }
  return false;
}

int number(std::string_view digits) {
  int value = 0;
  for (const char digit : digits) value = value * 10 + (digit - '0');
  return value;
}

bool is_day(int year, int month, int day) {
  return year >= 1900 && year <= 2100 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

// "24121985", "12241985", "19851224", and the same with two separators.
bool is_date(std::string_view text) {
  std::string digits;
  std::ranges::copy_if(text, std::back_inserter(digits),
                       [](char c) { return c >= '0' && c <= '9'; });
  if (digits.size() != 8 || text.size() > 10) return false;
  const int first = number(digits.substr(0, 2));
  const int second = number(digits.substr(2, 2));
  const int last_year = number(digits.substr(4));
  return is_day(last_year, second, first) || is_day(last_year, first, second) ||
         is_day(number(digits.substr(0, 4)), number(digits.substr(4, 2)), number(digits.substr(6)));
}

char folded(char c) {
  if (c >= 'A' && c <= 'Z') return folded(char(c + ('a' - 'A')));
  static constexpr std::string_view from = "@401l!|3$57+89";
  static constexpr std::string_view into = "aaoiiiiessttbg";
  const auto at = from.find(c);
  return at == std::string_view::npos ? c : into[at];
}

}  // namespace

std::string folded(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = folded(c);
  return result;
}

bool is_common_password(std::string_view password) {
  return is_repetition(password) || is_run(password) || is_date(password) ||
         list().contains(folded(password));
}

std::size_t common_password_count() {
  return list().size();
}

}  // namespace freehold::identity
