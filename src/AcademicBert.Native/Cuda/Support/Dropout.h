// Philox4x32-10 (Salmon et al., SC 2011) and the dropout decisions made of it, the same as the CPU's: PhiloxDropout.cs says how columns
// map to calls.
#pragma once
#include "Memory.h"

struct Dropout {
    uint32 seed, step, site, threshold;
    uint32 first_sample;
    float scale;
};

AB_DEVICE Words4 philox(uint32 c0, uint32 c1, uint32 c2, uint32 c3, uint32 key0, uint32 key1) {
    AB_UNROLL
    for (int round = 0; round < 10; round++) {
        uint32 high0 = high_product(c0, 0xD2511F53u), low0 = c0 * 0xD2511F53u, high2 = high_product(c2, 0xCD9E8D57u), low2 = c2 * 0xCD9E8D57u;
        c0 = high2 ^ c1 ^ key0;
        c1 = low2;
        c2 = high0 ^ c3 ^ key1;
        c3 = low0;
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
    }
    return {{c0, c1, c2, c3}};
}

// Scale where a column is kept, 0 where it is dropped, for the eight columns from 8 * vector on; all 1 without dropout. A call decides
// about every sixteenth column of 128, so that sixteen threads make sixteen calls and take their neighbours' decisions from votes.
// Every thread of a warp must call it, with vector = thread (mod 16).
AB_DEVICE Floats8 dropout_scales(const Dropout& dropout, uint32 sample, uint32 row, uint32 vector) {
    if (dropout.threshold == 0)
        return all(1);
    Words4 words = philox(vector, row, dropout.first_sample + sample, dropout.site, dropout.seed, dropout.step);
    uint32 lane = thread_index() % 32, kept = 0;
    AB_UNROLL
    for (uint32 slot = 0; slot < 8; slot++) {
        uint32 votes = ballot((words.at[slot / 2] >> (slot % 2 * 16) & 0xFFFFu) >= dropout.threshold);
        kept = lane % 16 / 2 == slot ? votes : kept;
    }
    kept >>= lane / 16 * 16 + lane % 2 * 8;
    Floats8 scales;
    AB_UNROLL
    for (int i = 0; i < 8; i++)
        scales.at[i] = (kept >> i & 1) != 0 ? dropout.scale : 0;
    return scales;
}
