// The canvas of the page, through Emscripten's GLFW. The page calls once a frame, so nothing waits here and
// showing the drawing is the browser's affair. The page also sizes the canvas: GLFW takes a window as large as
// the screen for a wish to fill it, and asks the reader for leave.
#include <emscripten.h>
#include <GLFW/glfw3.h>
#include <GLES3/gl3.h>
#include <imgui.h>
#include <imgui_impl_glfw.h>
#include <imgui_impl_opengl3.h>

#include <utility>

#include "base/error.h"
#include "platform/drawn_picture.h"
#include "platform/window.h"

// Objects that died with a surface; the browser complains when they are deleted in the next one.
EM_JS(void, script_forget_objects, (), {
    [GL.buffers, GL.programs, GL.framebuffers, GL.textures, GL.shaders, GL.vaos].forEach(function (table) { table.fill(null); });
});

namespace ladder {

struct Window::Impl {
    GLFWwindow* window = nullptr;
    int width = 0, height = 0;
    float pixel_ratio = 1;
    DrawnPicture shown;
    bool must_draw = true;
};

Window::Window(const std::string& title, int width, int height) : impl_(std::make_unique<Impl>()) {
    const Error no_webgl("This browser gives no WebGL 2 drawing surface.", "Switch on hardware acceleration in its settings, or use a newer browser.");
    if (!glfwInit()) throw no_webgl;
    glfwWindowHint(GLFW_ALPHA_BITS, 0);
    glfwWindowHint(GLFW_DEPTH_BITS, 0);
    glfwWindowHint(GLFW_STENCIL_BITS, 0);
    impl_->window = glfwCreateWindow(width, height, title.c_str(), nullptr, nullptr);
    if (!impl_->window) throw no_webgl;
    impl_->width = width;
    impl_->height = height;
    glfwMakeContextCurrent(impl_->window);
    ImGui::CreateContext();
    ImGui::GetIO().IniFilename = nullptr;
    ImGui::GetIO().LogFilename = nullptr;
    if (!ImGui_ImplGlfw_InitForOpenGL(impl_->window, true) || !ImGui_ImplOpenGL3_Init("#version 300 es")) throw no_webgl;
}

Window::~Window() {
    ImGui_ImplOpenGL3_Shutdown();
    ImGui_ImplGlfw_Shutdown();
    ImGui::DestroyContext();
    glfwTerminate();
}

bool Window::should_close() const { return false; }
int Window::width_pixels() const { return impl_->width; }
int Window::height_pixels() const { return impl_->height; }
float Window::pixel_ratio() const { return impl_->pixel_ratio; }
double Window::seconds() const { return glfwGetTime(); }

void Window::set_size(int width_pixels, int height_pixels, float pixel_ratio) {
    impl_->pixel_ratio = pixel_ratio;
    impl_->width = width_pixels;
    impl_->height = height_pixels;
}

std::vector<std::string> Window::take_dropped() { return {}; }  // the page takes them itself

void Window::turn_wheel(float x, float y) { ImGui::GetIO().AddMouseWheelEvent(x, y); }

void Window::point_with_finger(bool finger) { ImGui::GetIO().AddMouseSourceEvent(finger ? ImGuiMouseSource_TouchScreen : ImGuiMouseSource_Mouse); }

void Window::surface_restored() {
    script_forget_objects();
    ImGui_ImplOpenGL3_DestroyDeviceObjects();
    must_draw();
}

void Window::ignore_pointer() {}

void Window::begin_frame() {
    glfwPollEvents();
    ImGui_ImplOpenGL3_NewFrame();
    // A new atlas of fonts has no texture yet; the first one, and that of a surface that came back, got theirs just now.
    if (!ImGui::GetIO().Fonts->TexID) {
        ImGui_ImplOpenGL3_DestroyFontsTexture();
        ImGui_ImplOpenGL3_CreateFontsTexture();
        must_draw();  // its name may be the old one's
    }
    ImGui_ImplGlfw_NewFrame();
    ImGui::GetIO().DisplaySize = {static_cast<float>(impl_->width), static_cast<float>(impl_->height)};
    ImGui::GetIO().DisplayFramebufferScale = {1, 1};
    ImGui::NewFrame();
}

void Window::leave_frame() { ImGui::EndFrame(); }

void Window::must_draw() { impl_->must_draw = true; }

bool Window::end_frame(std::vector<unsigned char>* picture) {
    ImGui::Render();
    const bool repeats = impl_->shown.repeats(*ImGui::GetDrawData()), wanted = std::exchange(impl_->must_draw, false);
    if (repeats && !wanted && !picture) return false;
    glViewport(0, 0, impl_->width, impl_->height);
    glClear(GL_COLOR_BUFFER_BIT);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    if (picture) {
        picture->resize(static_cast<std::size_t>(width_pixels()) * static_cast<std::size_t>(height_pixels()) * 4);
        glPixelStorei(GL_PACK_ALIGNMENT, 1);
        glReadPixels(0, 0, width_pixels(), height_pixels(), GL_RGBA, GL_UNSIGNED_BYTE, picture->data());
    }
    return true;
}

}  // namespace ladder
