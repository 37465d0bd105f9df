// `ladder teacher`: the chain of a reference file on its tokens, log_probs of the truth and log_probs_k1,
// log_probs_k2, .. of the ideal members of the smaller hypothesis classes.
#include <cstdio>

#include <nlohmann/json.hpp>

#include "apps/cli/commands.h"
#include "base/files.h"
#include "task/chain.h"
#include "train/fixture.h"

namespace ladder::cli {

int teacher(const FixtureOptions& options) {
    const Fixture fixture = read_fixture(parse_safetensors(read_file(options.file), options.file), options.file, FixtureKind::teacher);
    const Chain chain(fixture.settings, fixture.features);
    const int h = chain.span_count(), w = chain.window(), d = chain.vocabulary(), L = fixture.settings.length, B = fixture.sequences;
    const std::span<const std::int32_t> tokens(fixture.tokens);

    TensorFile out;
    out.metadata = {{"kind", "teacher"}, {"source", options.file}};
    double bayes = 0;
    for (int k = 1; k <= h; ++k) {
        std::vector<float> values(static_cast<std::size_t>(B) * L * d);
        for (int b = 0; b < B; ++b)
            for (int r = 0; r < L; ++r) {
                const std::size_t at = static_cast<std::size_t>(b) * (w + L) + r;
                const auto row = std::span(values).subspan((static_cast<std::size_t>(b) * L + r) * d, static_cast<std::size_t>(d));
                chain.log_probs(k, tokens.subspan(at, static_cast<std::size_t>(w)), row);
                if (k == h) bayes -= static_cast<double>(row[static_cast<std::size_t>(tokens[at + w])]);
            }
        out.add(k == h ? "log_probs" : "log_probs_k" + std::to_string(k), {B, L, d}, std::move(values));
    }
    write_file(options.out, format_safetensors(out));

    const double bayes_loss = bayes / (static_cast<double>(B) * L);
    if (options.json) {
        const nlohmann::ordered_json json = {{"sequences", B}, {"predictions", L}, {"vocabulary", d}, {"spans", h}, {"bayes_loss", bayes_loss}, {"out", options.out}};
        std::printf("%s\n", json.dump().c_str());
    } else {
        std::printf("%d sequences of %d predictions; the chain itself has a cross-entropy of %.6f nats on them. Written: %s\n", B, L, bayes_loss, options.out.c_str());
    }
    return done;
}

}  // namespace ladder::cli
