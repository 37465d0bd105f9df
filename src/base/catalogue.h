// The interface's texts in another language. English is the key: a text is looked up as it stands; then as a sentence with
// holes, "Rung {} reached.", whose holes are looked up in turn; then part by part, at line ends, dots and between sentences.
// So what a lower layer says in English is translated where it is shown, and what has no translation stays English.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ladder {

class Catalogue {
public:
    // json: a flat object, English -> translation. A translation's holes are {} in the same order, or {0}, {1} .. in any.
    // Throws where the text is no such object, or a translation has a hole that its key lacks.
    explicit Catalogue(std::string_view json);

    // In the other language, as far as it is known. Valid until rest() is called. Repeated look-ups cost one search in a hash table.
    std::string_view operator()(std::string_view english);
    // Between two frames: forgets answers when there are too many of them.
    void rest();
    // What was asked for and has no translation, at most a hundred of them.
    const std::vector<std::string>& missing() const { return missing_; }

private:
    // Translated as far as possible; unknown: bytes of words that stayed English.
    struct Answer {
        std::string text;
        std::size_t unknown = 0;
    };
    struct Pattern {
        std::vector<std::string> literals;  // what stands around the holes, one more than there are holes
        std::vector<std::string> pieces;    // of the translation, around its holes
        std::vector<std::size_t> holes;     // which hole of the key follows each piece but the last
        std::size_t weight = 0;             // bytes that must agree
    };
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    template <class Value>
    using Table = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;

    void add(const std::string& english, const std::string& translation);
    const Answer& look_up(std::string_view text, int depth);
    Answer translate(std::string_view text, int depth);
    static std::vector<std::string_view> filling(const Pattern&, std::string_view text, bool late);
    void consider(const Pattern&, const std::vector<std::string_view>& holes, int depth, Answer& best, std::size_t& weight);
    void try_pattern(const Pattern&, std::string_view text, int depth, Answer& best, std::size_t& weight);
    void try_patterns(std::string_view text, int depth, Answer& best);
    bool as_one(std::string_view text, int depth, Answer&);
    bool try_parts(std::string_view text, std::string_view separator, std::string_view joint, int depth, Answer& best);
    void try_sentences(std::string_view text, int depth, Answer& best);

    Table<std::string> whole_;
    std::array<std::vector<Pattern>, 257> patterns_;  // by their first byte; the last: those that begin with a hole
    Table<Answer> answers_;
    std::vector<std::string> missing_;
};

}  // namespace ladder
