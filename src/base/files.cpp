// Files through the C++ standard library, so that native programs and WebAssembly under Node share the code.
#include "base/files.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/claim.h"
#include "base/error.h"
#include "base/sync.h"

namespace ladder {
namespace {

constexpr std::uintmax_t largest_file = std::uintmax_t{1} << 30;

std::string reason() { return errno ? std::string(" (") + std::strerror(errno) + ")" : std::string(); }

}  // namespace

std::vector<std::byte> read_file(const std::string& path) {
    namespace fs = std::filesystem;
    std::error_code failure;
    const fs::file_status status = fs::status(path, failure);
    if (!fs::exists(status)) throw Error("There is no file " + path + ".", "Check the name and the folder.");
    if (!fs::is_regular_file(status)) throw Error(path + " is not a file.", "Give the name of a file.");
    const std::uintmax_t size = fs::file_size(path, failure);
    if (failure) throw Error("The size of " + path + " cannot be read (" + failure.message() + ").", "Check that you may read it.");
    if (size > largest_file) throw Error(path + " is larger than 1 GiB.", "Files of this program are a few megabytes; check that it is the right one.");
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    std::vector<std::byte> bytes(static_cast<std::size_t>(size));
    if (!in || !in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size())))
        throw Error(path + " cannot be read" + reason() + ".", "Check that you may read it and that nothing else is changing it.");
    return bytes;
}

void write_file(const std::string& path, std::span<const std::byte> bytes) {
    const std::string beside = path + ".part";
    const Claim alone(beside, Claim::Of::file);
    if (alone.refused()) throw Error(path + " cannot be written: another program is writing it at this moment.", "Let one program at a time write there.");
    if (!alone.write(bytes)) {
        const std::string why = reason();
        std::error_code ignored;
        std::filesystem::remove(beside, ignored);
        throw Error(path + " cannot be written" + why + ".", "Check that the folder exists, that you may write there and that the disk has room.");
    }
    std::error_code failure;
    std::filesystem::rename(beside, path, failure);
    if (failure) {
        std::error_code ignored;
        std::filesystem::remove(beside, ignored);
        throw Error(path + " cannot be written (" + failure.message() + ").", "Check that no folder has this name and that you may write there.");
    }
    // The new name stands in the folder. Where that cannot be synced the file is whole all the same: what could come back is the old one.
    const std::string folder = std::filesystem::path(path).parent_path().string();
    sync_folder(folder.empty() ? "." : folder);
}

void write_file(const std::string& path, std::string_view text) { write_file(path, std::as_bytes(std::span(text.data(), text.size()))); }

std::string free_path(const std::string& path) {
    namespace fs = std::filesystem;
    const fs::path wanted(path);
    std::error_code ignored;
    fs::path candidate = wanted;
    for (int n = 2; fs::symlink_status(candidate, ignored).type() != fs::file_type::not_found && n < 10000; ++n)
        candidate = wanted.parent_path() / (wanted.stem().string() + " (" + std::to_string(n) + ")" + wanted.extension().string());
    return candidate.string();
}

void make_folder(const std::string& path) {
    std::error_code failure, ignored;
    std::filesystem::create_directories(path, failure);
    if (!std::filesystem::is_directory(path, ignored)) throw Error("The folder " + path + " cannot be made (" + (failure ? failure.message() : std::string("a file has this name")) + ").", "Choose a folder that you may write to.");
    const std::string probe = path + "/.writable.part";
    errno = 0;
    std::ofstream out(probe);
    if (!out) throw Error("Nothing can be written in the folder " + path + reason() + ".", "Choose a folder that you may write to.");
    out.close();
    std::filesystem::remove(probe, failure);
}

}  // namespace ladder
