// The whole interface, the same on the page and in the desktop window. A frame is: prepare(), the
// platform's begin, frame(), the platform's end.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lesson/progress.h"
#include "run/presentation.h"
#include "run/runner.h"
#include "theory/flow.h"
#include "ui/background.h"

namespace ladder {

// What the platform tells the interface of its surroundings, every frame.
struct FrameInput {
    float width, height;       // points
    float pixel_ratio = 1;     // device pixels per point
    bool dark = false;         // what the system prefers
    bool reduced_motion = false;
    double seconds = 0;        // monotonic
    float text_size = 1;       // what the reader has set for text everywhere, times the usual
    bool has_form = false;     // the page offers its controls as a form too
    bool finger = false;       // it is a finger that points: what it presses is larger
};

// Something that only the platform can do, asked for by a person.
struct HostRequest {
    // ask_text: for a text to learn from, to be handed to App::use_text. show_form: the controls beside the canvas. picture: what the window shows
    // two frames on. open_file: chosen by the reader, to be handed to App::open_file. plan_embed: the dialog for teachers. licences: what the
    // program is made of. language: the reader wishes for the one called `name`, to be handed to App::set_language.
    enum class Kind { copy, save, ask_text, show_form, picture, open_file, plan_embed, licences, language } kind;
    std::string name;  // of the file to save; else empty
    std::string text;  // or bytes
    std::array<float, 4> area{0, 0, 1, 1};  // of a picture: left, top, right, bottom as parts of the window
};

// The interface in another language than English.
struct Language {
    std::string code = "en";             // as in <html lang>: "en", "zh"
    std::string texts;                   // JSON: English -> translation (base/catalogue.h); empty: English
    std::vector<LessonFile> lessons;     // of assets/lessons/LANGUAGE
    std::vector<unsigned char> font;     // for the characters that these need; empty: ours has all
};

class App {
public:
    // preset: name of the preset the settings came from; the settings may differ from it.
    App(std::unique_ptr<Runner>, const Settings&, std::string preset, Presentation = {}, Background = {});
    ~App();

    // What must happen outside a frame of ImGui: fonts for another scale or theme.
    void prepare(const FrameInput&);
    void frame(const FrameInput&);
    // A problem to be shown as a dismissible sentence (bad URL parameters, a file that could not be read).
    void report(const std::string& sentence);
    // "run", "lessons", "paper" or "theory"; with a figure's id, its runs are begun; with "sweep", a grid can be put together. False: no such workspace or figure.
    bool show_workspace(std::string_view name, std::string_view figure = {});
    // What the workspace of the differential equations begins with: their settings, and whether beside the run.
    void set_theory(const FlowSettings&, bool beside_run);
    // A lesson that is built in, by its name. False: there is none of this name; the list is shown.
    bool show_lesson(std::string_view name);
    // A lesson from outside, as text; what is wrong with it is reported.
    void bring_lesson(std::string_view name, std::string_view text);
    void set_theme(int mode);  // 0: follow the system, 1: light, 2: dark
    // From the next frame on. chosen: the reader or the address asked for it, so that links carry it. Throws where the texts cannot be used; then all stays as it was.
    void set_language(Language, bool chosen);
    // A text of the interface in the language that is set, for what surrounds the canvas.
    std::string in_language(std::string_view english);
    // A text of the reader's own, to learn from: a new run begins, or a sentence says why not and the answer is false.
    bool use_text(const std::string& text);
    // Two fingers, or the wheel with Ctrl, at a point of the page: factor above 1 looks closer; moved: how far they went. False: not on a map.
    bool pinch(float x, float y, float factor, float moved_x, float moved_y);
    // Whether what is dragged from this point of the page is a map that is looked at closer.
    bool moves_map(float x, float y) const;
    // A file that was opened or dropped: a model, settings, a lesson or a text, by the ending of its name. What is wrong with it is reported.
    void open_file(std::string_view name, std::string_view bytes);
    // Whether time runs by itself, through the run or through a solution of the equations: something else is to be seen at every frame.
    bool plays() const;
    // Whether the frame's heat maps differ from those of the frame before.
    bool maps_changed() const;
    // The drawing context was lost: what lived in it is made anew at the next frame.
    void context_lost();
    // Where this page lives, without its query ("https://../index.html"): links begin with it. Empty: there are no links.
    void set_address(std::string address);
    // A host page's command (run/command.h), carried out at once; its answer. Any text will do.
    std::string command(std::string_view message);
    // What happened since the last call, for a host page (run/run_events.h).
    std::string take_events();
    // Points in which everything is in sight at this width; before the first frame a guess.
    float wanted_height(float width) const;
    // What was asked for since the last call.
    std::vector<HostRequest> take_requests();
    // For tests, hosts and the page around the canvas, as one JSON object: how the run stands, what is shown of it and what was chosen.
    std::string state_json() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace ladder
