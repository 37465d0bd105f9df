// Any bytes as a text to learn from; the first one chooses the vocabulary. It is refused in a sentence, or becomes tokens of
// that vocabulary in three parts.
#include <algorithm>

#include "base/settings.h"
#include "base/text_tokens.h"
#include "tests/fuzz/fuzz.h"

using namespace ladder;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string text(fuzz::as_text(data + 1, size - 1));
    Settings settings;
    settings.data = DataSource::text;
    settings.vocabulary = 2 + data[0] % 255;
    if (const auto problem = set_from_text(settings, "text", text)) {
        fuzz::expect(problem->message().size() > 10);
        return 0;
    }
    reconcile(settings);
    fuzz::expect(reconcile(settings).empty());
    if (settings.data != DataSource::text || settings.text.empty()) return 0;
    const TextTokens tokens = tokens_of_text(settings.text, settings.vocabulary);
    fuzz::expect(tokens.symbols.size() == static_cast<std::size_t>(settings.vocabulary));
    fuzz::expect(std::all_of(tokens.tokens.begin(), tokens.tokens.end(), [&](std::int32_t t) { return t >= 0 && t < settings.vocabulary; }));
    fuzz::expect(tokens.training <= tokens.smoothing && tokens.smoothing <= tokens.tokens.size());
    fuzz::expect(size_of_text(settings.text).characters == tokens.tokens.size());
    return 0;
}
