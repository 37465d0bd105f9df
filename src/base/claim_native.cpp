// POSIX, with the locks of flock(2), which belong to an opened file and go with it.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/claim.h"

namespace ladder {
namespace {

int open_to_claim(const std::string& path, Claim::Of what) {
    return what == Claim::Of::folder ? open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
}

bool has_that_name(int handle, const std::string& path) {
    struct stat mine {}, named {};
    return fstat(handle, &mine) == 0 && stat(path.c_str(), &named) == 0 && mine.st_dev == named.st_dev && mine.st_ino == named.st_ino;
}

}  // namespace

void Claim::open_claimed(const std::string& path, Of what) {
    // Between the opening and the claim, whoever had a file may have given it another name: then there is another one to claim.
    for (int tries = 0; tries < 10; ++tries) {
        handle_ = open_to_claim(path, what);
        if (handle_ < 0) {
            problem_ = errno;
            return;
        }
        refused_ = flock(handle_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
        if (!refused_ && has_that_name(handle_, path)) return;
        close(std::exchange(handle_, -1));
        if (refused_) return;
    }
    refused_ = true;
}

}  // namespace ladder
