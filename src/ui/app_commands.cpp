// What a command changes of the panels' own state, before its actions are carried out.
#include <nlohmann/json.hpp>

#include "ui/app_impl.h"
#include "ui/form_state.h"

namespace ladder {

void App::Impl::arrange(const Command& c, Obeyed& obeyed) {
    if (obeyed.beside_best) {
        attention.beside_best = *obeyed.beside_best;
        toolbar.workspace = toolbar.workspace == Workspace::lessons ? toolbar.workspace : Workspace::run;
    }
    if (obeyed.figure) figures_panel.chosen = *obeyed.figure;
    if (obeyed.figure_seeds) figures_panel.seeds = *obeyed.figure_seeds;
    if (obeyed.flow) theory.settings = *obeyed.flow;
    if (obeyed.beside_run) theory.view = *obeyed.beside_run ? TheoryPanelState::View::run : TheoryPanelState::View::equations;
    if (obeyed.grid) {
        figures_panel.sweep.axes = obeyed.grid->axes;
        figures_panel.sweep.seeds = obeyed.grid->seeds;
        figures_panel.sweep.problem.clear();
    }
    if (!obeyed.edits) return;
    // The question belongs to the model of the moment on screen, and is answered at once.
    const RunView view = view_on_screen();
    update_what_if(view, attention.what_if);
    attention.what_if.edits = std::move(*obeyed.edits);
    update_what_if(view, attention.what_if);
    obeyed.answer = answer_message(c.id, "value", what_if_json(runs.chain(), attention.what_if).dump());
}

}  // namespace ladder
