// Look-up by hash, by pattern and by parts; the answer with the fewest unknown words wins.
#include "base/catalogue.h"

#include <algorithm>
#include <cctype>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/json_nesting.h"
#include "base/shown_text.h"

namespace ladder {
namespace {

constexpr std::size_t most_answers = 8192, most_missing = 100, longest_text = 2000, most_sentences = 12;
// Pieces within pieces: a sentence, its hole, a hole of that, .. What is nested deeper is no text of the interface.
constexpr int deepest = 24;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_wide(std::string_view text, std::size_t i) { return static_cast<unsigned char>(text[i]) >= 0xE3 && static_cast<unsigned char>(text[i]) <= 0xEF; }

// Numbers, symbols and single letters are the same in every language.
bool settled(std::string_view text) {
    for (std::size_t i = 1; i < text.size(); ++i)
        if (is_letter(text[i]) && is_letter(text[i - 1])) return false;
    return true;
}

// Translated before, or a reader's own.
bool has_wide(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i)
        if (is_wide(text, i)) return true;
    return false;
}

std::size_t letters(std::string_view text) { return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_letter)); }

// Where a sentence ends: at a stop before a blank, if what follows can begin one.
std::size_t sentence_end(std::string_view text, std::size_t from) {
    for (std::size_t i = from; i + 2 < text.size(); ++i) {
        const bool stop = text[i] == '.' || text[i] == '!' || text[i] == '?' || (i >= 2 && text.substr(i - 2, 3) == "\u2026");
        if (stop && text[i + 1] == ' ' && !(text[i + 2] >= 'a' && text[i + 2] <= 'z') && text[i + 2] != '.') return i + 1;
    }
    return std::string_view::npos;
}

// Chinese needs no blank between its sentences.
std::string_view blank_between(std::string_view left, std::string_view right) {
    const bool wide_left = left.size() >= 3 && is_wide(left, left.size() - 3), wide_right = !right.empty() && is_wide(right, 0);
    return wide_left && wide_right ? "" : " ";
}

bool is_ideograph(std::string_view text, std::size_t i) { return static_cast<unsigned char>(text[i]) >= 0xE4 && static_cast<unsigned char>(text[i]) <= 0xE9; }
bool is_digit_below(std::string_view text) { return text.size() == 3 && text.starts_with("\xE2\x82") && static_cast<unsigned char>(text[2]) <= 0x89; }

// What fills a hole may be a word of either script: Chinese sets a blank between an ideograph and a Latin letter or a number.
void join(std::string& left, std::string_view right) {
    if (!left.empty() && !right.empty()) {
        const bool wide_left = left.size() >= 3 && is_ideograph(left, left.size() - 3), wide_right = is_ideograph(right, 0);
        const bool slim_left = std::isalnum(static_cast<unsigned char>(left.back())) || (left.size() >= 3 && is_digit_below(std::string_view(left).substr(left.size() - 3)));
        const bool slim_right = std::isalnum(static_cast<unsigned char>(right[0]));
        if ((wide_left && slim_right) || (slim_left && wide_right)) left += ' ';
    }
    left += right;
}

}  // namespace

Catalogue::Catalogue(std::string_view json) {
    const auto object = nested_deeper_than(1, json) ? nlohmann::json() : nlohmann::json::parse(json, nullptr, false);
    if (!object.is_object()) throw Error("The catalogue of texts is not a flat JSON object.", "Write it as {\"English text\": \"translation\"}.");
    for (const auto& [english, translation] : object.items()) {
        if (!translation.is_string()) throw Error("The translation of " + in_quotes(english) + " is not a text.", "Write it between quotation marks.");
        if (!translation.get_ref<const std::string&>().empty()) add(english, translation.get<std::string>());
    }
}

void Catalogue::add(const std::string& english, const std::string& translation) {
    Pattern p;
    std::size_t at = 0;
    for (std::size_t hole; (hole = english.find("{}", at)) != std::string::npos; at = hole + 2) p.literals.push_back(english.substr(at, hole - at));
    p.literals.push_back(english.substr(at));
    std::size_t next = 0;
    at = 0;
    for (std::size_t open = translation.find('{'); open != std::string::npos; open = translation.find('{', open + 1)) {
        const std::size_t close = translation.find('}', open);
        const std::string number = close == std::string::npos ? "-" : translation.substr(open + 1, close - open - 1);
        if (number.size() > 1 || number.find_first_not_of("0123456789") != std::string::npos) continue;
        const std::size_t hole = number.empty() ? next++ : static_cast<std::size_t>(number[0] - '0');
        if (hole + 1 >= p.literals.size()) throw Error("The translation of " + in_quotes(english) + " has a hole that its key lacks.", "Give it at most the holes of the English text.");
        p.pieces.push_back(translation.substr(at, open - at));
        p.holes.push_back(hole);
        at = close + 1;
    }
    if (p.literals.size() == 1) {
        whole_[english] = translation;
        return;
    }
    p.pieces.push_back(translation.substr(at));
    for (const std::string& literal : p.literals) p.weight += literal.size();
    const std::string& first = p.literals.front();
    patterns_[first.empty() ? 256 : static_cast<unsigned char>(first[0])].push_back(std::move(p));
}

std::string_view Catalogue::operator()(std::string_view english) {
    if (settled(english)) return english;
    const bool known = answers_.find(english) != answers_.end();
    const Answer& answer = look_up(english, 0);
    if (!known && answer.unknown > 0 && !has_wide(english) && missing_.size() < most_missing && std::find(missing_.begin(), missing_.end(), english) == missing_.end()) missing_.emplace_back(english);
    return answer.text;
}

void Catalogue::rest() {
    if (answers_.size() > most_answers) answers_.clear();
}

const Catalogue::Answer& Catalogue::look_up(std::string_view text, int depth) {
    if (const auto known = answers_.find(text); known != answers_.end()) return known->second;
    Answer answer = translate(text, depth);
    return answers_.emplace(text, std::move(answer)).first->second;
}

Catalogue::Answer Catalogue::translate(std::string_view text, int depth) {
    const std::size_t begin = text.find_first_not_of(' '), end = text.find_last_not_of(' ');
    if (begin == std::string_view::npos || settled(text)) return {std::string(text), 0};
    if (begin > 0 || end + 1 < text.size()) {
        const Answer& inner = look_up(text.substr(begin, end + 1 - begin), depth);
        return {std::string(begin, ' ') + inner.text + std::string(text.size() - end - 1, ' '), inner.unknown};
    }
    if (const auto exact = whole_.find(text); exact != whole_.end()) return {exact->second, 0};
    Answer best{std::string(text), letters(text)};
    if (depth >= deepest || text.size() > longest_text) return best;
    if (try_parts(text, "\n", "\n", depth, best) || try_parts(text, " \u00B7 ", " \u00B7 ", depth, best)) return best;
    try_patterns(text, depth, best);
    if (best.unknown > 0) try_sentences(text, depth, best);
    if (best.unknown > 0) try_parts(text, ", ", "\uFF0C", depth, best);
    return best;
}

void Catalogue::try_patterns(std::string_view text, int depth, Answer& best) {
    std::size_t weight = 0;
    for (const Pattern& p : patterns_[static_cast<unsigned char>(text[0])]) try_pattern(p, text, depth, best, weight);
    if (best.unknown > 0)
        for (const Pattern& p : patterns_[256]) try_pattern(p, text, depth, best, weight);
}

// What fills the holes, each literal found as early or as late as it can be; empty: the text is another one.
std::vector<std::string_view> Catalogue::filling(const Pattern& p, std::string_view text, bool late) {
    const std::size_t n = p.literals.size() - 1, first = p.literals.front().size(), last = text.size() - p.literals.back().size();
    std::vector<std::size_t> at(n + 1, first);  // where literal i begins; of the first, where it ends
    at[n] = last;
    for (std::size_t i = 1; i < n; ++i) {
        const std::size_t k = late ? n - i : i, from = at[k - 1] + (k == 1 ? 0 : p.literals[k - 1].size()) + 1;
        at[k] = late ? at[k + 1] < p.literals[k].size() + 1 ? std::string_view::npos : text.rfind(p.literals[k], at[k + 1] - p.literals[k].size() - 1) : text.find(p.literals[k], from);
        if (at[k] == std::string_view::npos) return {};
    }
    std::vector<std::string_view> holes;
    for (std::size_t i = 1; i <= n; ++i) {
        const std::size_t begin = i == 1 ? first : at[i - 1] + p.literals[i - 1].size();
        if (at[i] <= begin) return {};
        // After a colon a hole may hold sentences; elsewhere it would hold the end of one and the beginning of the next.
        const std::string_view hole = text.substr(begin, at[i] - begin);
        if (!p.literals[i - 1].ends_with(": ") && sentence_end(hole, 0) != std::string_view::npos) return {};
        holes.push_back(hole);
    }
    return holes;
}

void Catalogue::try_pattern(const Pattern& p, std::string_view text, int depth, Answer& best, std::size_t& weight) {
    if (text.size() <= p.weight || !text.starts_with(p.literals.front()) || !text.ends_with(p.literals.back())) return;
    for (const bool late : {false, true}) {
        if (late && (p.literals.size() < 3 || best.unknown == 0)) return;
        const auto filled = filling(p, text, late);
        if (filled.empty()) return;
        consider(p, filled, depth, best, weight);
    }
}

void Catalogue::consider(const Pattern& p, const std::vector<std::string_view>& filled, int depth, Answer& best, std::size_t& weight) {
    Answer answer;
    std::vector<std::string> holes;
    for (std::string_view hole : filled) {
        const Answer& inner = look_up(hole, depth + 1);
        holes.push_back(inner.text);
        answer.unknown += inner.unknown;
    }
    // Names fill holes, but what is mostly unknown was another sentence.
    std::size_t agreed = 0;
    for (const std::string& literal : p.literals) agreed += letters(literal);
    if (answer.unknown > 0 && agreed < 8) return;
    if (answer.unknown > best.unknown || (answer.unknown == best.unknown && p.weight <= weight)) return;
    for (std::size_t i = 0; i < p.holes.size(); ++i) {
        join(answer.text, p.pieces[i]);
        join(answer.text, holes[p.holes[i]]);
    }
    join(answer.text, p.pieces.back());
    weight = p.weight;
    best = std::move(answer);
}

// True where the text has such parts, however well they are known; a list, whose parts are joined by another sign, must be known whole.
bool Catalogue::try_parts(std::string_view text, std::string_view separator, std::string_view joint, int depth, Answer& best) {
    if (text.find(separator) == std::string_view::npos) return false;
    Answer answer;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t next = std::min(text.size(), text.find(separator, at));
        const Answer& part = look_up(text.substr(at, next - at), depth + 1);
        if (at > 0) answer.text += joint;
        answer.text += part.text;
        answer.unknown += part.unknown;
        at = next + separator.size();
    }
    if (separator != joint && answer.unknown > 0) return false;
    if (answer.unknown <= best.unknown) best = std::move(answer);
    return true;
}

// Whether several sentences stand in the catalogue together.
bool Catalogue::as_one(std::string_view text, int depth, Answer& answer) {
    if (const auto exact = whole_.find(text); exact != whole_.end()) {
        answer = {exact->second, 0};
        return true;
    }
    answer = {std::string(text), letters(text)};
    try_patterns(text, depth, answer);
    return answer.unknown == 0;
}

// One sentence after the other; several that stand in the catalogue together are found together.
void Catalogue::try_sentences(std::string_view text, int depth, Answer& best) {
    std::vector<std::size_t> ends;
    for (std::size_t end = 0; (end = sentence_end(text, end)) != std::string_view::npos;) ends.push_back(end);
    if (ends.empty() || ends.size() > most_sentences) return;
    ends.push_back(text.size());
    Answer answer;
    for (std::size_t at = 0, first = 0; first < ends.size();) {
        std::size_t last = first;
        Answer part;
        for (std::size_t i = ends.size() - 1; i > first && last == first; --i)
            if (!(at == 0 && i + 1 == ends.size()) && as_one(text.substr(at, ends[i] - at), depth, part)) last = i;
        if (last == first) part = look_up(text.substr(at, ends[first] - at), depth + 1);
        if (at > 0) answer.text += blank_between(answer.text, part.text);
        answer.text += part.text;
        answer.unknown += part.unknown;
        first = last + 1;
        at = ends[last] + 1;
    }
    if (answer.unknown < best.unknown) best = std::move(answer);
}

}  // namespace ladder
