// Runs the CUDA kernels on a host, for tests: see Emulator.h.
#include "Kernels.cu"

#if __has_include(<sanitizer/asan_interface.h>)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(memory, bytes)
#define ASAN_UNPOISON_MEMORY_REGION(memory, bytes)
#endif

#include <memory>
#include <vector>

#if !defined(__x86_64__)
#include <ucontext.h>
#endif

namespace emulator {

static Entry*& entries() {
    static Entry* first = nullptr;
    return first;
}

Entry::Entry(const char* name, void (*run)(const void* arguments)) : name(name), run(run), next(entries()) { entries() = this; }

thread_local Block block;
alignas(16) thread_local char dynamic_memory[kMostShared];

constexpr size_t kStack = 64 * 1024;

#if defined(__x86_64__)
// Saves what a call must keep, changes the stack, and goes on where the other one left. ucontext does the same with two system calls.
extern "C" void emulator_switch(void** from, void* to);
asm(R"(
    .text
    .globl emulator_switch
emulator_switch:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
)");

struct Context {
    void* stack = nullptr;

    void prepare(char* memory, void (*start)()) {
        auto top = (void**)((uintptr_t)(memory + kStack) & ~(uintptr_t)15);
        *--top = nullptr;  // keeps the stack as a call leaves it
        *--top = (void*)start;
        for (int i = 0; i < 6; i++)
            *--top = nullptr;
        stack = top;
    }
    void enter(Context& to) { emulator_switch(&stack, to.stack); }
};
#else
struct Context {
    ucontext_t state;

    void prepare(char* memory, void (*start)()) {
        getcontext(&state);
        state.uc_stack.ss_sp = memory;
        state.uc_stack.ss_size = kStack;
        state.uc_link = nullptr;
        makecontext(&state, start, 0);
    }
    void enter(Context& to) { swapcontext(&state, &to.state); }
};
#endif

struct Fiber {
    Context context;
    std::unique_ptr<char[]> stack;
    bool done = true;
};

static thread_local std::vector<Fiber> fibers(kMostThreads);
static thread_local Context scheduler;
static thread_local const Entry* running;
static thread_local const void* arguments_now;
static thread_local bool moved;

void progress() { moved = true; }

void give_way() {
    uint32 thread = block.thread;
    fibers[thread].context.enter(scheduler);
    block.thread = thread;
}

static void start() {
    running->run(arguments_now);
    fibers[block.thread].done = true;
    fibers[block.thread].context.enter(scheduler);
}

// Under AddressSanitizer, a launch may touch as much shared memory as it has asked for.
struct SharedMemory {
    explicit SharedMemory(uint32 bytes) { ASAN_POISON_MEMORY_REGION(dynamic_memory + bytes, kMostShared - bytes); }
    ~SharedMemory() { ASAN_UNPOISON_MEMORY_REGION(dynamic_memory, kMostShared); }
};

// Whether all threads of the block came to their end.
static bool run_block(uint32 threads) {
    for (uint32 i = 0; i < threads; i++) {
        if (!fibers[i].stack)
            fibers[i].stack.reset(new char[kStack]);
        fibers[i].done = false;
        fibers[i].context.prepare(fibers[i].stack.get(), start);
    }
    for (uint32 left = threads; left > 0;) {
        moved = false;
        for (uint32 i = 0; i < threads; i++) {
            if (fibers[i].done)
                continue;
            block.thread = i;
            scheduler.enter(fibers[i].context);
            if (fibers[i].done) {
                left--;
                moved = true;
            }
        }
        if (!moved)
            return false;
    }
    return true;
}

}  // namespace emulator

extern "C" {

// A kernel's handle; null if there is none of that name.
const void* emulator_find(const char* name) {
    for (emulator::Entry* entry = emulator::entries(); entry != nullptr; entry = entry->next)
        if (std::strcmp(entry->name, name) == 0)
            return entry;
    return nullptr;
}

// 0, or 1 where the shape is none the kernels are made for, or 2 where threads wait for others that never come.
int32_t emulator_launch(const void* kernel, uint32_t blocks_x, uint32_t blocks_y, uint32_t threads, uint32_t shared_bytes, const void* arguments) {
    using namespace emulator;
    if (threads == 0 || threads > kMostThreads || threads % kWarp != 0 || blocks_x == 0 || blocks_y == 0 || blocks_y > 65535 || shared_bytes > kMostShared)
        return 1;
    running = static_cast<const Entry*>(kernel);
    arguments_now = arguments;
    SharedMemory shared(shared_bytes);
    for (uint32 y = 0; y < blocks_y; y++)
        for (uint32 x = 0; x < blocks_x; x++) {
            block = Block{};
            block.threads = threads;
            block.x = x;
            block.y = y;
            block.blocks_x = blocks_x;
            block.blocks_y = blocks_y;
            std::memset(dynamic_memory, 0xFF, shared_bytes);
            if (!run_block(threads))
                return 2;
        }
    return 0;
}
}
