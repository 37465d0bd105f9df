// In the minimal model the score of query position i and key position j, both one-hot, is one entry of the query
// matrix over sqrt(D): any pattern is written there as its logarithm, everything else in the matrix is 0.
#include "ladder/head_edits.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace ladder {
namespace {

using Kind = HeadEdit::Kind;

constexpr float least_weight = 1e-30f;
constexpr float aside = 40;  // added to the scores of the chosen positions: all others together keep less than 1e-15

class Editor {
public:
    Editor(const Settings& s, const ParameterTable& table, std::span<const float> from) : s_(s), table_(table), from_(from), to_(from.begin(), from.end()) {}

    // Rows of one head in a weight or bias of its attention; empty where there is no such parameter.
    struct Part {
        std::size_t offset = 0, size = 0;
    };
    Part part(int block, int head, const char* projection, const char* what) const {
        const std::string name = "transformer_blocks." + std::to_string(block) + ".self_attention." + projection;
        if (s_.model == ModelKind::minimal) {
            if (std::string_view(what) != "weight" || std::string_view(projection) == "key_proj") return {};
            const ParameterInfo& p = table_.find(name + "." + std::to_string(head) + ".weight");
            return {p.offset, p.size()};
        }
        if (std::string_view(what) == "bias" && !s_.bias) return {};
        const ParameterInfo& p = table_.find(name + "." + what);
        const std::size_t size = p.size() / static_cast<std::size_t>(s_.heads);
        return {p.offset + size * static_cast<std::size_t>(head), size};
    }

    void ablate(int block, int head) {
        for (const char* what : {"weight", "bias"}) std::fill_n(to_.begin() + offset(part(block, head, "value_proj", what)), part(block, head, "value_proj", what).size, 0.0f);
    }
    void look_as(int block, int head, int other) {
        for (const char* projection : {"query_proj", "key_proj"})
            for (const char* what : {"weight", "bias"}) {
                const Part from = part(block, other, projection, what), to = part(block, head, projection, what);
                std::copy_n(from_.begin() + offset(from), from.size, to_.begin() + offset(to));
            }
    }
    // Minimal model: score(query, key) is the logarithm of the weight, to which softmax adds a constant.
    template <class Score>
    void set_pattern(int head, Score&& score) {
        const std::size_t V = static_cast<std::size_t>(s_.vocabulary), T = static_cast<std::size_t>(input_length(s_)), D = V + T;
        const Part query = part(0, head, "query_proj", "weight");
        std::fill_n(to_.begin() + offset(query), query.size, 0.0f);
        for (std::size_t i = T - static_cast<std::size_t>(s_.length); i < T; ++i)
            for (std::size_t j = 0; j <= i; ++j) to_[query.offset + (V + j) * D + V + i] = std::sqrt(static_cast<float>(D)) * score(static_cast<int>(i), static_cast<int>(j));
    }
    std::vector<float> take() { return std::move(to_); }

private:
    static std::ptrdiff_t offset(const Part& p) { return static_cast<std::ptrdiff_t>(p.offset); }

    const Settings& s_;
    const ParameterTable& table_;
    std::span<const float> from_;
    std::vector<float> to_;
};

}  // namespace

bool can_edit(const Settings& s, Kind kind) { return (kind != Kind::frozen && kind != Kind::ideal) || (s.model == ModelKind::minimal && s.blocks == 1); }

std::vector<float> edit_heads(const Settings& s, const ParameterTable& table, const Chain& chain, std::span<const float> parameters, std::span<const HeadEdit> edits, std::span<const float> attention) {
    const int T = input_length(s);
    if (parameters.size() != table.size() || edits.size() != static_cast<std::size_t>(s.blocks) * static_cast<std::size_t>(s.heads)) throw Error("The heads to change are not those of this model.");
    Editor editor(s, table, parameters);
    for (std::size_t at = 0; at < edits.size(); ++at) {
        const HeadEdit& edit = edits[at];
        const int block = static_cast<int>(at) / s.heads, head = static_cast<int>(at) % s.heads;
        if (!can_edit(s, edit.kind)) throw Error("The pattern of a head can be set in the minimal model with one block only.", "Take the head out, or let it look as another one does.");
        switch (edit.kind) {
            case Kind::none: break;
            case Kind::ablated: editor.ablate(block, head); break;
            case Kind::swapped:
                if (edit.with < 0 || edit.with >= s.heads) throw Error("There is no head " + std::to_string(edit.with + 1) + " in this block.");
                editor.look_as(block, head, edit.with);
                break;
            case Kind::frozen: {
                const std::size_t plane = static_cast<std::size_t>(s.length) * static_cast<std::size_t>(T);
                if (attention.size() != edits.size() * plane) throw Error("The mean attention of this moment was not kept, so a head cannot be held at it.", "Choose another moment.");
                const auto map = attention.subspan(at * plane, plane);
                editor.set_pattern(head, [&](int i, int j) { return std::log(std::max(map[static_cast<std::size_t>(i - (T - s.length)) * static_cast<std::size_t>(T) + static_cast<std::size_t>(j)], least_weight)); });
                break;
            }
            case Kind::ideal: {
                if (edit.with < 0 || edit.with >= chain.span_count()) throw Error("There is no span " + std::to_string(edit.with + 1) + " in this chain.");
                const Span& span = chain.spans()[static_cast<std::size_t>(edit.with)];
                editor.set_pattern(head, [&](int i, int j) {
                    const int lag = i + 1 - j;
                    if (!span.has_lag(lag)) return 0.0f;
                    const float alpha = span.weights[static_cast<std::size_t>(span.oldest_lag - lag)];
                    return alpha > 0 ? aside + std::log(alpha) : 0.0f;
                });
                break;
            }
        }
    }
    return editor.take();
}

}  // namespace ladder
