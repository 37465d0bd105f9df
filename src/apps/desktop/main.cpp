// The desktop program: the window, the interface, training on threads. Options are those of the settings
// table; --shot writes a picture of the window and ends, for tests and for the README.
#include <png.h>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <optional>
#include <vector>

#include "apps/desktop/frame_report.h"
#include "apps/desktop/languages.h"
#include "base/error.h"
#include "base/files.h"
#include "base/settings.h"
#include "base/text_tokens.h"
#include "cuda/devices.h"
#include "platform/window.h"
#include "run/presets.h"
#include "run/run_files.h"
#include "run/thread_member_service.h"
#include "run/thread_pool.h"
#include "run/thread_runner.h"
#include "ui/app.h"

#include <imgui.h>
#include <nlohmann/json.hpp>

namespace {

using namespace ladder;

struct Options {
    std::string preset = "default", theme = "system", locale, shot, workspace = "run", figure, open, device = "cpu";
    std::vector<std::pair<std::string, std::string>> settings;
    int width = 1280, height = 720, shot_step = 0;
    double report = 0;
};

void write_png(std::vector<unsigned char> pixels, int width, int height, const std::string& path) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = static_cast<png_uint_32>(width);
    image.height = static_cast<png_uint_32>(height);
    image.format = PNG_FORMAT_RGBA;
    for (std::size_t i = 3; i < pixels.size(); i += 4) pixels[i] = 255;
    // A negative stride: OpenGL's first row is the lowest.
    if (!png_image_write_to_file(&image, path.c_str(), 0, pixels.data(), -4 * width, nullptr))
        throw Error("The picture " + path + " cannot be written (" + image.message + ").", "Choose a folder that you may write to.");
}

Settings read_settings(const Options& options) {
    const Preset* preset = find_preset(options.preset);
    if (!preset) throw Error("There is no preset called " + options.preset + ".", "`ladder presets` lists them.");
    Settings settings = preset->settings;
    for (const auto& [name, text] : options.settings)
        if (const auto problem = set_from_text(settings, name, text)) throw Error(problem->refusal());
    return settings;
}

// Into the folder the program was started in, over nothing that is there.
void save(App& app, const HostRequest& request) {
    try {
        const std::string name = free_path(request.name);
        write_file(name, request.text);
        app.report("Written to " + name + " in the folder that the program was started in.");
    } catch (const Error& e) {
        app.report(e.what());
    }
}

constexpr const char* made_of = "Attention Ladder is under the MIT licence. In it work Dear ImGui (MIT), Inter (SIL Open Font License), WenQuanYi Micro Hei (Apache License 2.0), Eigen (MPL-2.0), GLFW (zlib), JSON for Modern C++ (MIT), "
                                "CLI11 (BSD-3-Clause) and libpng; their packages\u2019 copyright files under /usr/share/doc have the texts.";

// A text to learn from: what the clipboard holds. Files are dropped on the window.
void paste_text(App& app) {
    const char* text = ImGui::GetClipboardText();
    if (text && *text) {
        const std::string taken = text;
        if (app.use_text(taken)) app.report("This run learns from the clipboard\u2019s text, " + std::to_string(size_of_text(taken).characters) + " characters. Choose a preset in the bar to go back to its data.");
    } else app.report("The clipboard holds no text. Copy one and try again, or drop a text file on this window.");
}

// A model, settings, a lesson or a text; nothing is read of one that is too large.
void open_path(App& app, const std::string& path) {
    try {
        const std::string name = std::filesystem::path(path).filename().string();
        std::error_code unknown;
        const auto size = std::filesystem::file_size(path, unknown);
        if (const std::string problem = unknown ? "" : too_large(name, size); !problem.empty()) return app.report(problem);
        std::vector<std::byte> bytes = read_file(path);
        bytes.resize(std::min(bytes.size(), most_file_bytes(file_kind(name))));
        app.open_file(name, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    } catch (const Error& e) {
        app.report(e.what());
    }
}

// A part of what the window shows; pixels: RGBA, rows from the lowest.
void save_picture(App& app, const HostRequest& request, const std::vector<unsigned char>& pixels, int width, int height) {
    const auto at = [](float part, int size) { return std::clamp(static_cast<int>(std::lround(part * static_cast<float>(size))), 0, size); };
    const int left = at(request.area[0], width), right = at(request.area[2], width), low = height - at(request.area[3], height), high = height - at(request.area[1], height);
    std::vector<unsigned char> part;
    for (int row = low; row < high; ++row) part.insert(part.end(), pixels.begin() + 4 * (static_cast<std::ptrdiff_t>(row) * width + left), pixels.begin() + 4 * (static_cast<std::ptrdiff_t>(row) * width + right));
    try {
        const std::string name = free_path(request.name);
        write_png(std::move(part), right - left, high - low, name);
        app.report("Written to " + name + " in the folder that the program was started in.");
    } catch (const Error& e) {
        app.report(e.what());
    }
}

// What a person asked the platform for; a picture waits until the menu is gone from the window.
struct Requests {
    std::optional<HostRequest> picture;
    int frames_until_picture = 0;

    void carry_out(App& app, HostRequest request) {
        using Kind = HostRequest::Kind;
        if (request.kind == Kind::copy) ImGui::SetClipboardText(request.text.c_str());
        else if (request.kind == Kind::ask_text) paste_text(app);
        else if (request.kind == Kind::language) app.set_language(shipped_language(request.name), true);
        else if (request.kind == Kind::licences) app.report(made_of);
        else if (request.kind == Kind::save) save(app, request);
        else if (request.kind == Kind::open_file) app.report("Drop the file on this window, or start the program with --open FILE.");
        else if (request.kind == Kind::picture) picture = std::move(request), frames_until_picture = 2;
    }
};

int run(const Options& options) {
    Settings settings = read_settings(options);
    const MakeStepDevice device = cuda::step_device(options.device);
    const auto make_runner = [device] { return std::make_unique<ThreadRunner>(Kernels::fast, device); };
    Window window("Attention Ladder", options.width, options.height);
    App app(make_runner(), settings, options.preset, {}, {std::make_unique<ThreadMemberService>(), make_runner, available_cores()});
    if (const std::string code = options.locale.empty() ? language_of_environment() : language_of(options.locale); code != "en") app.set_language(shipped_language(code), !options.locale.empty());
    app.set_theme(options.theme == "light" ? 1 : options.theme == "dark" ? 2 : 0);
    if (!app.show_workspace(options.workspace, options.figure)) throw Error("There is no workspace \"" + options.workspace + "\" with a figure \"" + options.figure + "\".", "The workspaces are run, paper and theory; `ladder reproduce --help` tells of the figures.");
    if (!options.open.empty()) open_path(app, options.open);
    if (!options.shot.empty()) window.ignore_pointer();
    Requests requests;
    int frames_since = 0;
    FrameReport report(options.report);
    while (!window.should_close()) {
        report.begin_frame();
        const float ratio = window.pixel_ratio();
        const FrameInput input{static_cast<float>(window.width_pixels()) / ratio, static_cast<float>(window.height_pixels()) / ratio, ratio, false, false, window.seconds()};
        app.prepare(input);
        window.begin_frame();
        for (const std::string& path : window.take_dropped()) open_path(app, path);
        app.frame(input);
        std::vector<unsigned char> picture;
        for (HostRequest& request : app.take_requests()) requests.carry_out(app, std::move(request));
        const bool asked = requests.picture && --requests.frames_until_picture == 0;
        window.end_frame(frames_since == 30 || asked ? &picture : nullptr);
        if (asked) {
            save_picture(app, *requests.picture, picture, window.width_pixels(), window.height_pixels());
            requests.picture.reset();
            if (frames_since != 30) picture.clear();
        }
        report.end_frame(window.seconds(), [&] { return app.state_json(); });
        if (options.shot.empty()) continue;
        if (!picture.empty()) {
            write_png(std::move(picture), window.width_pixels(), window.height_pixels(), options.shot);
            std::printf("%s\n", app.state_json().c_str());
            return 0;
        }
        const auto state = nlohmann::json::parse(app.state_json());
        // A few frames more, so that easing has come to rest.
        const bool ended = state.value("state", "") == "diverged" || state.value("state", "") == "finished";
        const bool reached = options.figure.empty() || options.shot_step > 0 ? state.value("shownStep", -1) >= options.shot_step || ended : state["figures"].contains(options.figure);
        if (reached || frames_since > 0) ++frames_since;
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App cli("Attention Ladder: watch a transformer climb from simple predictors to the truth");
    cli.add_option("--preset", options.preset, "The experiment to open with")->capture_default_str();
    cli.add_option("--theme", options.theme, "Colours")->check(CLI::IsMember({"system", "light", "dark"}))->capture_default_str();
    cli.add_option("--locale", options.locale, "Language of the interface, as zh or zh-CN; without it that of the environment (LC_ALL, LC_MESSAGES, LANG). English where there is no translation");
    cli.add_option("--workspace", options.workspace, "What to open with: run, paper for its figures, or theory for its differential equations")->capture_default_str();
    cli.add_option("--figure", options.figure, "With --workspace paper: the figure to run, as in 4-left; sweep opens a grid");
    cli.add_option("--open", options.open, "A file to begin with: a model (.safetensors), settings (.json), a lesson (.md) or a text");
    cli.add_option("--device", options.device, "Where the training steps are made: cpu; cuda, an NVIDIA GPU; or emulated, the GPU's kernels on this processor")
        ->check(CLI::IsMember({"cpu", "cuda", "emulated"}))
        ->capture_default_str();
    cli.add_option("--width", options.width, "Width of the window")->check(CLI::Range(200, 8000))->capture_default_str();
    cli.add_option("--height", options.height, "Height of the window")->check(CLI::Range(200, 8000))->capture_default_str();
    cli.add_option("--shot", options.shot, "Write a picture of the window to this PNG file and end");
    cli.add_option("--shot-step", options.shot_step, "The step at which the picture is taken; with --figure and 0: when its last run has ended")->capture_default_str();
    cli.add_option("--report", options.report, "Print what frames cost and what is held every so many seconds, a line of JSON each")->check(CLI::Range(0.0, 3600.0));
    for (const SettingInfo& info : settings_table())
        cli.add_option_function<std::string>("--" + std::string(info.name), [&options, &info](const std::string& text) { options.settings.emplace_back(info.name, text); }, std::string(info.help))
            ->group(std::string(info.group))
            ->type_name(range_text(info));
    try {
        cli.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        return cli.exit(e) == 0 ? 0 : 2;
    }
    try {
        return run(options);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "ladder-desktop: %s\n", sentence_of(e).c_str());
        return 2;
    }
}
