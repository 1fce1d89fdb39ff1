// Measures Google's libphonenumber on the inputs of the benchmarks. It prints the nanoseconds of CPU time per text for the
// check whether the text is a valid number. First it checks that each text reads as the expected number.
//
//   apt-get install libphonenumber-dev g++
//   g++ -O2 -std=c++17 benches/compare/cpp/phone.cc -o phone -lphonenumber
//   cargo run --manifest-path benches/compare/Cargo.toml | ./phone

#include <algorithm>
#include <ctime>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <phonenumbers/phonenumberutil.h>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

int main() {
  struct Input {
    std::string region, number, text;
  };
  std::map<std::string, std::vector<Input>> groups;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream fields(line);
    std::string group;
    Input input;
    for (auto* field : {&group, &input.region, &input.number, &input.text}) std::getline(fields, *field, '\t');
    if (input.region.empty()) input.region = "ZZ";
    groups[group].push_back(input);
  }
  const auto& util = *PhoneNumberUtil::GetInstance();
  for (const auto& [name, inputs] : groups) {
    for (const auto& input : inputs) {
      PhoneNumber number;
      std::string e164;
      util.Parse(input.text, input.region, &number);
      util.Format(number, PhoneNumberUtil::E164, &e164);
      if (e164 != input.number) {
        std::cerr << input.text << " is " << input.number << ", not " << e164 << "\n";
        return 1;
      }
    }
    size_t valid = 0;
    double best = 1e300;
    // The fastest pass counts.
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
