// The program's one window: an OpenGL context with Dear ImGui in it, whose coordinates are device pixels.
// window_native.cpp is a desktop window, window_web.cpp the canvas of the page.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace ladder {

class Window {
public:
    // width, height: wished for, in points; the canvas of a page has its size set by the page. Error: no screen, no OpenGL.
    Window(const std::string& title, int width, int height);
    ~Window();
    Window(const Window&) = delete;
    Window& operator=(const Window&) = delete;

    bool should_close() const;
    // Size in points is pixels divided by pixel_ratio.
    int width_pixels() const;
    int height_pixels() const;
    float pixel_ratio() const;
    // Web only: what the page says of its canvas. A desktop window knows by itself and ignores it.
    void set_size(int width_pixels, int height_pixels, float pixel_ratio);
    double seconds() const;    // monotonic

    // Paths of files that were dropped on a desktop window since the last call.
    std::vector<std::string> take_dropped();
    // Web only: the page tells of the wheel, in notches to the right and up. A desktop window knows by itself.
    void turn_wheel(float x, float y);
    // Web only: the pointer is a finger from here on, or a mouse.
    void point_with_finger(bool finger);
    // Web only: the browser has given the drawing surface back, empty; what lived in it is made anew at the next frame.
    void surface_restored();

    // From here on the pointer counts as being elsewhere: a picture must not depend on where it rests.
    void ignore_pointer();
    void begin_frame();        // events, then a new frame of Dear ImGui
    // Web only: the next frame that is ended is drawn even where its draw lists repeat the last one's.
    void must_draw();
    // Draws it and shows it; on the web, where a page at rest should cost nothing, only if it differs from what is shown. picture, if
    // given, receives what is shown: RGBA, rows from the lowest. Returns whether it was drawn.
    bool end_frame(std::vector<unsigned char>* picture = nullptr);
    void leave_frame();        // instead: it is not drawn, and what is shown stays

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace ladder
