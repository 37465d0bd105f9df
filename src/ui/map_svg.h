// Attention maps as a picture file: all heads of a block in one map, each head in its own, the lags that the ideal predictor
// reads outlined, axes and the colour scale. Cells are exact, and few enough marks that an editor opens them.
#pragma once

#include <string>
#include <vector>

#include "task/chain.h"
#include "ui/attention_maps.h"
#include "ui/svg_picture.h"

namespace ladder {

struct MapHead {
    std::string name;  // "Head 1 serves the near pair, 93 %"
    int span = -1;     // that it serves, whose lags are outlined; -1: none
};

struct MapPicture {
    std::string title, note;         // note: under the title
    Maps maps;                       // exact is drawn
    ImU32 ground = 0;                // colour of weight 0
    std::vector<MapHead> heads = {}; // each a map of its own; empty: all in one only
    std::vector<std::string> facts = {};  // lines under the map
};

Drawing map_drawing(const Theme&, const Chain&, const MapPicture&, int width);

}  // namespace ladder
