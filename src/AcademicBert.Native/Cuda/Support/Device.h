// The part of CUDA that the kernels use, for three compilers: clang without a toolkit, nvcc, and a host compiler with the emulator of the tests.
#pragma once

typedef unsigned char uint8;
typedef unsigned short uint16;
typedef unsigned int uint32;
typedef unsigned long long uint64;
typedef long long int64;
typedef int int32;

// A kernel takes one struct; the same struct is in Launch/*.cs. AB_KERNEL(name, Arguments) makes name_f32, name_bf16 and name_f16 of the
// function template `name`, AB_TENSOR_KERNEL the last two, with more registers and half the threads, AB_PLAIN_KERNEL one kernel of a
// function. No block has more than 512 threads.
#define AB_KERNEL(name, Arguments)                                      \
    AB_ENTRY(name##_f32, Arguments, name<float>)                        \
    AB_ENTRY(name##_bf16, Arguments, name<Bf16>)                        \
    AB_ENTRY(name##_f16, Arguments, name<Half>)
#define AB_TENSOR_KERNEL(name, Arguments)                               \
    AB_ENTRY_OF(256, name##_bf16, Arguments, name<Bf16>)                \
    AB_ENTRY_OF(256, name##_f16, Arguments, name<Half>)
#define AB_PLAIN_KERNEL(name, Arguments) AB_ENTRY(name##_kernel, Arguments, name)
#define AB_ENTRY(entry, Arguments, body) AB_ENTRY_OF(512, entry, Arguments, body)

#if defined(AB_EMULATOR)
#include "Emulator.h"
#else

#if defined(__NVCC__)
#define AB_DEVICE static __device__ __forceinline__
#define AB_DEVICE_MEMBER __device__ __forceinline__
#define AB_SHARED __shared__
#define AB_ENTRY_OF(threads, entry, Arguments, body) \
    extern "C" __global__ void __launch_bounds__(threads) entry(const Arguments arguments) { body(arguments); }

AB_DEVICE uint32 thread_index() { return threadIdx.x; }
AB_DEVICE uint32 thread_count() { return blockDim.x; }
AB_DEVICE uint32 block_x() { return blockIdx.x; }
AB_DEVICE uint32 block_y() { return blockIdx.y; }
AB_DEVICE uint32 blocks_x() { return gridDim.x; }
AB_DEVICE uint32 blocks_y() { return gridDim.y; }
AB_DEVICE float shuffle_xor(float value, uint32 mask) { return __shfl_xor_sync(0xFFFFFFFFu, value, mask); }
AB_DEVICE uint32 ballot(bool vote) { return __ballot_sync(0xFFFFFFFFu, vote); }
AB_DEVICE uint32 bits_of(float value) { return __float_as_uint(value); }
AB_DEVICE float float_of(uint32 bits) { return __uint_as_float(bits); }
#else
#define AB_DEVICE static __attribute__((device)) inline __attribute__((always_inline))
#define AB_DEVICE_MEMBER __attribute__((device)) inline __attribute__((always_inline))
#define AB_SHARED __attribute__((shared))
#define AB_ENTRY_OF(threads, entry, Arguments, body) \
    extern "C" __attribute__((global)) void __attribute__((launch_bounds(threads))) entry(const Arguments arguments) { body(arguments); }

AB_DEVICE uint32 thread_index() { return __nvvm_read_ptx_sreg_tid_x(); }
AB_DEVICE uint32 thread_count() { return __nvvm_read_ptx_sreg_ntid_x(); }
AB_DEVICE uint32 block_x() { return __nvvm_read_ptx_sreg_ctaid_x(); }
AB_DEVICE uint32 block_y() { return __nvvm_read_ptx_sreg_ctaid_y(); }
AB_DEVICE uint32 blocks_x() { return __nvvm_read_ptx_sreg_nctaid_x(); }
AB_DEVICE uint32 blocks_y() { return __nvvm_read_ptx_sreg_nctaid_y(); }
AB_DEVICE float shuffle_xor(float value, uint32 mask) { return __nvvm_shfl_sync_bfly_f32(0xFFFFFFFFu, value, mask, 31); }
AB_DEVICE uint32 ballot(bool vote) { return __nvvm_vote_ballot_sync(0xFFFFFFFFu, vote); }
AB_DEVICE uint32 bits_of(float value) {
    uint32 bits;
    __builtin_memcpy(&bits, &value, 4);
    return bits;
}
AB_DEVICE float float_of(uint32 bits) {
    float value;
    __builtin_memcpy(&value, &bits, 4);
    return value;
}
#endif

// Waits for all threads of the block.
AB_DEVICE void barrier() { __syncthreads(); }

// Hardware approximations, to two units in the last place.
AB_DEVICE float power_of_two(float x) {
    float result;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(x));
    return result;
}
AB_DEVICE float logarithm_of_two(float x) {
    float result;
    asm("lg2.approx.f32 %0, %1;" : "=f"(result) : "f"(x));
    return result;
}
AB_DEVICE float reciprocal(float x) {
    float result;
    asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(x));
    return result;
}
AB_DEVICE float square_root(float x) {
    float result;
    asm("sqrt.rn.f32 %0, %1;" : "=f"(result) : "f"(x));
    return result;
}
#endif

#if !defined(AB_EMULATOR)
#define AB_UNROLL _Pragma("unroll")
#define AB_UNROLL_BY_8 _Pragma("unroll 8")
#else
#define AB_UNROLL
#define AB_UNROLL_BY_8
#endif

AB_DEVICE uint32 high_product(uint32 a, uint32 b) { return (uint32)(((uint64)a * b) >> 32); }
AB_DEVICE int64 smaller(int64 a, int64 b) { return a < b ? a : b; }
