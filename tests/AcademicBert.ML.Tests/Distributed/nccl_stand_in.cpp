// A stand-in for libnccl.so.2 on memory of the host: the same C interface, ranks that are threads or processes, over POSIX shared memory.
// Streams are ignored, every call returns when it is done. A rank that does not come is an error after ACADEMICBERT_NCCL_PATIENCE seconds.
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>

namespace {

constexpr int ok = 0, system_error = 2, invalid_argument = 4, remote_error = 6;
constexpr size_t slot_bytes = 1 << 20, header_bytes = 4096;

struct Meeting {
  std::atomic<uint32_t> here, round, aborted;
};

struct Communicator {
  int size, rank;
  Meeting* meeting;
  char* slots;
  double patience;
};

// All ranks have come here; an error when one is missing or has aborted.
int meet(Communicator* c) {
  uint32_t round = c->meeting->round.load();
  if (c->meeting->here.fetch_add(1) + 1 == static_cast<uint32_t>(c->size)) {
    c->meeting->here = 0;
    c->meeting->round.fetch_add(1);
    return ok;
  }
  auto start = std::chrono::steady_clock::now();
  while (c->meeting->round.load() == round) {
    if (c->meeting->aborted.load()) return remote_error;
    if (std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() > c->patience) {
      c->meeting->aborted = 1;
      return remote_error;
    }
    sched_yield();
  }
  return ok;
}

struct Half {
  uint16_t bits;
  operator float() const {
    int exponent = bits >> 10 & 31, fraction = bits & 1023;
    float value = exponent == 0 ? std::ldexp(static_cast<float>(fraction), -24)
                  : exponent == 31 ? (fraction ? NAN : INFINITY)
                                   : std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
    return bits & 0x8000 ? -value : value;
  }
  static Half of(float value) {
    uint16_t sign = std::signbit(value) ? 0x8000 : 0;
    float size = std::fabs(value);
    if (std::isnan(value)) return {static_cast<uint16_t>(sign | 0x7e00)};
    if (size >= 65520) return {static_cast<uint16_t>(sign | 0x7c00)};
    int exponent = size > 0 ? std::max(std::ilogb(size), -14) : -14;
    int steps = static_cast<int>(std::nearbyint(std::ldexp(size, 10 - exponent)));  // to nearest even
    int base = exponent + 14;
    return {static_cast<uint16_t>(sign | (base * 1024 + steps))};
  }
};

struct BFloat16 {
  uint16_t bits;
  operator float() const {
    uint32_t wide = static_cast<uint32_t>(bits) << 16;
    float value;
    std::memcpy(&value, &wide, 4);
    return value;
  }
  static BFloat16 of(float value) {
    uint32_t wide;
    std::memcpy(&wide, &value, 4);
    if (std::isnan(value)) return {static_cast<uint16_t>(wide >> 16 | 0x40)};
    return {static_cast<uint16_t>((wide + 0x7fff + (wide >> 16 & 1)) >> 16)};
  }
};

struct Float {
  float value;
  operator float() const { return value; }
  static Float of(float value) { return {value}; }
};

size_t bytes_of(int type) { return type == 7 ? 4 : type == 6 || type == 9 ? 2 : 0; }

template <class T>
void sum(void* into, Communicator* c, size_t offset, size_t count) {
  for (size_t i = 0; i < count; i++) {
    float total = 0;
    for (int rank = 0; rank < c->size; rank++) total += reinterpret_cast<T*>(c->slots + rank * slot_bytes + offset)[i];
    static_cast<T*>(into)[i] = T::of(total);
  }
}

// Each rank's slot holds, one after the other, its pieces of all parts; calls `take` when all slots are filled.
template <class Take>
int exchange(Communicator* c, const char* send, size_t part, int parts, size_t element, Take take) {
  size_t step = slot_bytes / parts / element * element;
  for (size_t done = 0; done < part; done += step) {
    size_t piece = std::min(step, part - done);
    for (int p = 0; p < parts; p++) std::memcpy(c->slots + c->rank * slot_bytes + p * step, send + p * part + done, piece);
    if (int error = meet(c)) return error;
    take(done, piece, step);
    if (int error = meet(c)) return error;
  }
  return ok;
}

}  // namespace

extern "C" {

struct ncclUniqueId {
  char name[128];
};

const char* ncclGetErrorString(int code) {
  return code == ok ? "no error" : code == invalid_argument ? "invalid argument" : code == remote_error ? "remote process exited" : "system error";
}

int ncclGetUniqueId(ncclUniqueId* id) {
  std::random_device random;
  std::snprintf(id->name, sizeof id->name, "/academicbert-nccl-%08x%08x", random(), random());
  return ok;
}

int ncclCommInitRank(Communicator** out, int size, ncclUniqueId id, int rank) {
  if (size < 1 || rank < 0 || rank >= size) return invalid_argument;
  size_t bytes = header_bytes + size * slot_bytes;
  int file = shm_open(id.name, O_CREAT | O_RDWR, 0600);
  if (file < 0 || ftruncate(file, bytes) != 0) return system_error;
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (memory == MAP_FAILED) return system_error;
  const char* patience = std::getenv("ACADEMICBERT_NCCL_PATIENCE");
  auto c = new Communicator{size, rank, static_cast<Meeting*>(memory), static_cast<char*>(memory) + header_bytes, patience ? std::atof(patience) : 20};
  int error = meet(c);
  if (rank == 0) shm_unlink(id.name);
  *out = c;
  return error;
}

int ncclCommDestroy(Communicator* c) {
  munmap(c->meeting, header_bytes + c->size * slot_bytes);
  delete c;
  return ok;
}

// The memory stays: another thread may be within a call.
int ncclCommAbort(Communicator* c) {
  c->meeting->aborted = 1;
  return ok;
}

int ncclCommGetAsyncError(Communicator* c, int* error) {
  *error = c->meeting->aborted.load() ? remote_error : ok;
  return ok;
}

int ncclReduceScatter(const void* send, void* receive, size_t count, int type, int operation, Communicator* c, void*) {
  size_t element = bytes_of(type);
  if (element == 0 || operation != 0) return invalid_argument;
  return exchange(c, static_cast<const char*>(send), count * element, c->size, element, [&](size_t done, size_t piece, size_t step) {
    void* into = static_cast<char*>(receive) + done;
    size_t offset = c->rank * step, n = piece / element;
    type == 7 ? sum<Float>(into, c, offset, n) : type == 6 ? sum<Half>(into, c, offset, n) : sum<BFloat16>(into, c, offset, n);
  });
}

int ncclAllGather(const void* send, void* receive, size_t count, int type, Communicator* c, void*) {
  size_t element = bytes_of(type), part = count * element;
  if (element == 0) return invalid_argument;
  return exchange(c, static_cast<const char*>(send), part, 1, element, [&](size_t done, size_t piece, size_t) {
    for (int rank = 0; rank < c->size; rank++) std::memcpy(static_cast<char*>(receive) + rank * part + done, c->slots + rank * slot_bytes, piece);
  });
}

int ncclBroadcast(const void* send, void* receive, size_t count, int type, int root, Communicator* c, void*) {
  size_t element = bytes_of(type);
  if (element == 0) return invalid_argument;
  return exchange(c, static_cast<const char*>(send), count * element, 1, element, [&](size_t done, size_t piece, size_t) {
    std::memcpy(static_cast<char*>(receive) + done, c->slots + root * slot_bytes, piece);
  });
}

}  // extern "C"
