// Work over rows on the threads of libtorch, whose parallel_for is handed in as a function pointer: one pool for everything.
#pragma once
#include <atomic>
#include <cstdint>

extern "C" {
typedef void (*AbRangeBody)(int64_t begin, int64_t end, void* context);
typedef int32_t (*AbParallelFor)(int64_t begin, int64_t end, int64_t grain, AbRangeBody body, void* context);
}

extern AbParallelFor ab_parallel_for;

namespace AB_VARIANT {

template <typename Body>
struct Work {
    const Body& body;
    const int64_t count, piece;
    std::atomic<int64_t> next{0};
};

// A thread takes the next piece when it is done with one, so that a thread which wakes up late or is slowed down holds up nobody. At
// most 256 pieces: many threads would otherwise wait for the counter. Flattened: a kernel's loop over columns is one function, whatever
// helpers it is written with. The body is copied so that the compiler knows that no store changes what it captured.
template <typename Body>
inline void parallel_for(int64_t count, int64_t grain, const Body& body) {
    Work<Body> work{body, count, grain > count / 256 ? grain : count / 256};
    AbRangeBody run = [](int64_t, int64_t, void* context) __attribute__((flatten)) {
        auto work = static_cast<Work<Body>*>(context);
        Body copy = work->body;
        const int64_t count = work->count, piece = work->piece;
        for (int64_t begin; (begin = work->next.fetch_add(piece, std::memory_order_relaxed)) < count;)
            copy(begin, begin + piece < count ? begin + piece : count);
    };
    if (ab_parallel_for == nullptr || count <= grain)
        run(0, count, &work);
    else
        ab_parallel_for(0, count, grain, run, &work);
}

// Column sums run over this many chunks of rows, whatever the number of threads, and the chunks are added in order:
// the result has the same bits everywhere.
constexpr int64_t kChunks = 32;
constexpr int64_t kColumnsAtATime = 256;

inline int64_t chunk_begin(int64_t chunk, int64_t rows) { return rows * chunk / kChunks; }

// body(chunk, first row, end row)
template <typename Body>
inline void parallel_chunks(int64_t rows, const Body& body) {
    parallel_for(kChunks, 1, [=](int64_t begin, int64_t end) {
        for (int64_t chunk = begin; chunk < end; chunk++)
            body(chunk, chunk_begin(chunk, rows), chunk_begin(chunk + 1, rows));
    });
}

// into[c] += sum over chunks of partial[chunk, c], chunk after chunk
inline void add_chunks(float* into, const float* partial, int64_t columns) {
    parallel_for((columns + kColumnsAtATime - 1) / kColumnsAtATime, 4, [=](int64_t begin, int64_t end) {
        for (int64_t block = begin; block < end; block++) {
            int64_t first = block * kColumnsAtATime, last = first + kColumnsAtATime < columns ? first + kColumnsAtATime : columns;
            float totals[kColumnsAtATime] = {};
            for (int64_t chunk = 0; chunk < kChunks; chunk++)
                for (int64_t c = first; c < last; c++)
                    totals[c - first] += partial[chunk * columns + c];
            for (int64_t c = first; c < last; c++)
                into[c] += totals[c - first];
        }
    });
}

}  // namespace AB_VARIANT
