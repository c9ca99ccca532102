// Reads the arguments of a call from JavaScript and makes its results: the only place that talks to Node-API.
//
// Sizes are checked in TypeScript, with words for people (src/core/kernels/checks.ts). They are checked here again,
// because a wrong size here would be read or written outside of a buffer.
#pragma once

#include <node_api.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

namespace ocular {

// Thrown by kernels; become JavaScript's exceptions of the same names.
struct RangeError : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct TypeError : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// JavaScript already holds an exception.
struct PendingException {};

// Elements that belong to somebody else (C++17 has no std::span).
template <class T>
struct Span {
  T* data = nullptr;
  std::size_t size = 0;
  T& operator[](std::size_t i) const { return data[i]; }
};

// A fresh typed array: fill `data` (it begins as zeros), return `value`.
template <class T>
struct Result {
  napi_value value = nullptr;
  T* data = nullptr;
  std::size_t size = 0;
};

// Node-API's name of an element type.
template <class T>
constexpr napi_typedarray_type arrayTypeOf() {
  using Element = std::remove_const_t<T>;
  if constexpr (std::is_same_v<Element, std::uint8_t>) return napi_uint8_array;
  else if constexpr (std::is_same_v<Element, std::uint16_t>) return napi_uint16_array;
  else if constexpr (std::is_same_v<Element, std::uint32_t>) return napi_uint32_array;
  else if constexpr (std::is_same_v<Element, std::int32_t>) return napi_int32_array;
  else if constexpr (std::is_same_v<Element, float>) return napi_float32_array;
  else {
    static_assert(std::is_same_v<Element, double>, "JavaScript has no typed array of these elements.");
    return napi_float64_array;
  }
}

// Width and height of a picture in pixels; each 0 to 65535, so that sums over rows fit their numbers.
struct Size {
  std::int32_t width = 0;
  std::int32_t height = 0;
  std::size_t pixels() const { return static_cast<std::size_t>(width) * static_cast<std::size_t>(height); }
};

class Call {
 public:
  Call(napi_env env, napi_callback_info info);
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  // Reading. Each throws TypeError or RangeError naming the argument's index.

  // The typed array at `index`, which must hold exactly `length` elements.
  template <class T>
  Span<const T> array(std::size_t index, std::size_t length) {
    return {static_cast<const T*>(arrayData(index, arrayTypeOf<T>(), length)), length};
  }
  // The same, to be written to: what a caller gave to be filled.
  template <class T>
  Span<T> target(std::size_t index, std::size_t length) {
    return {static_cast<T*>(arrayData(index, arrayTypeOf<T>(), length)), length};
  }
  // Whether the argument is a typed array of these elements.
  template <class T>
  bool isArrayOf(std::size_t index) {
    return arrayTypeAt(index) == arrayTypeOf<T>();
  }
  // Elements of the typed array at `index`.
  std::size_t length(std::size_t index);
  std::int32_t integer(std::size_t index, std::int32_t least, std::int32_t most);
  double number(std::size_t index);
  bool boolean(std::size_t index);
  // Width at `index`, height at `index + 1`.
  Size size(std::size_t index);

  // Making results. Each throws PendingException or bad_alloc when JavaScript cannot give the memory.

  // A fresh typed array of zeros. Big ones ask the system for huge pages: touching fresh memory is much of a kernel's
  // time (NumPy does the same for its arrays).
  template <class T>
  Result<T> make(std::size_t length) {
    Result<T> result;
    result.size = length;
    result.data = static_cast<T*>(makeArray(arrayTypeOf<T>(), sizeof(T), length, &result.value));
    return result;
  }
  // The typed array that the caller gave at `index` to be filled, which must hold exactly `length` elements and may hold
  // anything; a fresh one where none was given.
  template <class T>
  Result<T> takeOrMake(std::size_t index, std::size_t length) {
    if (!isGiven(index)) return make<T>(length);
    return {argument(index), target<T>(index, length).data, length};
  }
  // The same, of zeros: what the caller gave is cleared.
  template <class T>
  Result<T> clearOrMake(std::size_t index, std::size_t length) {
    const bool isTheirs = isGiven(index);
    const Result<T> result = takeOrMake<T>(index, length);
    if (isTheirs) std::fill_n(result.data, length, T{0});
    return result;
  }
  napi_value makeNumber(double value);
  // An object with the named properties, in turn.
  napi_value makeObject(std::initializer_list<std::pair<const char*, napi_value>> properties);

 private:
  static constexpr std::size_t kMostArguments = 9;

  napi_value argument(std::size_t index) const;
  bool isGiven(std::size_t index) const;
  napi_typedarray_type arrayTypeAt(std::size_t index);
  void* arrayData(std::size_t index, napi_typedarray_type type, std::size_t length);
  void* makeArray(napi_typedarray_type type, std::size_t elementBytes, std::size_t length, napi_value* value);
  void check(napi_status status) const;

  napi_env env_;
  napi_value arguments_[kMostArguments] = {};
  std::size_t count_ = kMostArguments;
};

}  // namespace ocular
