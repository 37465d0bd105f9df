// The wording. Every sentence is computed from the chain and the run, and says no more than they show.
#include "ui/words.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include "base/joined.h"
#include "run/overfitting.h"

namespace ladder {
namespace {

const char* count_word(int n) {
    static constexpr const char* words[] = {"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"};
    return n >= 0 && n <= 12 ? words[n] : nullptr;
}

std::string count_text(int n) {
    const char* word = count_word(n);
    return word ? word : std::to_string(n);
}

int length(const Span& s) { return s.oldest_lag - s.nearest_lag + 1; }

// "pair", "pairs": all spans of one length share a noun, else they are groups.
std::string noun(const Chain& chain, bool plural) {
    const auto& spans = chain.spans();
    const int first = length(spans.front());
    const bool same = std::all_of(spans.begin(), spans.end(), [&](const Span& s) { return length(s) == first; });
    const char* one = same && first == 1 && chain.ngrams() ? "character" : same && first == 1 ? "token" : same && first == 2 ? "pair" : "group";
    return std::string(one) + (plural ? "s" : "");
}

// "near", "middle", "far", or "2nd nearest" where such words run out.
std::string place(const Chain& chain, int span) {
    const int h = chain.span_count(), from_near = h - 1 - span;
    if (h == 1) return "only";
    if (from_near == 0) return h <= 3 ? "near" : "nearest";
    if (from_near == h - 1) return h <= 3 ? "far" : "farthest";
    if (h == 3) return "middle";
    const int n = from_near + 1;
    return std::to_string(n) + (n == 2 ? "nd" : n == 3 ? "rd" : "th");
}

// Spans that rung k keeps, nearest first.
std::vector<int> kept(const Chain& chain, int rung) {
    std::vector<int> spans;
    for (int k = chain.span_count() - 1; k >= 0; --k)
        if (chain.spans()[static_cast<std::size_t>(k)].rank <= rung) spans.push_back(k);
    return spans;
}

// Tokens whose weight is 0 are not used.
std::string tokens_used(const Chain& chain, int rung) {
    std::vector<int> lags;
    for (int lag = 1; lag <= chain.window(); ++lag)
        for (const Span& s : chain.spans())
            if (s.rank <= rung && s.has_lag(lag) && (chain.ngrams() || s.weights[static_cast<std::size_t>(s.oldest_lag - lag)] > 0)) {
                lags.push_back(lag);
                break;
            }
    const bool from_the_end = static_cast<int>(lags.size()) == lags.back();
    const std::string unit = chain.ngrams() ? "character" : "token";
    if (from_the_end) return lags.size() == 1 ? "the last " + unit : "the last " + count_text(static_cast<int>(lags.size())) + " " + unit + "s";
    // Runs of lags, oldest first: "the tokens t−6 to t−4 and t−1"; two and no more: "the tokens t−6 and t−5".
    std::vector<std::string> runs;
    for (std::size_t i = 0; i < lags.size();) {
        std::size_t j = i;
        while (lags.size() > 2 && j + 1 < lags.size() && lags[j + 1] == lags[j] + 1) ++j;
        std::string run = "t\u2212" + std::to_string(lags[j]);
        if (i != j) (run += " to t\u2212") += std::to_string(lags[i]);
        runs.insert(runs.begin(), std::move(run));
        i = j + 1;
    }
    return (lags.size() == 1 ? "the token " : "the tokens ") + joined(runs);
}

// What p_rung of a text is called: by the characters it counts together, the predicted one included.
std::string gram_name(const Chain& chain, int rung) {
    int characters = 1;
    for (const Span& s : chain.spans())
        if (s.rank <= rung) characters += length(s);
    return characters == 1 ? "unigram" : characters == 2 ? "bigram" : characters == 3 ? "trigram" : std::to_string(characters) + "-gram";
}

// At inverse temperature 0 every token is equally likely whatever came before.
bool forgets(const Chain& chain) {
    return !chain.ngrams() && std::all_of(chain.features().begin(), chain.features().end(), [](float v) { return v == 0; });
}

std::string nats(double value) {
    if (!std::isfinite(value)) return "\u2013";
    char text[32];
    std::snprintf(text, sizeof text, "%.3f", std::abs(value) < 0.0005 ? 0.0 : value);
    std::string out = text;
    if (out.front() == '-') out.replace(0, 1, "\u2212");
    return out + " nats";
}

// Whom the heads serve where they neither compete nor share, or one head or one span leaves nothing to compete for.
std::string unshared_sentence(const Chain& chain, const std::vector<HeadRole>& heads, const std::vector<int>& served) {
    const int all = static_cast<int>(heads.size()), settled = static_cast<int>(std::count_if(heads.begin(), heads.end(), [](const HeadRole& role) { return role.span >= 0; }));
    if (served.empty()) return all > 1 ? "The heads have not settled on any part of the past yet." : "The head has not settled on any part of the past yet.";
    const std::string first = span_name(chain, served.front());
    if (all == 1) return "The only head serves the " + first + ".";
    if (served.size() == 1 && settled == all) return "All heads serve the " + first + ".";
    if (served.size() > 1) return "So far " + count_text(settled) + " of " + count_text(all) + " heads have settled, on " + count_text(static_cast<int>(served.size())) + " different " + noun(chain, true) + ".";
    return "So far " + count_text(settled) + " of " + count_text(all) + " heads " + (settled == 1 ? "serves" : "serve") + " the " + first + ".";
}

}  // namespace

std::string span_name(const Chain& chain, int span) {
    return place(chain, span) + " " + noun(chain, false);
}

std::string rung_symbol(int rung) {
    // U+2080 is the subscript zero; the nine after it follow in order.
    std::string text = "F";
    for (char digit : std::to_string(rung)) text += std::string("\xE2\x82") + static_cast<char>(0x80 + (digit - '0'));
    return text;
}

std::string rung_name(const Chain& chain, int rung) {
    const int h = chain.span_count();
    if (chain.ngrams()) return gram_name(chain, rung) + (rung <= 0 ? ": frequencies alone" : ": " + tokens_used(chain, rung));
    if (rung <= 0) return "knows nothing";
    if (rung >= h) return h == 1 ? "the " + noun(chain, false) + ": the truth" : h == 2 ? "both " + noun(chain, true) + ": the truth" : "all " + count_text(h) + " " + noun(chain, true) + ": the truth";
    std::vector<std::string> places;
    for (int span : kept(chain, rung)) places.push_back(place(chain, span));
    if (places.size() > 3) return "all but " + joined([&] {
            std::vector<std::string> rest;
            for (int k = h - 1; k >= 0; --k)
                if (chain.spans()[static_cast<std::size_t>(k)].rank > rung) rest.push_back(place(chain, k));
            return rest;
        }());
    return joined(places) + " " + noun(chain, places.size() > 1);
}

std::string rung_predictor(const Chain& chain, int rung) {
    const int h = chain.span_count();
    if (chain.ngrams()) return rung <= 0 ? "one that knows only how often each character occurs" : "the " + gram_name(chain, rung) + " counted in the text, from " + tokens_used(chain, rung);
    if (rung <= 0) return "one that knows nothing and takes every token for equally likely";
    if (rung >= h) return "one that uses " + tokens_used(chain, h) + ", all that matter";
    std::vector<std::string> missing;
    for (int k = h - 1; k >= 0; --k)
        if (chain.spans()[static_cast<std::size_t>(k)].rank > rung) missing.push_back(place(chain, k));
    return "one that uses " + tokens_used(chain, rung) + " and is blind to the " + joined(missing) + " " + noun(chain, missing.size() > 1);
}

std::string verdict(const Chain& chain, const Snapshot& snapshot) {
    const int rung = snapshot.reading.rung;
    const std::vector<double>& kl = snapshot.evaluation.kl;
    const int nearest = kl.empty() ? rung : static_cast<int>(std::min_element(kl.begin(), kl.end()) - kl.begin());
    // The uniform predictor's cross-entropy is log d, whatever is predicted.
    if (snapshot.evaluation.loss > std::log(chain.vocabulary()) + 1e-3)
        return (snapshot.step == 0 ? "Not trained yet: its loss on held-out sequences is above the uniform predictor\u2019s. Nearest class: "
                                   : "Worse than knowing nothing: its loss on held-out sequences is above the uniform predictor\u2019s. Nearest class: ") +
               rung_symbol(nearest) + ".";
    // A rung changes only when the new class is clearly nearer (ladder/readout.cpp); until then both are said.
    if (nearest != rung) return "Still on " + rung_symbol(rung) + ", the class of " + rung_predictor(chain, rung) + ". " + rung_symbol(nearest) + " is a little nearer now, which counts once it is clear or lasts.";
    return "Fits " + rung_symbol(rung) + " best: it predicts most like " + rung_predictor(chain, rung) + ".";
}

const Snapshot* moments_before(const History& history, std::size_t shown) {
    constexpr std::size_t back = 5;
    return shown >= back ? &history[shown - back] : nullptr;
}

std::string gap_sentence(const Chain& chain, const Snapshot& snapshot, const Snapshot* earlier) {
    const double gap = snapshot.evaluation.kl.empty() ? snapshot.evaluation.excess() : snapshot.evaluation.kl.back();
    std::string text = (chain.ngrams() ? "Distance to the " + gram_name(chain, chain.span_count()) + " " : "Gap to the truth ") + nats(gap);
    if (earlier && !earlier->evaluation.kl.empty()) {
        const double change = gap - earlier->evaluation.kl.back();
        // An evaluation's noise, or little beside the gap, is not worth a word of direction.
        const double worth_a_word = std::max(turned_up, 0.02 * gap);
        text += change < -worth_a_word ? ", closing" : change > worth_a_word ? ", widening" : ", steady";
    }
    return text + ".";
}

std::string early_stop_sentence(const Chain& chain, const Snapshot& best, const Snapshot& now) {
    const auto state = [&](const Snapshot& s) {
        const double excess = s.evaluation.excess();
        return rung_symbol(s.reading.rung) + ", " + nats(std::abs(excess)) + (excess < 0 ? " below " : " above ") + (chain.ngrams() ? "the loss of the longest n-gram" : "the Bayes loss");
    };
    return "The validation loss was lowest at step " + std::to_string(best.step) + ": " + state(best) + ". At step " + std::to_string(now.step) + ": " + state(now) + ".";
}

std::string head_sentence(const Chain& chain, const HeadRole& role) {
    if (role.span < 0) return "no favourite yet";
    return "serves the " + span_name(chain, role.span);
}

std::string phase_sentence(const Chain& chain, const Readout& readout, const Snapshot& snapshot) {
    const Reading& now = snapshot.reading;
    std::vector<int> served;
    for (const HeadRole& role : now.heads)
        if (role.span >= 0 && std::find(served.begin(), served.end(), role.span) == served.end()) served.push_back(role.span);
    const int heads = static_cast<int>(now.heads.size()), different = static_cast<int>(served.size());
    switch (now.phase) {
        case Phase::undecided: return unshared_sentence(chain, now.heads, served);
        case Phase::competitive: {
            int most = 0, at = 0;
            for (const int span : served)
                if (const int those = static_cast<int>(std::count_if(now.heads.begin(), now.heads.end(), [span](const HeadRole& role) { return role.span == span; })); those > most) most = those, at = span;
            if (most > 0 && most == heads) return "All heads are after the same prize, the " + span_name(chain, at) + ".";
            if (2 * most > heads) return "Most heads are after the same prize, the " + span_name(chain, at) + ".";
            // Until the next evaluation confirms it the phase stands.
            return different < 2 ? "The heads are letting go of what they competed for." : "The heads are parting: they serve " + count_text(different) + " different " + noun(chain, true) + " now.";
        }
        case Phase::cooperative: {
            std::string before;
            for (const PhaseChange& change : readout.phase_changes())
                if (change.to == Phase::cooperative && change.step <= now.step) before = change.from == Phase::competitive ? "Until step " + std::to_string(change.step) + " the heads competed. " : "";
            if (different == heads) return before + "Now each serves its own " + noun(chain, false) + ".";
            if (different == chain.span_count()) return before + "Now every " + noun(chain, false) + " has a head.";
            if (different < 2) return before + (different == 0 ? "Now none has a favourite." : "Now those that serve a " + noun(chain, false) + " serve the same.");
            return before + "Now they serve " + count_text(different) + " different " + noun(chain, true) + ".";
        }
    }
    return {};
}

std::string chain_sentence(const Chain& chain) {
    const int h = chain.span_count();
    if (chain.ngrams()) return "The next character of a text, from " + tokens_used(chain, h) + " and whatever else the model finds.";
    const auto& spans = chain.spans();
    if (forgets(chain)) return "The next token depends on nothing: every token is equally likely.";
    if (h == 1) return "The next token depends on " + tokens_used(chain, 1) + ".";
    std::string text = "The next token depends on " + count_text(h) + " " + noun(chain, true);
    if (noun(chain, false) != "token") text += " of earlier tokens";
    else text = "The next token depends on " + count_text(h) + " earlier tokens";
    // Strength acts on every token of a span, so that spans as wholes compare only where they are of one length.
    const bool comparable = std::all_of(spans.begin(), spans.end(), [&](const Span& s) { return length(s) == length(spans.front()); });
    const auto weaker = [](const Span& a, const Span& b) { return a.strength < b.strength - 1e-9; };
    const auto not_weaker = [&](const Span& a, const Span& b) { return !weaker(a, b); };
    const auto top = std::max_element(spans.begin(), spans.end(), weaker);
    if (std::none_of(spans.begin(), spans.end(), [&](const Span& s) { return weaker(s, *top); })) return text + (comparable ? "; all matter equally." : "; all their tokens matter equally.");
    if (comparable && std::adjacent_find(spans.begin(), spans.end(), not_weaker) == spans.end()) return text + "; nearer " + noun(chain, true) + " matter more.";
    if (comparable && std::adjacent_find(spans.rbegin(), spans.rend(), not_weaker) == spans.rend()) return text + "; farther " + noun(chain, true) + " matter more.";
    if (std::count_if(spans.begin(), spans.end(), [&](const Span& s) { return !weaker(s, *top); }) > 1) return text + ".";
    const std::string strongest = span_name(chain, static_cast<int>(top - spans.begin()));
    return text + (comparable ? "; the " + strongest + " matters most." : "; tokens of the " + strongest + " matter most.");
}

}  // namespace ladder
