// The addon's entry: makes the kernels of kernels.inc functions of the module.
//
// There is nothing global and nothing kept: the module can be loaded by the main thread, by any number of worker
// threads, by Node and by Electron (Node-API is the same binary interface in all of them).
#include <new>

#include "api/call.h"

namespace ocular::kernels {
#define OCULAR_KERNEL(name) napi_value name(Call& call);
#include "kernels.inc"
#undef OCULAR_KERNEL
}  // namespace ocular::kernels

namespace {

using Kernel = napi_value (*)(ocular::Call&);

// Runs a kernel and turns what it throws into JavaScript's exceptions: no C++ exception may cross into the engine.
template <Kernel kernel>
napi_value guarded(napi_env env, napi_callback_info info) {
  try {
    ocular::Call call(env, info);
    return kernel(call);
  } catch (const ocular::PendingException&) {
    // JavaScript already holds the exception.
  } catch (const ocular::RangeError& error) {
    napi_throw_range_error(env, nullptr, error.what());
  } catch (const ocular::TypeError& error) {
    napi_throw_type_error(env, nullptr, error.what());
  } catch (const std::bad_alloc&) {
    napi_throw_error(env, nullptr, "There is not enough memory for this picture.");
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
  }
  return nullptr;
}

}  // namespace

NAPI_MODULE_INIT() {
  const napi_property_descriptor functions[] = {
#define OCULAR_KERNEL(name) \
  {#name, nullptr, guarded<ocular::kernels::name>, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
#include "kernels.inc"
#undef OCULAR_KERNEL
  };
  if (napi_define_properties(env, exports, sizeof(functions) / sizeof(functions[0]), functions) != napi_ok) {
    napi_throw_error(env, nullptr, "The native kernels could not be registered.");
  }
  return exports;
}
