// Google's own library on the inputs of the benches: from a text to valid or not, in nanoseconds of CPU time a text.
//
//   apt-get install libphonenumber-dev g++
//   g++ -O2 -std=c++17 benches/cpp/phone.cc -o phone -lphonenumber
//   cargo run --manifest-path benches/peers/Cargo.toml | ./phone

#include <algorithm>
#include <ctime>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include <phonenumbers/phonenumberutil.h>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

int main() {
  struct Input {
    std::string region, text;
  };
  std::map<std::string, std::vector<Input>> groups;
  for (std::string line; std::getline(std::cin, line);) {
    const auto first = line.find('\t'), second = line.find('\t', first + 1);
    const auto region = line.substr(first + 1, second - first - 1);
    groups[line.substr(0, first)].push_back({region.empty() ? "ZZ" : region, line.substr(second + 1)});
  }
  const auto& util = *PhoneNumberUtil::GetInstance();
  for (const auto& [name, inputs] : groups) {
    size_t valid = 0;
    double best = 1e300;
    // The first pass compiles the patterns; of the others the quickest counts.
    for (int pass = 0; pass < 20; ++pass) {
      valid = 0;
      const auto start = std::clock();
      for (const auto& input : inputs) {
        PhoneNumber number;
        if (util.Parse(input.text, input.region, &number) == PhoneNumberUtil::NO_PARSING_ERROR)
          valid += util.IsValidNumber(number);
      }
      const double time = 1e9 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
      best = std::min(best, time / static_cast<double>(inputs.size()));
    }
    std::cout << name << ": " << best << " ns, " << valid << " of " << inputs.size() << " valid\n";
  }
}
