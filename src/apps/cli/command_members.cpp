// `ladder members`: what is known of the hypothesis classes of a task besides the ideal members: how far each of these is
// from the best that its class can do, and how near the learned members come.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "apps/cli/commands.h"
#include "ladder/best_in_class.h"
#include "task/sampler.h"
#include "train/learned_members.h"

namespace ladder::cli {
namespace {

struct MembersOptions {
    GivenSettings settings;
    int pasts = 500;
    bool json = false;
};

// Mean cross-entropy of the held-out tokens under each member, [k - 1].
std::vector<double> losses(const Settings& s, const Chain& chain, const LearnedMembers* learned) {
    const Sampler sampler(chain, s.length, s.seed);
    const std::size_t d = static_cast<std::size_t>(s.vocabulary), h = static_cast<std::size_t>(chain.span_count()), w = static_cast<std::size_t>(chain.window()), L = static_cast<std::size_t>(s.length);
    std::vector<std::int32_t> tokens(w + L);
    std::vector<float> p(learned ? L * h * d : d);
    std::vector<double> sums(h);
    for (int i = 0; i < s.validation; ++i) {
        sampler.sample(Stream::validation_data, static_cast<std::uint64_t>(i), 1, tokens);
        if (learned) learned->probabilities(tokens, p);
        for (std::size_t r = 0; r < L; ++r)
            for (std::size_t k = 0; k < h; ++k) {
                const auto next = static_cast<std::size_t>(tokens[w + r]);
                if (!learned) chain.log_probs(static_cast<int>(k) + 1, std::span<const std::int32_t>(tokens).subspan(r, w), p);
                sums[k] -= learned ? std::log(std::max(static_cast<double>(p[(r * h + k) * d + next]), 1e-300)) : static_cast<double>(p[next]);
            }
    }
    for (double& x : sums) x /= static_cast<double>(s.validation) * s.length;
    return sums;
}

int members(const MembersOptions& o) {
    const Settings settings = chosen_settings(o.settings);
    const Chain chain(settings);
    BestInClass best(settings, chain);
    for (int i = 0; i < o.pasts; ++i) best.add_past();
    LearnedMembers learned(settings, chain);
    while (!learned.done()) learned.train_step();
    const std::vector<double> ideal_loss = losses(settings, chain, nullptr), learned_loss = losses(settings, chain, &learned);

    nlohmann::ordered_json classes = nlohmann::ordered_json::array();
    if (!o.json) std::printf("class   ideal member's loss   learned member's loss   KL(best || ideal)   standard error   effective draws\n");
    for (int k = 1; k <= chain.span_count(); ++k) {
        const BestInClass::Distance d = best.distance(k);
        const std::size_t i = static_cast<std::size_t>(k - 1);
        if (!o.json) std::printf("F%-5d  %19.5f   %21.5f   %17.5f   %14.5f   %8.0f of %d\n", k, ideal_loss[i], learned_loss[i], d.mean, d.standard_error, d.effective_draws, BestInClass::draws);
        classes.push_back({{"class", k}, {"ideal_loss", ideal_loss[i]}, {"learned_loss", learned_loss[i]}, {"distance", d.mean}, {"standard_error", d.standard_error}, {"effective_draws", d.effective_draws}, {"pasts", d.pasts}});
    }
    if (o.json) std::printf("%s\n", nlohmann::ordered_json{{"seed", settings.seed}, {"draws", BestInClass::draws}, {"classes", classes}}.dump().c_str());
    else std::printf("In nats per prediction, on %d held-out sequences. The best of a class is the mean of the chain's own prediction over the unseen spans, given the seen ones (%d pasts).\n", settings.validation, o.pasts);
    return done;
}

}  // namespace

void add_members_command(CLI::App& app, std::function<int()>& chosen) {
    const auto options = std::make_shared<MembersOptions>();
    CLI::App* command = app.add_subcommand("members", "How far the ideal member of each class is from the best its class can do, and the learned members' losses");
    command->add_option("--pasts", options->pasts, "Pasts of the Monte Carlo; the standard error falls with their square root")->check(CLI::Range(2, 1000000))->capture_default_str();
    command->add_flag("--json", options->json, "Print one JSON object");
    add_settings(*command, options->settings);
    command->callback([&chosen, options] { chosen = [options] { return members(*options); }; });
}

}  // namespace ladder::cli
