// Any text as a message of the page around: a command or a refusal with a sentence, and whatever answers it is JSON again.
#include <nlohmann/json.hpp>

#include "run/command.h"
#include "tests/fuzz/fuzz.h"

using namespace ladder;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto read = read_command(fuzz::as_text(data, size));
    if (const auto* refusal = std::get_if<Refusal>(&read)) {
        fuzz::expect(refusal->sentence.size() > 10 && !refusal->code.empty());
        fuzz::expect(nlohmann::json::accept(refusal_message(*refusal)));
    } else {
        const auto& command = std::get<Command>(read);
        fuzz::expect(nlohmann::json::accept(answer_message(command.id, "step", "1")));
        fuzz::expect(command.settings.empty() || nlohmann::json::parse(command.settings).is_object());
    }
    return 0;
}
