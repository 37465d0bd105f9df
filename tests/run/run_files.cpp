// Files of a run out and in again, and the files that people open by mistake.
#include "run/run_files.h"

#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/safetensors.h"
#include "train/trainer.h"

using namespace ladder;
using Json = nlohmann::json;

namespace {

Settings run_to_save() {
    Settings s;
    s.vocabulary = 5;
    s.length = 4;
    s.batch = 8;
    s.validation = 16;
    s.heads = 2;
    s.seed = 3;
    return s;
}

std::vector<std::byte> bytes_of(std::string_view text) {
    const auto* first = reinterpret_cast<const std::byte*>(text.data());
    return {first, first + text.size()};
}

std::string refused(const std::vector<std::byte>& bytes, std::string_view name = "m.safetensors") {
    try {
        read_model_file(bytes, name);
    } catch (const Error& e) {
        return e.what();
    }
    return "";
}

}  // namespace

TEST_CASE("a model comes back from its file as it was, with its settings and step") {
    Trainer trainer(run_to_save());
    const auto workspace = trainer.model().workspace();
    for (int i = 0; i < 3; ++i) trainer.train_step(*workspace);
    const Chain chain(run_to_save());
    History history(chain);
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->step = 3;
    snapshot->evaluation.kl = {1, 2, 3, 4};
    history.add(snapshot);
    CHECK_THROWS_AS(model_file(run_to_save(), chain, history, 0), Error);
    auto kept = std::make_shared<RunCheckpoint>();
    kept->state = trainer.checkpoint();
    history.attach(kept);
    const ModelFile back = read_model_file(model_file(run_to_save(), chain, history, 0), "m.safetensors");
    CHECK(back.settings.heads == 2);
    CHECK(back.settings.seed == 3);
    CHECK(back.checkpoint->step() == 3);
    CHECK_FALSE(back.checkpoint->evaluated());
    CHECK(back.checkpoint->state.parameters == kept->state.parameters);
    CHECK(back.checkpoint->state.first_moment == kept->state.first_moment);
    CHECK(back.checkpoint->state.second_moment == kept->state.second_moment);

    const Json json = Json::parse(history_json(run_to_save(), "default", chain, history));
    CHECK(json["moments"][0]["step"] == 3);
    CHECK(json["moments"][0]["kl"].size() == 4);
    const SettingsFile settings = read_settings_file(json.dump(), "history.json");
    CHECK(settings.settings.vocabulary == 5);
    CHECK(settings.problems.empty());
}

TEST_CASE("damaged and foreign models are named in a sentence") {
    Trainer trainer(run_to_save());
    TensorFile file = trainer.to_tensors();
    const std::vector<std::byte> good = format_safetensors(file);
    CHECK(refused(good).empty());
    std::vector<std::vector<std::byte>> bad{{}, bytes_of("hello"), bytes_of(std::string(5000, 'x')), {good.begin(), good.begin() + static_cast<std::ptrdiff_t>(good.size() / 2)}};
    TensorFile foreign;
    foreign.add("weight", {2}, std::vector<float>{1, 2});
    bad.push_back(format_safetensors(foreign));
    TensorFile wrong = file;
    wrong.metadata["settings"] = R"({"heads": 99})";
    bad.push_back(format_safetensors(wrong));
    wrong.metadata["settings"] = R"({"heads": 3, "vocabulary": 5})";  // the tensors are those of two heads
    bad.push_back(format_safetensors(wrong));
    wrong = file;
    wrong.metadata["step"] = "-4";
    bad.push_back(format_safetensors(wrong));
    wrong = file;
    for (auto& [name, tensor] : wrong.tensors)
        for (float& x : tensor.f32) x = NAN;
    bad.push_back(format_safetensors(wrong));
    for (std::size_t i = 0; i < bad.size(); ++i) {
        CAPTURE(i);
        const std::string sentence = refused(bad[i]);
        CAPTURE(sentence);
        REQUIRE_FALSE(sentence.empty());
        CHECK(sentence.back() == '.');
        CHECK(sentence.find("m.safetensors") != std::string::npos);
    }
}

TEST_CASE("a model from a file stops after its step, and nowhere that a run cannot") {
    Trainer trainer(run_to_save());
    TensorFile file = trainer.to_tensors();
    const auto stop_at = [&](const char* step) {
        file.metadata["step"] = step;
        return read_model_file(format_safetensors(file), "m.safetensors").settings.steps;
    };
    CHECK(stop_at("0") == run_to_save().steps);
    CHECK(stop_at("700000") == 700001);
    CHECK(stop_at("9999999") == 10000000);
    CHECK(stop_at("10000000") == 10000000);
    file.metadata["step"] = "2147483647";  // one more would be no int
    CHECK(refused(format_safetensors(file)).find("from 0 to 10000000") != std::string::npos);
}

TEST_CASE("files are told by their endings, and large ones are refused by their size alone") {
    CHECK(file_kind("a.SafeTensors") == FileKind::model);
    CHECK(file_kind("config.json") == FileKind::settings);
    CHECK(file_kind("lesson.md") == FileKind::lesson);
    CHECK(file_kind("book.txt") == FileKind::text);
    CHECK(file_kind("json") == FileKind::text);
    constexpr std::size_t gigabyte = std::size_t{1} << 30;
    CHECK(too_large("m.safetensors", gigabyte) == "The file m.safetensors has 1 GB and was not read; a model may have at most 96 MB.");
    CHECK(too_large("c.json", gigabyte).find("settings may have at most 32 MB") != std::string::npos);
    CHECK(too_large("l.md", 300000).find("a lesson may have at most 256 kB") != std::string::npos);
    CHECK(too_large("book.txt", gigabyte).empty());  // its beginning is read
    CHECK(too_large("m.safetensors", 1000).empty());
}

TEST_CASE("settings come from an object of settings or from a history, with what is bad told") {
    const SettingsFile plain = read_settings_file(R"({"heads": 2, "seed": 9})", "s.json");
    CHECK(plain.settings.heads == 2);
    CHECK(plain.settings.seed == 9);
    CHECK(plain.preset == "default");
    const SettingsFile inner = read_settings_file(R"({"preset": "figure-6", "settings": {"seed": 4, "heads": 900}})", "s.json");
    CHECK(inner.preset == "figure-6");
    CHECK(inner.settings.seed == 4);
    CHECK(inner.problems.size() == 1);
    for (const char* text : {"", "[]", "{}", "{\"a\": 1}", "not json", "{\"seed\":", "\xff\xfe", "[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(read_settings_file(text, "s.json"), Error);
    }
}
