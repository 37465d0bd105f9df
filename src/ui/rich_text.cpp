#include "ui/rich_text.h"

#include <cmath>
#include <vector>

#include "ui/draw.h"

namespace ladder {
namespace {

struct Run {
    std::string text;
    bool bold = false;
    std::string target;
};

std::vector<Run> runs_of(std::string_view text) {
    std::vector<Run> runs;
    bool bold = false;
    std::string plain;
    const auto flush = [&] {
        if (!plain.empty()) runs.push_back({plain, bold, {}});
        plain.clear();
    };
    while (!text.empty()) {
        if (text.starts_with("**")) {
            flush();
            bold = !bold;
            text.remove_prefix(2);
            continue;
        }
        const std::size_t middle = text.front() == '[' ? text.find("](") : std::string_view::npos, close = middle == std::string_view::npos ? middle : text.find(')', middle);
        if (close != std::string_view::npos) {
            flush();
            runs.push_back({std::string(text.substr(1, middle - 1)), bold, std::string(text.substr(middle + 2, close - middle - 2))});
            text.remove_prefix(close + 1);
            continue;
        }
        plain += text.front();
        text.remove_prefix(1);
    }
    flush();
    return runs;
}

struct Character {
    unsigned code;
    std::size_t bytes;
};

Character first_character(std::string_view text) {
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
    const unsigned lead = byte(0);
    if (lead < 0x80) return {lead, 1};
    if (lead < 0xE0) return {(lead & 0x1F) << 6 | (byte(1) & 0x3F), std::min<std::size_t>(2, text.size())};
    if (lead < 0xF0) return {(lead & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F), std::min<std::size_t>(3, text.size())};
    return {0x10000, std::min<std::size_t>(4, text.size())};
}

bool is_wide(unsigned code) { return code >= 0x2E80 && code < 0xFF5F; }
// Stops and closing brackets may not begin a line.
bool is_closing(unsigned code) {
    switch (code) {
        case 0x3001: case 0x3002: case 0xFF0C: case 0xFF0E: case 0xFF1A: case 0xFF1B: case 0xFF01: case 0xFF1F: case 0xFF09: case 0x300B: case 0x300D: case 0x201D: case ',': case '.': case ')': case ':': case ';': return true;
        default: return false;
    }
}

}  // namespace

bool within_numbers(std::string_view text, std::size_t at) {
    const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
    return at > 0 && at + 1 < text.size() && (text[at] == '.' || text[at] == ',' || text[at] == ' ') && digit(at - 1) && digit(at + 1);
}

std::size_t next_piece(std::string_view text) {
    if (text.empty()) return 0;
    Character c = first_character(text);
    std::size_t end = c.bytes;
    if (c.code == ' ' || c.code == '\n') return end;
    const bool wide = is_wide(c.code);
    const auto opening = [](unsigned code) { return code == 0xFF08 || code == 0x300A || code == 0x300C || code == 0x201C; };
    bool glued = opening(c.code);  // an opening bracket keeps what follows
    while (end < text.size()) {
        c = first_character(text.substr(end));
        if (c.code == '\n' || (c.code == ' ' && !within_numbers(text, end))) break;
        if (!glued && !is_closing(c.code) && (wide || is_wide(c.code))) break;
        glued = opening(c.code);
        end += c.bytes;
    }
    return end;
}

RichText draw_rich_text(ImDrawList* list, const Theme& t, ImVec2 at, float width, ImU32 ink, std::string_view text) {
    RichText out;
    const float line = t.regular->FontSize + t.px(4);
    float x = 0, y = 0;
    const std::vector<Run> runs = runs_of(text);
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const Run& run = runs[i];
        const ImFont* font = run.bold ? t.strong : t.regular;
        const ImU32 colour = run.target.empty() ? ink : t.accent;
        std::string_view rest = run.text;
        while (!rest.empty()) {
            const std::string_view piece = rest.substr(0, next_piece(rest));
            rest.remove_prefix(piece.size());
            if (piece == "\n") {
                x = 0, y += line;
                continue;
            }
            const float w = width_as_is(font, piece);
            // A stop after a link or a bold word stays on its line.
            const std::string_view next = rest.empty() && i + 1 < runs.size() ? runs[i + 1].text : std::string_view();
            const float stop = !next.empty() && is_closing(first_character(next).code) ? width_as_is(font, next.substr(0, next_piece(next))) : 0;
            if (x > 0 && x + w + stop > width && piece != " ") x = 0, y += line;
            if (x == 0 && piece == " ") continue;
            if (list) {
                const ImVec2 corner{at.x + x, at.y + y};
                draw_as_is(list, font, corner, colour, piece);
                if (!run.target.empty()) {
                    const float base = std::floor(corner.y + font->FontSize + t.px(0.5f));
                    list->AddLine({corner.x, base}, {corner.x + w, base}, with_alpha(t.accent, 0.45f), std::max(1.0f, t.px(1)));
                    if (hovered({corner, {corner.x + w, corner.y + line}})) out.hovered = run.target;
                }
            }
            x += w;
        }
    }
    out.height = y + line;
    return out;
}

std::string plain_text(std::string_view text) {
    std::string out;
    for (const Run& run : runs_of(text)) out += run.text;
    return out;
}

}  // namespace ladder
