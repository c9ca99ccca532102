#pragma once

#include <cstddef>

namespace ocular {

// Asks for huge pages for the whole pages inside of a big buffer. Only advice: a system that refuses serves small pages.
void adviseHugePages(void* data, std::size_t bytes);

}  // namespace ocular
