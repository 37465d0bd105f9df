// The format: 8 bytes of header length, a JSON header, then the tensors' bytes without overlaps (gaps are let pass).
// Every number of the header is checked against the file before memory is taken for it.
#include "base/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"
#include "base/json_nesting.h"
#include "base/shown_text.h"

static_assert(std::endian::native == std::endian::little, "tensor bytes are copied as they are");

namespace ladder {
namespace {

using Json = nlohmann::json;

constexpr std::uint64_t largest_header = 16u << 20;
constexpr std::int64_t most_elements = std::int64_t{1} << 28;

[[noreturn]] void refuse(std::string_view name, const std::string& what) {
    throw Error(std::string(name) + " is not a usable safetensors file: " + what + ".", "Check that it was copied whole and was written by a program that knows the format.");
}

std::string shape_text(std::span<const std::int64_t> shape) {
    std::string text = "(";
    for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + (shape[i] < 0 ? std::string("any") : std::to_string(shape[i]));
    return text + ")";
}

// Whether an object names an entry twice. A pass of its own: the parser's callback would look through the whole object again at the
// end of each of its entries.
class Repeats : public nlohmann::json_sax<Json> {
public:
    bool found() const { return found_; }

    bool start_object(std::size_t) override { return keys_.emplace_back(), true; }
    bool key(string_t& key) override { return found_ |= !keys_.back().insert(key).second, true; }
    bool end_object() override { return keys_.pop_back(), true; }
    bool start_array(std::size_t) override { return true; }
    bool end_array() override { return true; }
    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t&) override { return true; }
    bool binary(binary_t&) override { return true; }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

private:
    std::vector<std::set<std::string>> keys_;
    bool found_ = false;
};

// A repeated name would hide a tensor, so it is refused.
Json parse_header(std::string_view text, std::string_view name) {
    if (nested_deeper_than(8, text)) refuse(name, "its header is nested too deeply");
    Repeats repeats;
    Json::sax_parse(text, &repeats);
    Json header = Json::parse(text, nullptr, false);
    if (!header.is_object()) refuse(name, "its header is not a JSON object");
    if (repeats.found()) refuse(name, "its header names an entry twice");
    return header;
}

struct Place {
    std::uint64_t begin, end;
};

Place read_place(const Json& entry, std::uint64_t available, const std::string& tensor, std::string_view name) {
    const auto offsets = entry.find("data_offsets");
    if (offsets == entry.end() || !offsets->is_array() || offsets->size() != 2 || !(*offsets)[0].is_number_unsigned() || !(*offsets)[1].is_number_unsigned())
        refuse(name, "the tensor " + tensor + " has no proper data_offsets");
    const Place place{(*offsets)[0].get<std::uint64_t>(), (*offsets)[1].get<std::uint64_t>()};
    if (place.begin > place.end || place.end > available) refuse(name, "the tensor " + tensor + " lies outside the file, which may be truncated");
    return place;
}

std::vector<std::int64_t> read_shape(const Json& entry, const std::string& tensor, std::string_view name) {
    const auto shape = entry.find("shape");
    if (shape == entry.end() || !shape->is_array() || shape->size() > 8) refuse(name, "the tensor " + tensor + " has no proper shape");
    std::vector<std::int64_t> extents;
    std::int64_t count = 1;
    for (const Json& extent : *shape) {
        if (!extent.is_number_unsigned() || extent.get<std::uint64_t>() > static_cast<std::uint64_t>(most_elements)) refuse(name, "the tensor " + tensor + " has an impossible shape");
        extents.push_back(extent.get<std::int64_t>());
        count *= extents.back();
        if (count > most_elements) refuse(name, "the tensor " + tensor + " has an impossible shape");
    }
    return extents;
}

void copy_values(std::span<const std::byte> from, Tensor& to) {
    if (from.empty()) return;
    if (to.type == Tensor::Type::f32) {
        to.f32.resize(from.size() / 4);
        std::memcpy(to.f32.data(), from.data(), from.size());
    } else {
        to.i32.resize(from.size() / 4);
        std::memcpy(to.i32.data(), from.data(), from.size());
    }
}

}  // namespace

std::int64_t Tensor::size() const {
    std::int64_t count = 1;
    for (std::int64_t extent : shape) count *= extent;
    return count;
}

bool TensorFile::has(std::string_view name) const { return tensors.count(std::string(name)) > 0; }

namespace {

const Tensor& find(const TensorFile& file, std::string_view name, std::span<const std::int64_t> shape, Tensor::Type type) {
    const auto at = file.tensors.find(std::string(name));
    if (at == file.tensors.end()) throw Error("The tensor " + std::string(name) + " is missing.", "Use a file that holds it.");
    const Tensor& tensor = at->second;
    if (tensor.type != type)
        throw Error("The tensor " + std::string(name) + " holds " + (tensor.type == Tensor::Type::f32 ? "F32" : "I32") + " values where " + (type == Tensor::Type::f32 ? "F32" : "I32") + " is needed.",
                    "Use a file with the right type.");
    bool fits = shape.empty() || shape.size() == tensor.shape.size();
    for (std::size_t i = 0; fits && i < shape.size(); ++i) fits = shape[i] < 0 || shape[i] == tensor.shape[i];
    if (!fits) throw Error("The tensor " + std::string(name) + " has the shape " + shape_text(tensor.shape) + " where " + shape_text(shape) + " is needed.", "Use a file that fits these settings.");
    return tensor;
}

}  // namespace

const Tensor& TensorFile::f32(std::string_view name, std::span<const std::int64_t> shape) const { return find(*this, name, shape, Tensor::Type::f32); }
const Tensor& TensorFile::i32(std::string_view name, std::span<const std::int64_t> shape) const { return find(*this, name, shape, Tensor::Type::i32); }

const std::string& TensorFile::meta(std::string_view key) const {
    const auto at = metadata.find(std::string(key));
    if (at == metadata.end()) throw Error("The file's metadata do not say \"" + std::string(key) + "\".", "Use a file that was written with its settings.");
    return at->second;
}

void TensorFile::add(std::string name, std::vector<std::int64_t> shape, std::vector<float> values) {
    Tensor tensor{Tensor::Type::f32, std::move(shape), std::move(values), {}};
    tensors.insert_or_assign(std::move(name), std::move(tensor));
}

void TensorFile::add(std::string name, std::vector<std::int64_t> shape, std::vector<std::int32_t> values) {
    Tensor tensor{Tensor::Type::i32, std::move(shape), {}, std::move(values)};
    tensors.insert_or_assign(std::move(name), std::move(tensor));
}

TensorFile parse_safetensors(std::span<const std::byte> bytes, std::string_view name) {
    if (bytes.size() < 8) refuse(name, "it is shorter than a header");
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), 8);
    if (length > largest_header) refuse(name, "its header would be larger than 16 MiB");
    if (length > bytes.size() - 8) refuse(name, "it ends inside its header");
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + 8, static_cast<std::size_t>(length));
    const Json header = parse_header(text, name);
    const std::span<const std::byte> data = bytes.subspan(8 + static_cast<std::size_t>(length));

    TensorFile file;
    std::vector<std::pair<Place, Tensor*>> places;
    for (const auto& [key, entry] : header.items()) {
        if (!entry.is_object()) refuse(name, "the entry " + shown_text(key) + " is not an object");
        if (key == "__metadata__") {
            for (const auto& [setting, value] : entry.items()) {
                if (!value.is_string()) refuse(name, "its metadata hold something that is not text");
                file.metadata[setting] = value.get<std::string>();
            }
            continue;
        }
        const std::string tensor_name = shown_text(key);
        const auto type = entry.find("dtype");
        if (type == entry.end() || !type->is_string()) refuse(name, "the tensor " + tensor_name + " has no type");
        const std::string type_name = type->get<std::string>();
        if (type_name != "F32" && type_name != "I32") refuse(name, "the tensor " + tensor_name + " is of type " + shown_text(type_name) + ", and only F32 and I32 are read here");
        Tensor tensor;
        tensor.type = type_name == "F32" ? Tensor::Type::f32 : Tensor::Type::i32;
        tensor.shape = read_shape(entry, tensor_name, name);
        const Place place = read_place(entry, data.size(), tensor_name, name);
        const auto count = static_cast<std::size_t>(tensor.size());
        if (place.end - place.begin != 4 * static_cast<std::uint64_t>(count)) refuse(name, "the tensor " + tensor_name + " has not as many bytes as its shape says");
        places.emplace_back(place, &file.tensors.emplace(key, std::move(tensor)).first->second);
    }
    // Overlaps are refused before anything is copied: tensors that share bytes could ask for far more memory than the file has.
    std::sort(places.begin(), places.end(), [](const auto& a, const auto& b) { return a.first.begin < b.first.begin || (a.first.begin == b.first.begin && a.first.end < b.first.end); });
    for (std::size_t i = 1; i < places.size(); ++i)
        if (places[i].first.begin < places[i - 1].first.end) refuse(name, "two tensors share the same bytes");
    for (const auto& [place, tensor] : places) copy_values(data.subspan(static_cast<std::size_t>(place.begin), static_cast<std::size_t>(place.end - place.begin)), *tensor);
    return file;
}

std::vector<std::byte> format_safetensors(const TensorFile& file) {
    nlohmann::ordered_json header = nlohmann::ordered_json::object();
    if (!file.metadata.empty()) header["__metadata__"] = file.metadata;
    std::uint64_t at = 0;
    for (const auto& [name, tensor] : file.tensors) {
        const std::uint64_t end = at + 4 * static_cast<std::uint64_t>(tensor.size());
        header[name] = {{"dtype", tensor.type == Tensor::Type::f32 ? "F32" : "I32"}, {"shape", tensor.shape}, {"data_offsets", {at, end}}};
        at = end;
    }
    std::string text = header.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    text.resize((text.size() + 7) / 8 * 8, ' ');  // tensors start on a multiple of 8
    std::vector<std::byte> bytes(8 + text.size() + static_cast<std::size_t>(at));
    const std::uint64_t length = text.size();
    std::memcpy(bytes.data(), &length, 8);
    std::memcpy(bytes.data() + 8, text.data(), text.size());
    std::byte* to = bytes.data() + 8 + text.size();
    for (const auto& [name, tensor] : file.tensors) {
        const void* from = tensor.type == Tensor::Type::f32 ? static_cast<const void*>(tensor.f32.data()) : static_cast<const void*>(tensor.i32.data());
        const std::size_t size = 4 * static_cast<std::size_t>(tensor.size());
        if (size) std::memcpy(to, from, size);
        to += size;
    }
    return bytes;
}

}  // namespace ladder
