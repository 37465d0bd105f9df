// `ladder members`: what is known of the hypothesis classes of a task besides the ideal members: how far each of these is
// from the best that its class can do, which is not known of a text, and how near the learned members come.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "apps/cli/commands.h"
#include "apps/cli/option_checks.h"
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

using Distance = std::optional<BestInClass::Distance>;  // none: a text

// Of each class, [k - 1].
std::vector<Distance> distances(const MembersOptions& o, const Settings& settings, const Chain& chain) {
    std::vector<Distance> all(static_cast<std::size_t>(chain.span_count()));
    if (chain.ngrams()) return all;
    BestInClass best(settings, chain);
    for (int i = 0; i < o.pasts; ++i) best.add_past();
    for (int k = 1; k <= chain.span_count(); ++k) all[static_cast<std::size_t>(k - 1)] = best.distance(k);
    return all;
}

void print_members(const std::vector<double>& ideal, const std::vector<double>& learned, const std::vector<Distance>& from_best) {
    std::printf("class   ideal member's loss   learned member's loss%s\n", from_best.front() ? "   KL(best || ideal)   standard error   effective draws" : "");
    for (std::size_t i = 0; i < ideal.size(); ++i) {
        std::printf("F%-5zu  %19.5f   %21.5f", i + 1, ideal[i], learned[i]);
        if (const Distance& d = from_best[i]) std::printf("   %17.5f   %14.5f   %8.0f of %d", std::abs(d->mean) < 5e-6 ? 0.0 : d->mean, d->standard_error, d->effective_draws, BestInClass::draws);
        std::printf("\n");
    }
}

nlohmann::ordered_json members_json(const std::vector<double>& ideal, const std::vector<double>& learned, const std::vector<Distance>& from_best) {
    nlohmann::ordered_json classes = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < ideal.size(); ++i) {
        classes.push_back({{"class", i + 1}, {"ideal_loss", ideal[i]}, {"learned_loss", learned[i]}});
        if (const Distance& d = from_best[i]) classes.back().update({{"distance", d->mean}, {"standard_error", d->standard_error}, {"effective_draws", d->effective_draws}, {"pasts", d->pasts}});
    }
    return classes;
}

int members(const MembersOptions& o) {
    const Settings settings = chosen_settings(o.settings);
    tell_without_effect(o.settings, {settings});
    const Chain chain(settings);
    const std::vector<Distance> from_best = distances(o, settings, chain);
    LearnedMembers learned(settings, chain);
    while (!learned.done()) learned.train_step();
    const std::vector<double> ideal_loss = losses(settings, chain, nullptr), learned_loss = losses(settings, chain, &learned);
    if (o.json) {
        nlohmann::ordered_json all;
        all["seed"] = settings.seed;
        if (!chain.ngrams()) all["draws"] = BestInClass::draws;
        all["classes"] = members_json(ideal_loss, learned_loss, from_best);
        std::printf("%s\n", all.dump().c_str());
        return done;
    }
    print_members(ideal_loss, learned_loss, from_best);
    std::printf("In nats per prediction, on %d held-out sequences. ", settings.validation);
    if (chain.ngrams()) std::printf("What truly comes next in a text is not known, and so neither is the best that a class can do.\n");
    else std::printf("The best of a class is the mean of the chain's own prediction over the unseen spans, given the seen ones (%d pasts).\n", o.pasts);
    return done;
}

}  // namespace

void add_members_command(CLI::App& app, std::function<int()>& chosen) {
    const auto options = std::make_shared<MembersOptions>();
    CLI::App* command = app.add_subcommand("members", "How far the ideal member of each class is from the best its class can do, and the learned members' losses");
    command->add_option("--pasts", options->pasts, "Pasts of the Monte Carlo; the standard error falls with their square root. A text has none")->check(between(2, 1000000))->capture_default_str();
    command->add_flag("--json", options->json, "Print one JSON object");
    add_settings(*command, options->settings);
    command->callback([&chosen, options] { chosen = [options] { return members(*options); }; });
}

}  // namespace ladder::cli
