// The renderer: one program, one vertex array without attributes, one texture per map of a frame.
#include "ui/heatmap.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <string>

#include "generated/assets.h"
#include "gl_api.h"
#include "ui/drawn_map.h"

namespace ladder {
namespace {

GLuint compile(GLenum kind, std::string_view body, std::string& log) {
    const std::string source = std::string(shader_preamble) + std::string(body);
    const char* text = source.c_str();
    const GLuint shader = glCreateShader(kind);
    glShaderSource(shader, 1, &text, nullptr);
    glCompileShader(shader);
    GLint ok = GL_FALSE;
    glGetShaderiv(shader, GL_COMPILE_STATUS, &ok);
    if (ok != GL_TRUE) {
        char message[512] = "";
        glGetShaderInfoLog(shader, sizeof message, nullptr, message);
        log += message;
    }
    return shader;
}

std::array<float, 3> components(ImU32 colour) {
    const ImVec4 c = ImGui::ColorConvertU32ToFloat4(colour);
    return {c.x, c.y, c.z};
}

}  // namespace

struct HeatmapRenderer::Impl {
    struct Command {
        Impl* owner;
        DrawnMap drawn;
        GLuint texture = 0;
        int texture_columns = 0, texture_rows = 0;
    };
    std::deque<Command> commands;  // addresses stay valid while a frame is built; textures are reused by slot
    std::size_t used = 0;
    bool changed = false;
    GLuint program = 0, vertices = 0;
    std::string problem;

    void build();
    void render(Command&);
};

void HeatmapRenderer::Impl::build() {
    std::string log;
    const GLuint vertex = compile(GL_VERTEX_SHADER, asset("shaders/heatmap.vert"), log), fragment = compile(GL_FRAGMENT_SHADER, asset("shaders/heatmap.frag"), log);
    program = glCreateProgram();
    glAttachShader(program, vertex);
    glAttachShader(program, fragment);
    glLinkProgram(program);
    GLint ok = GL_FALSE;
    glGetProgramiv(program, GL_LINK_STATUS, &ok);
    if (ok != GL_TRUE) problem = "The attention maps cannot be drawn on this machine's graphics: " + (log.empty() ? std::string("the shader does not link") : log);
    glDeleteShader(vertex);
    glDeleteShader(fragment);
    glGenVertexArrays(1, &vertices);
}

void HeatmapRenderer::Impl::render(Command& c) {
    if (!program) build();
    if (!problem.empty()) return;
    const Heatmap& m = c.drawn.map;
    const Rect rect = c.drawn.rect;
    glActiveTexture(GL_TEXTURE0);
    if (!c.texture) {
        glGenTextures(1, &c.texture);
        c.texture_columns = c.texture_rows = 0;
        c.drawn.in_texture = false;
    }
    glBindTexture(GL_TEXTURE_2D, c.texture);
    glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
    const int rows = m.rows * m.channels;
    if (c.texture_columns != m.columns || c.texture_rows != rows) {
        glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
        glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
        glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
        glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
        glTexImage2D(GL_TEXTURE_2D, 0, GL_R32F, m.columns, rows, 0, GL_RED, GL_FLOAT, c.drawn.values.data());
        c.texture_columns = m.columns, c.texture_rows = rows;
    } else if (!c.drawn.in_texture) {
        glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, m.columns, rows, GL_RED, GL_FLOAT, c.drawn.values.data());
    }
    c.drawn.in_texture = true;

    const ImDrawData* data = ImGui::GetDrawData();
    const auto clip_x = [&](float x) { return 2 * (x - data->DisplayPos.x) / data->DisplaySize.x - 1; };
    const auto clip_y = [&](float y) { return 1 - 2 * (y - data->DisplayPos.y) / data->DisplaySize.y; };
    const auto uniform = [&](const char* name) { return glGetUniformLocation(program, name); };
    glUseProgram(program);
    glBindVertexArray(vertices);
    glUniform4f(uniform("u_rect"), clip_x(rect.min.x), clip_y(rect.min.y), clip_x(rect.max.x), clip_y(rect.max.y));
    glUniform2f(uniform("u_cells"), static_cast<float>(m.columns), static_cast<float>(m.rows));
    glUniform1i(uniform("u_map"), 0);
    glUniform1i(uniform("u_channels"), m.channels);
    glUniform1f(uniform("u_top"), m.top > 0 && std::isfinite(m.top) ? m.top : 1.0f);
    const auto ground = components(m.ground), negative = components(m.negative);
    glUniform3f(uniform("u_ground"), ground[0], ground[1], ground[2]);
    glUniform3f(uniform("u_negative"), negative[0], negative[1], negative[2]);
    std::array<float, 24> colours{};
    for (std::size_t i = 0; i < 8; ++i) {
        const auto rgb = components(m.colours[i]);
        std::copy(rgb.begin(), rgb.end(), colours.begin() + static_cast<std::ptrdiff_t>(3 * i));
    }
    glUniform3fv(uniform("u_colours"), 8, colours.data());
    glDisable(GL_BLEND);
    glDrawArrays(GL_TRIANGLE_STRIP, 0, 4);
    glEnable(GL_BLEND);
}

HeatmapRenderer::HeatmapRenderer() : impl_(std::make_unique<Impl>()) {}
// GL objects go with their context, which outlives this only in programs that are ending.
HeatmapRenderer::~HeatmapRenderer() = default;

void HeatmapRenderer::begin_frame() {
    impl_->used = 0;
    impl_->changed = false;
}

void HeatmapRenderer::draw(ImDrawList* list, Rect rect, const Heatmap& map) {
    if (map.rows < 1 || map.columns < 1 || map.values.empty()) return;
    if (impl_->used == impl_->commands.size()) impl_->commands.push_back({impl_.get(), {}});
    Impl::Command& command = impl_->commands[impl_->used++];
    if (command.drawn.take(rect, map)) impl_->changed = true;
    list->AddCallback(
        [](const ImDrawList*, const ImDrawCmd* call) {
            auto* c = static_cast<Impl::Command*>(call->UserCallbackData);
            // The clip rectangle of the command holds for the quad too; GL counts rows from below.
            const ImDrawData* data = ImGui::GetDrawData();
            const float height = data->DisplaySize.y * data->FramebufferScale.y;
            const ImVec4 clip = call->ClipRect;
            const float x = (clip.x - data->DisplayPos.x) * data->FramebufferScale.x, y = (clip.y - data->DisplayPos.y) * data->FramebufferScale.y;
            const float w = (clip.z - clip.x) * data->FramebufferScale.x, h = (clip.w - clip.y) * data->FramebufferScale.y;
            if (w <= 0 || h <= 0) return;
            glScissor(static_cast<GLint>(x), static_cast<GLint>(height - y - h), static_cast<GLsizei>(w), static_cast<GLsizei>(h));
            c->owner->render(*c);
        },
        &command);
    list->AddCallback(ImDrawCallback_ResetRenderState, nullptr);
}

bool HeatmapRenderer::changed() const { return impl_->changed; }

void HeatmapRenderer::context_lost() {
    impl_->program = impl_->vertices = 0;
    impl_->problem.clear();
    for (Impl::Command& command : impl_->commands) command.texture = 0, command.texture_columns = command.texture_rows = 0;
}

const char* HeatmapRenderer::problem() const { return impl_->problem.c_str(); }

}  // namespace ladder
