// One quad, made from the vertex number alone. u_rect: left, top, right, bottom in clip coordinates.
uniform vec4 u_rect;
uniform vec2 u_cells;  // columns, rows
out vec2 v_cell;       // position in cells, from the top left

void main() {
    vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1));
    v_cell = corner * u_cells;
    gl_Position = vec4(mix(u_rect.xy, u_rect.zw, corner), 0.0, 1.0);
}
