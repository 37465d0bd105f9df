// Colours a map of one or more channels. Each channel pulls the ground colour towards its own in proportion to its
// value, so that where several are strong their colours mix. Cells have crisp edges, smoothed over one device pixel.
uniform sampler2D u_map;      // (columns, rows * channels), one value a texel
uniform vec2 u_cells;         // columns, rows
uniform int u_channels;
uniform float u_top;          // value that shows a channel's full colour; negative values show the second colour
uniform vec3 u_ground;
uniform vec3 u_colours[8];
uniform vec3 u_negative;      // colour of negative values (signed maps)
in vec2 v_cell;
out vec4 o_colour;

vec3 cell_colour(ivec2 cell) {
    ivec2 size = ivec2(u_cells);
    cell = clamp(cell, ivec2(0), size - 1);
    vec3 colour = u_ground;
    for (int c = 0; c < 8; ++c) {
        if (c >= u_channels) break;
        float value = texelFetch(u_map, ivec2(cell.x, cell.y + c * size.y), 0).r / u_top;
        vec3 target = value < 0.0 ? u_negative : u_colours[c];
        colour += min(abs(value), 1.0) * (target - u_ground);
    }
    return clamp(colour, 0.0, 1.0);
}

void main() {
    vec2 width = max(fwidth(v_cell), vec2(1e-6));
    vec2 edge = floor(v_cell + 0.5);
    vec2 part = clamp((v_cell - edge) / width + 0.5, 0.0, 1.0);
    ivec2 low = ivec2(edge) - 1, high = ivec2(edge);
    vec3 top = mix(cell_colour(ivec2(low.x, low.y)), cell_colour(ivec2(high.x, low.y)), part.x);
    vec3 bottom = mix(cell_colour(ivec2(low.x, high.y)), cell_colour(ivec2(high.x, high.y)), part.x);
    o_colour = vec4(mix(top, bottom, part.y), 1.0);
}
