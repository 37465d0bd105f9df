// Any bytes as a model's file that somebody opens; what is taken fits the model that its settings ask for, and is written and read to the same.
#include <algorithm>
#include <cmath>

#include "model/model.h"
#include "run/run_files.h"
#include "task/chain.h"
#include "tests/fuzz/fuzz.h"
#include "train/checkpoint_file.h"

using namespace ladder;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::tolerate([&] {
        const ModelFile file = read_model_file(fuzz::as_bytes(data, size), "fuzz.safetensors");
        Settings again = file.settings;
        fuzz::expect(reconcile(again).empty() && again == file.settings);
        const Checkpoint& state = file.checkpoint->state;
        const auto model = make_model(file.settings);
        fuzz::expect(state.step >= 0 && state.step <= file.settings.steps);
        fuzz::expect(state.parameters.size() == model->table().size() && state.first_moment.size() == state.parameters.size());
        for (const std::vector<float>* values : {&state.parameters, &state.first_moment, &state.second_moment})
            fuzz::expect(std::all_of(values->begin(), values->end(), [](float x) { return std::isfinite(x); }));
        if (file.settings.vocabulary > 8 || window(file.settings) > 8) return;  // a larger chain takes longer to draw than to read
        const auto written = format_safetensors(checkpoint_to_tensors(state, model->table(), file.settings, Chain(file.settings)));
        const ModelFile same = read_model_file(written, "again.safetensors");
        fuzz::expect(same.settings == file.settings && same.checkpoint->state.parameters == state.parameters && same.checkpoint->state.second_moment == state.second_moment);
    });
    return 0;
}
