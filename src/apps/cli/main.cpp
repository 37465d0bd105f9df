// `ladder`: the command line. The options of `train` come from the settings table; every command lives in
// its own file. Exit codes: 0 done, 2 bad arguments or file, 3 incomplete (commands.h), 129, 130 and 143 stopped by SIGHUP,
// SIGINT and SIGTERM, 141 (SIGPIPE) nobody read the output to its end.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <functional>
#include <new>
#include <span>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "apps/cli/bench.h"
#include "apps/cli/commands.h"
#include "apps/cli/device_option.h"
#include "apps/cli/experiments.h"
#include "apps/cli/explain.h"
#include "apps/cli/flow.h"
#include "apps/cli/interruption.h"
#include "apps/cli/option_checks.h"
#include "apps/cli/settings_options.h"
#include "base/error.h"
#include "base/settings.h"

namespace {

using namespace ladder;
using namespace ladder::cli;

void add_kernels(CLI::App& command, Kernels& kernels) {
    command
        .add_option_function<std::string>("--kernels", [&kernels](const std::string& name) { kernels = name == "reference" ? Kernels::reference : Kernels::fast; },
                                          "Plain reference arithmetic, or fast (the same to rounding)")
        ->check(one_of({"reference", "fast"}))
        ->default_str("fast");
}

void add_train(CLI::App& app, TrainOptions& options, std::function<int()>& chosen) {
    CLI::App* command = app.add_subcommand("train", "Train a model and watch it climb");
    command->add_option("--out", options.out, "Folder for config.json, metrics.csv and model.safetensors; nothing is written without it")->type_name("DIR")->check(some_name());
    command->add_flag("--json", options.json, "Print one JSON object at the end instead of text");
    CLI::Option* resume = command->add_flag("--resume", options.resume, "Go on with the run in --out from its last checkpoint; the numbers are those of a run that was never stopped. --steps and --threads may be other ones");
    CLI::Option* overwrite = command->add_flag("--overwrite", options.overwrite, "Put this run in the place of one that --out holds");
    command->add_option("--checkpoint-every", options.checkpoint_seconds, "Least seconds between two checkpoints in --out")->type_name("SECONDS")->capture_default_str()->check(between(0.0, 1e6));
    for (CLI::Option* option : {resume, overwrite}) option->needs("--out");
    resume->excludes(overwrite);
    add_kernels(*command, options.kernels);
    add_device(*command, options.device);
    add_settings(*command, options.settings);
    command->footer("metrics.csv counts heads and spans from 1, spans oldest first. Every number is written so that it reads back to the same bits.");
    command->callback([&] { chosen = [&options] { return train(options); }; });
}

void add_fixture_commands(CLI::App& app, FixtureOptions& options, std::function<int()>& chosen) {
    CLI::App* replay_command = app.add_subcommand("replay", "Train on the tokens and initial values of a reference file and write what it holds, computed anew");
    CLI::App* teacher_command = app.add_subcommand("teacher", "Log-probabilities of a reference file's chain on its tokens");
    for (CLI::App* command : {replay_command, teacher_command}) {
        command->add_option("file", options.file, "The reference file")->required()->type_name("FIXTURE.safetensors");
        command->add_option("--out", options.out, "File to write")->required()->type_name("OUT.safetensors")->check(some_name());
        command->add_flag("--json", options.json, "Print one JSON object");
    }
    replay_command->add_option("--steps", options.steps, "Optimizer steps")->check(between(0, 100000))->capture_default_str();
    add_kernels(*replay_command, options.kernels);
    add_device(*replay_command, options.device);
    replay_command->callback([&] { chosen = [&options] { return replay(options); }; });
    teacher_command->callback([&] { chosen = [&options] { return teacher(options); }; });
}

void say(const std::string& sentence) { std::fprintf(stderr, "ladder: %s\n", sentence.c_str()); }

int run(int argc, char** argv) {
    CLI::App app{"Attention Ladder: train the paper's transformers on a sparse Markov chain and watch them climb, one hypothesis class at a time.", "ladder"};
    app.set_version_flag("--version", "ladder " LADDER_VERSION);
    app.require_subcommand(1);
    app.failure_message([](const CLI::App*, const CLI::Error&) { return std::string(); });

    TrainOptions train_options;
    FixtureOptions fixture_options;
    std::function<int()> chosen;
    add_train(app, train_options, chosen);
    add_fixture_commands(app, fixture_options, chosen);
    add_experiment_commands(app, chosen);
    add_bench_command(app, chosen);
    add_flow_command(app, chosen);
    add_members_command(app, chosen);
    bool json = false;
    CLI::App* presets_command = app.add_subcommand("presets", "List the named experiments");
    presets_command->add_flag("--json", json, "Print a JSON array");
    presets_command->callback([&] { chosen = [&json] { return list_presets(json); }; });
    CLI::App* settings_command = app.add_subcommand("settings", "List every setting with its default, range and meaning");
    settings_command->add_flag("--json", json, "Print a JSON array");
    settings_command->callback([&] { chosen = [&json] { return list_settings(json); }; });

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        if (e.get_exit_code() == 0) return app.exit(e);  // --help, --version
        say(explain(app, e, std::span(argv + 1, argv + argc)) + " `ladder --help` and `ladder COMMAND --help` list what can be given.");
        return bad_input;
    }
    return chosen();
}

int outcome(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const Interrupted& e) {
        say(e.what());
        return interrupted + e.signal;
    } catch (const Error& e) {
        say(e.what());
    } catch (const std::bad_alloc&) {
        say(not_enough_memory);
    } catch (const std::exception& e) {
        say(std::string("Something unexpected went wrong: ") + e.what() + ".");
    }
    return bad_input;
}

// What was printed must have arrived. A command that did not end well keeps its exit code, which says more.
int after_output(int code) {
    const int reason = std::fflush(stdout) == 0 ? 0 : errno;
    if (reason == 0 && std::ferror(stdout) == 0) return code;
    if (reason == EPIPE || reader_left()) return code == done ? interrupted + SIGPIPE : code;
    const std::string why = reason ? std::string(" (") + std::strerror(reason) + ")" : std::string();
    say("What this command prints could not be written in full to standard output" + why + ". Check that where it goes has room and is still open.");
    return code == done ? bad_input : code;
}

}  // namespace

int main(int argc, char** argv) { return after_output(outcome(argc, argv)); }
