// What the library exports: the kernels of a named instruction set, or of the best one this processor has.
#include "Support/Table.h"

#include <cstring>

typedef int32_t (*AbParallelFor)(int64_t, int64_t, int64_t, void (*)(int64_t, int64_t, void*), void*);
AbParallelFor ab_parallel_for = nullptr;

namespace plain {
extern const AbKernelTable table;
}
#if defined(__x86_64__)
namespace avx2 {
extern const AbKernelTable table;
}
namespace avx512 {
extern const AbKernelTable table;
}
#endif

#define AB_EXPORT extern "C" __attribute__((visibility("default")))

// Changes with every change of AbKernelTable; the binding refuses another one.
AB_EXPORT int32_t ab_interface_version() { return 1; }

AB_EXPORT int64_t ab_table_size() { return sizeof(AbKernelTable); }

AB_EXPORT void ab_set_parallel_for(AbParallelFor pointer) { ab_parallel_for = pointer; }

AB_EXPORT int32_t ab_has_fast_bf16() {
#if defined(__x86_64__)
    unsigned eax = 7, ebx = 0, ecx = 1, edx = 0;
    __asm__("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
    bool avx512_bf16 = (eax >> 5) & 1;
    eax = 7, ecx = 0;
    __asm__("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
    bool amx_bf16 = (edx >> 22) & 1;
    return avx512_bf16 || amx_bf16;
#else
    return 0;
#endif
}

// "avx512", "avx2" or "plain"; null where the processor lacks it or it was not built.
AB_EXPORT const AbKernelTable* ab_kernels(const char* variant) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (std::strcmp(variant, "avx512") == 0)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") ? &avx512::table : nullptr;
    if (std::strcmp(variant, "avx2") == 0)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &avx2::table : nullptr;
#endif
    return std::strcmp(variant, "plain") == 0 ? &plain::table : nullptr;
}
