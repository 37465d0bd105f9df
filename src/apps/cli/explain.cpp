#include "apps/cli/explain.h"

#include <vector>

#include "apps/cli/nearest_name.h"
#include "base/shown_text.h"

namespace ladder::cli {
namespace {

std::vector<std::string> long_names(const CLI::App& command) {
    std::vector<std::string> names;
    for (const CLI::Option* option : command.get_options())
        for (const std::string& name : option->get_lnames()) names.push_back(name);
    return names;
}

std::string explain_command(const CLI::App& app, std::span<char*> arguments) {
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
    for (const std::string given : arguments)
        if (!given.starts_with("-")) return "There is no command \"" + shown_text(given) + "\"." + did_you_mean(given, names);
    return "No command is given.";
}

// The parser's words are "--seed: At Most 1 required but received 2", "--out: 1 required DIR missing" and the like.
std::string explain_count(const std::string& name, const std::string& words) {
    const std::string at_most = "At Most ", received = " required but received ";
    if (const std::size_t middle = words.find(received); words.starts_with(at_most) && middle != words.npos) {
        const std::string most = words.substr(at_most.size(), middle - at_most.size()), given = words.substr(middle + received.size());
        return name + " is given " + given + (most == "1" ? " times. Give it once." : " values. It takes at most " + most + ".");
    }
    return words.ends_with("missing") || words.starts_with("At least") ? name + " is given no value." : name + ": " + words;
}

}  // namespace

std::string explain(const CLI::App& app, const CLI::ParseError& error, std::span<char*> arguments) {
    const auto commands = app.get_subcommands();
    if (commands.empty()) return explain_command(app, arguments);
    if (dynamic_cast<const CLI::ExtrasError*>(&error))
        for (const std::string given : arguments) {
            if (!given.starts_with("--")) continue;
            const std::string option = given.substr(0, given.find('='));
            if (commands.front()->get_option_no_throw(option) != nullptr) continue;
            return "`ladder " + commands.front()->get_name() + "` has no option " + option + "." + did_you_mean(option.substr(2), long_names(*commands.front()), "--");
        }
    std::string problem = error.what();
    if (const std::size_t colon = problem.find(": "); colon != std::string::npos) {
        const std::string name = problem.substr(0, colon), words = problem.substr(colon + 2);
        if (dynamic_cast<const CLI::ArgumentMismatch*>(&error)) problem = explain_count(name, words);
        else if (dynamic_cast<const CLI::ValidationError*>(&error)) problem = name + " " + words;
        else if (const std::size_t equals = words.find(" = "); name == "Could not convert" && equals != std::string::npos)  // within its range, but not whole
            problem = words.substr(0, equals) + " " + words.substr(equals + 3) + " cannot be used. It takes a whole number.";
    }
    if (const std::size_t excludes = problem.find(" excludes "); dynamic_cast<const CLI::ExcludesError*>(&error) && excludes != std::string::npos)
        problem.replace(excludes, 10, " cannot be given together with ");
    if (!problem.empty() && problem.back() != '.' && problem.back() != '?') problem += '.';
    return problem;
}

}  // namespace ladder::cli
