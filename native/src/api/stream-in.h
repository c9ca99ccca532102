// Reading numbers in their order from memory that lies beyond the first caches, as a whole picture does.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace ocular {

// Bytes that processors move between memory and caches at once, on x86 and nearly everywhere else.
constexpr std::size_t kCacheLine = 64;

// How many of `count` numbers come before the first that begins a line of the cache. Vectors as wide as a line are read
// from there on: what JavaScript gives begins within one, and then each vector would be read from two lines.
inline std::size_t beforeLine(const float* values, std::size_t count) {
  const std::size_t within = reinterpret_cast<std::uintptr_t>(values) % kCacheLine;
  return within == 0 ? 0 : std::min(count, (kCacheLine - within) / sizeof(float));
}

// Asks for the line 1024 bytes after this address. Processors look ahead by themselves, but only within a page of 4 KiB.
inline void fetchAhead([[maybe_unused]] const void* address) {
#if defined(__GNUC__)
  constexpr std::uintptr_t kAhead = 1024;
  __builtin_prefetch(reinterpret_cast<const void*>(reinterpret_cast<std::uintptr_t>(address) + kAhead));
#endif
}

}  // namespace ocular
