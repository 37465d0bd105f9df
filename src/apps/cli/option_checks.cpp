#include "apps/cli/option_checks.h"

#include <algorithm>

#include "base/joined.h"
#include "base/number_text.h"
#include "base/shown_text.h"

namespace ladder::cli {
namespace {

std::string unusable(const std::string& value, const std::string& takes) { return shown_text(value) + " cannot be used. It takes " + takes + "."; }

}  // namespace

CLI::Validator between(double least, double most) {
    const std::string range = number_text(least) + " to " + number_text(most);
    return {[=](std::string& text) {
                const auto v = parse_number(text);
                return v && *v >= least && *v <= most ? std::string() : unusable(text, range);
            },
            "(" + range + ")"};
}

CLI::Validator one_of(const std::vector<std::string>& names) {
    const std::string list = joined(names, " or ");
    return {[=](std::string& text) { return std::find(names.begin(), names.end(), text) != names.end() ? std::string() : unusable(text, list); }, "(" + list + ")"};
}

CLI::Validator some_name() {
    return {[](std::string& text) { return text.empty() ? std::string("is given an empty name, so nothing would be written.") : std::string(); }, ""};
}

}  // namespace ladder::cli
