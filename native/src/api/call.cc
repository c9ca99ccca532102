#include "call.h"

#include <cmath>
#include <limits>

#include "huge-pages.h"

namespace ocular {
namespace {

constexpr std::int32_t kMostSidePx = 65535;

std::string at(std::size_t index) { return "Argument " + std::to_string(index); }

}  // namespace

Call::Call(napi_env env, napi_callback_info info) : env_(env) {
  check(napi_get_cb_info(env, info, &count_, arguments_, nullptr, nullptr));
}

napi_value Call::argument(std::size_t index) const {
  if (index >= count_ || index >= kMostArguments) throw TypeError(at(index) + " is missing.");
  return arguments_[index];
}

bool Call::isGiven(std::size_t index) const {
  if (index >= count_ || index >= kMostArguments) return false;
  napi_valuetype type{};
  check(napi_typeof(env_, arguments_[index], &type));
  return type != napi_undefined;
}

napi_typedarray_type Call::arrayTypeAt(std::size_t index) {
  bool isArray = false;
  check(napi_is_typedarray(env_, argument(index), &isArray));
  if (!isArray) throw TypeError(at(index) + " is not a typed array.");
  napi_typedarray_type type{};
  check(napi_get_typedarray_info(env_, argument(index), &type, nullptr, nullptr, nullptr, nullptr));
  return type;
}

std::size_t Call::length(std::size_t index) {
  arrayTypeAt(index);
  std::size_t length = 0;
  check(napi_get_typedarray_info(env_, argument(index), nullptr, &length, nullptr, nullptr, nullptr));
  return length;
}

void* Call::arrayData(std::size_t index, napi_typedarray_type type, std::size_t length) {
  if (arrayTypeAt(index) != type) throw TypeError(at(index) + " is a typed array of other elements.");
  void* data = nullptr;
  std::size_t actual = 0;
  check(napi_get_typedarray_info(env_, argument(index), nullptr, &actual, &data, nullptr, nullptr));
  if (actual != length) {
    throw RangeError(at(index) + " holds " + std::to_string(actual) + " elements instead of " + std::to_string(length) + ".");
  }
  return data;
}

double Call::number(std::size_t index) {
  double value = 0;
  if (napi_get_value_double(env_, argument(index), &value) != napi_ok) throw TypeError(at(index) + " is not a number.");
  return value;
}

std::int32_t Call::integer(std::size_t index, std::int32_t least, std::int32_t most) {
  const double value = number(index);
  if (!(value >= least && value <= most) || value != std::floor(value)) {
    throw RangeError(at(index) + " is not a whole number from " + std::to_string(least) + " to " + std::to_string(most) + ".");
  }
  return static_cast<std::int32_t>(value);
}

bool Call::boolean(std::size_t index) {
  bool value = false;
  if (napi_get_value_bool(env_, argument(index), &value) != napi_ok) throw TypeError(at(index) + " is not true or false.");
  return value;
}

Size Call::size(std::size_t index) {
  return {integer(index, 0, kMostSidePx), integer(index + 1, 0, kMostSidePx)};
}

void* Call::makeArray(napi_typedarray_type type, std::size_t elementBytes, std::size_t length, napi_value* value) {
  if (length > std::numeric_limits<std::size_t>::max() / elementBytes) throw RangeError("The result is too large.");
  const std::size_t bytes = length * elementBytes;
  void* data = nullptr;
  napi_value buffer = nullptr;
  check(napi_create_arraybuffer(env_, bytes, &data, &buffer));
  check(napi_create_typedarray(env_, type, length, buffer, 0, value));
  adviseHugePages(data, bytes);
  return data;
}

napi_value Call::makeNumber(double value) {
  napi_value result = nullptr;
  check(napi_create_double(env_, value, &result));
  return result;
}

napi_value Call::makeObject(std::initializer_list<std::pair<const char*, napi_value>> properties) {
  napi_value result = nullptr;
  check(napi_create_object(env_, &result));
  for (const auto& [name, value] : properties) check(napi_set_named_property(env_, result, name, value));
  return result;
}

void Call::check(napi_status status) const {
  if (status == napi_ok) return;
  bool isPending = false;
  napi_is_exception_pending(env_, &isPending);
  if (isPending) throw PendingException{};
  const napi_extended_error_info* info = nullptr;
  napi_get_last_error_info(env_, &info);
  throw std::runtime_error(info != nullptr && info->error_message != nullptr ? info->error_message : "Node-API refused a call.");
}

}  // namespace ocular
