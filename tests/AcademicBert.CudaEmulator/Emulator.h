// The CUDA subset of Device.h on a host: every thread of a block is a fiber, and blocks run one after the other. Threads meet where CUDA
// makes them meet, and nowhere else; a warp or a block that waits for threads which never come is an error instead of a hang.
#pragma once
#include <cmath>
#include <cstdint>
#include <cstring>

#define AB_DEVICE static inline
#define AB_DEVICE_MEMBER inline
#define AB_SHARED thread_local
#define AB_ENTRY_OF(threads, entry, Arguments, body) \
    static emulator::Entry entry##_entry(#entry, [](const void* arguments) { body(*static_cast<const Arguments*>(arguments)); });

namespace emulator {

constexpr uint32 kWarp = 32, kMostThreads = 512, kMostShared = 96 * 1024, kMostWords = 6;

// A place where threads meet: the last one lets all go on.
struct Meeting {
    uint32 arrived = 0, generation = 0;
};

struct Warp {
    Meeting meeting;
    // Two sets, so that one is read while the next operation fills the other.
    float values[2][kWarp];
    uint32 votes[2];
    uint64 words[2][kWarp][kMostWords];
};

struct Block {
    uint32 thread, threads, x, y, blocks_x, blocks_y;
    Meeting meeting;
    Warp warps[kMostThreads / kWarp];
};

extern thread_local Block block;

// Shared memory whose size the launch says.
extern thread_local char dynamic_memory[kMostShared];

// Lets other threads run.
void give_way();

// Says that a thread came further, so that the block is not stuck.
void progress();

inline void meet(Meeting& meeting, uint32 count) {
    uint32 generation = meeting.generation;
    progress();
    if (++meeting.arrived == count) {
        meeting.arrived = 0;
        meeting.generation++;
        return;
    }
    while (meeting.generation == generation)
        give_way();
}

// A kernel by name.
struct Entry {
    const char* name;
    void (*run)(const void* arguments);
    Entry* next;

    Entry(const char* name, void (*run)(const void* arguments));
};

inline float from_half(uint16 bits) {
    uint32 sign = (uint32)(bits & 0x8000u) << 16, exponent = bits >> 10 & 0x1Fu, fraction = bits & 0x3FFu, whole;
    if (exponent == 0) {
        float value = std::ldexp((float)fraction, -24);
        return sign != 0 ? -value : value;
    }
    whole = sign | (exponent == 31 ? 0x7F800000u : (exponent + 112) << 23) | fraction << 13;
    float value;
    std::memcpy(&value, &whole, 4);
    return value;
}

inline uint16 to_half(float value) {
    uint32 bits;
    std::memcpy(&bits, &value, 4);
    uint16 sign = (uint16)(bits >> 16 & 0x8000u);
    float magnitude = std::fabs(value);
    if (magnitude != magnitude)
        return sign | 0x7E00u;
    if (magnitude >= 65520.0f)
        return sign | 0x7C00u;
    if (magnitude < 6.103515625e-05f)
        return sign | (uint16)std::nearbyint(magnitude * 16777216.0f);
    std::memcpy(&bits, &magnitude, 4);
    return sign | (uint16)((bits - (112u << 23) + 0xFFFu + (bits >> 13 & 1u)) >> 13);
}

// Gives a lane's words to its warp; the result has those of all lanes, until the warp meets twice more.
inline const uint64 (*share(const uint64* mine, uint32 count))[kMostWords] {
    Warp& warp = block.warps[block.thread / kWarp];
    auto& words = warp.words[warp.meeting.generation % 2];
    for (uint32 i = 0; i < count; i++)
        words[block.thread % kWarp][i] = mine[i];
    meet(warp.meeting, kWarp);
    return words;
}

}  // namespace emulator

AB_DEVICE uint32 thread_index() { return emulator::block.thread; }
AB_DEVICE uint32 thread_count() { return emulator::block.threads; }
AB_DEVICE uint32 block_x() { return emulator::block.x; }
AB_DEVICE uint32 block_y() { return emulator::block.y; }
AB_DEVICE uint32 blocks_x() { return emulator::block.blocks_x; }
AB_DEVICE uint32 blocks_y() { return emulator::block.blocks_y; }
AB_DEVICE void barrier() { emulator::meet(emulator::block.meeting, emulator::block.threads); }

AB_DEVICE float shuffle_xor(float value, uint32 mask) {
    uint32 thread = emulator::block.thread, lane = thread % emulator::kWarp;
    emulator::Warp& warp = emulator::block.warps[thread / emulator::kWarp];
    float* values = warp.values[warp.meeting.generation % 2];
    values[lane] = value;
    emulator::meet(warp.meeting, emulator::kWarp);
    return values[lane ^ mask];
}

AB_DEVICE uint32 ballot(bool vote) {
    uint32 thread = emulator::block.thread, lane = thread % emulator::kWarp;
    emulator::Warp& warp = emulator::block.warps[thread / emulator::kWarp];
    uint32& votes = warp.votes[warp.meeting.generation % 2];
    if (warp.meeting.arrived == 0)
        votes = 0;
    votes |= (uint32)vote << lane;
    emulator::meet(warp.meeting, emulator::kWarp);
    return votes;
}

AB_DEVICE uint32 bits_of(float value) {
    uint32 bits;
    std::memcpy(&bits, &value, 4);
    return bits;
}
AB_DEVICE float float_of(uint32 bits) {
    float value;
    std::memcpy(&value, &bits, 4);
    return value;
}
AB_DEVICE float power_of_two(float x) { return std::exp2(x); }
AB_DEVICE float logarithm_of_two(float x) { return std::log2(x); }
AB_DEVICE float reciprocal(float x) { return 1 / x; }
AB_DEVICE float square_root(float x) { return std::sqrt(x); }
