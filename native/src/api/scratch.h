// Memory for what a kernel works with and throws away.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>
#include <type_traits>

#include "huge-pages.h"

namespace ocular {

// Elements that hold anything at first: unlike those of a std::vector they are not written before they are used, and
// big ones ask for huge pages. Both matter where a kernel takes no longer than the system takes to give it fresh memory.
template <class T>
class Scratch {
  static_assert(std::is_trivial_v<T>, "Nothing is constructed or destroyed.");

 public:
  Scratch() = default;
  explicit Scratch(std::size_t size) { grow(size); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { std::free(data_); }

  // Makes room for so many elements; what they held is lost.
  void grow(std::size_t size) {
    if (size <= size_) return;
    std::free(data_);
    data_ = nullptr;
    size_ = 0;
    if (size > static_cast<std::size_t>(-1) / sizeof(T)) throw std::bad_alloc();
    data_ = static_cast<T*>(std::malloc(size * sizeof(T)));
    if (data_ == nullptr) throw std::bad_alloc();
    size_ = size;
    adviseHugePages(data_, size * sizeof(T));
  }

  T* data() { return data_; }
  T& operator[](std::size_t i) { return data_[i]; }
  const T& operator[](std::size_t i) const { return data_[i]; }

 private:
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace ocular
