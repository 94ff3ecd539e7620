// Products of small matrices on tensor cores: 16×16 times 16×8 in a warp, fp32 sums. Which element a lane has is said by PTX ISA,
// mma.m16n8k16 and ldmatrix; sm_80 and later.
#pragma once
#include "Memory.h"

// nvcc looks at the sources for the host too, where it is told.
#if !defined(AB_TENSOR_CORES) && (defined(AB_EMULATOR) || (defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800))
#define AB_TENSOR_CORES
#endif

#if defined(AB_TENSOR_CORES)

// A pair of neighbours in 16 bits each.
typedef uint32 Pair;

// The left operand, 16×16, and the result, 16×8.
struct Left {
    Pair at[4];
};

struct Result {
    float at[4];
};

#if defined(AB_EMULATOR)
template <typename T>
AB_DEVICE void multiply_add(Result& c, const Left& a, Pair b0, Pair b1, T) {
    uint64 mine[6] = {a.at[0], a.at[1], a.at[2], a.at[3], b0, b1};
    auto all = emulator::share(mine, 6);
    uint32 lane = thread_index() % 32;
    for (uint32 i = 0; i < 4; i++) {
        uint32 row = lane / 4, column = lane % 4 * 2 + i % 2;
        for (uint32 k = 0; k < 16; k++) {
            uint64 left = all[row * 4 + k % 8 / 2][i / 2 + k / 8 * 2], right = all[column * 4 + k % 8 / 2][4 + k / 8];
            c.at[i] += to_float(T{(uint16)(left >> k % 2 * 16)}) * to_float(T{(uint16)(right >> k % 2 * 16)});
        }
    }
}

AB_DEVICE Left load_matrices(const void* row, bool transposed = false) {
    uint64 mine = (uint64)row;
    auto rows = emulator::share(&mine, 1);
    uint32 lane = thread_index() % 32;
    Left m;
    for (uint32 i = 0; i < 4; i++) {
        uint32 pair = 0;
        for (uint32 k = 0; k < 2; k++) {
            uint32 r = transposed ? lane % 4 * 2 + k : lane / 4, c = transposed ? lane / 4 : lane % 4 * 2 + k;
            pair |= (uint32)((const uint16*)rows[i * 8 + r][0])[c] << 16 * k;
        }
        m.at[i] = pair;
    }
    return m;
}
AB_DEVICE Left load_transposed(const void* row) { return load_matrices(row, true); }

template <typename T>
AB_DEVICE T* dynamic_shared() {
    return (T*)emulator::dynamic_memory;
}
#else
AB_DEVICE void multiply_add(Result& c, const Left& a, Pair b0, Pair b1, Bf16) {
    asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
        : "+f"(c.at[0]), "+f"(c.at[1]), "+f"(c.at[2]), "+f"(c.at[3]) : "r"(a.at[0]), "r"(a.at[1]), "r"(a.at[2]), "r"(a.at[3]), "r"(b0), "r"(b1));
}
AB_DEVICE void multiply_add(Result& c, const Left& a, Pair b0, Pair b1, Half) {
    asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
        : "+f"(c.at[0]), "+f"(c.at[1]), "+f"(c.at[2]), "+f"(c.at[3]) : "r"(a.at[0]), "r"(a.at[1]), "r"(a.at[2]), "r"(a.at[3]), "r"(b0), "r"(b1));
}

AB_DEVICE uint32 shared_address(const void* shared) {
    uint32 address;
    asm("{ .reg .u64 whole; cvta.to.shared.u64 whole, %1; cvt.u32.u64 %0, whole; }" : "=r"(address) : "l"(shared));
    return address;
}

// Four 8×8 matrices of shared memory; lane l has the address of row l % 8 of matrix l / 8.
AB_DEVICE Left load_matrices(const void* row) {
    Left m;
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];" : "=r"(m.at[0]), "=r"(m.at[1]), "=r"(m.at[2]), "=r"(m.at[3]) : "r"(shared_address(row)) : "memory");
    return m;
}
AB_DEVICE Left load_transposed(const void* row) {
    Left m;
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];" : "=r"(m.at[0]), "=r"(m.at[1]), "=r"(m.at[2]), "=r"(m.at[3]) : "r"(shared_address(row)) : "memory");
    return m;
}

extern AB_SHARED Words4 dynamic_memory[];

template <typename T>
AB_DEVICE T* dynamic_shared() {
    return (T*)dynamic_memory;
}
#endif

// c += a b for two neighbouring results; b holds the operands of both.
template <typename T>
AB_DEVICE void multiply_add_two(Result* c, const Left& a, const Left& b) {
    multiply_add(c[0], a, b.at[0], b.at[1], T{});
    multiply_add(c[1], a, b.at[2], b.at[3], T{});
}

// Where lane l reads for a left operand that is stored by rows from (row, column) on: rows l % 16, columns 8 * (l / 16).
template <typename T>
AB_DEVICE const T* left_address(const T* tile, uint32 stride, uint32 row, uint32 column) {
    uint32 lane = thread_index() % 32;
    return tile + (row + lane % 16) * stride + column + lane / 16 * 8;
}

// The same for two neighbouring right operands: rows l % 8 + 8 * (l / 16), columns 8 * (l / 8 % 2).
template <typename T>
AB_DEVICE const T* right_address(const T* tile, uint32 stride, uint32 row, uint32 column) {
    uint32 lane = thread_index() % 32;
    return tile + (row + lane % 8 + lane / 16 * 8) * stride + column + lane / 8 % 2 * 8;
}
#endif
