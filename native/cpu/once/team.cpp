#include "team.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <thread>

namespace schuss {
namespace {

constexpr int64_t kMicro = 1000;  // ns
constexpr int64_t kMilli = 1000 * kMicro;
// How long a thread waits busily. Waking one that sleeps takes about as long.
constexpr int64_t kSpin = 100 * kMicro;
constexpr int kPausesAClock = 16;  // the clock is read after so many looks
// What a team wins is kept up to so much, for parts of a step where it wins nothing; after so much of a loss it rests.
constexpr double kMostWon = 20.0 * kMilli;
constexpr double kLost = 5.0 * kMilli;
constexpr double kPays = 0.97;  // it wins where it takes less than this share of what one thread would
// What one thread would take is tried out every so often, at a loss of at most this share of the time.
constexpr int kFewestRuns = 64;
constexpr float kTried = 1.0f / 256;
constexpr int kKindBits = 11;
constexpr int kKinds = 1 << kKindBits;
// It rests at first so long, then twice as long each time.
constexpr int64_t kShortestPause = 5 * kMilli;
constexpr int64_t kLongestPause = 320 * kMilli;
constexpr timespec kTick = {0, 5 * kMilli};

int64_t now() {
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000 * kMilli + time.tv_nsec;
}

void relax() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("isb");
#endif
}

// Sleeps while the word has this value; false where the time ran out.
bool sleep_on(std::atomic<uint32_t>& word, uint32_t value, const timespec* longest) {
    return syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, value, longest, nullptr, 0) == 0 || errno != ETIMEDOUT;
}

void wake(std::atomic<uint32_t>& word, int threads) {
    syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, threads, nullptr, nullptr, 0);
}

// Calls done() until it is true or kSpin has passed; whether it was.
template <typename Done>
bool spin_until(Done done) {
    for (int64_t end = 0;;) {
        for (int i = 0; i < kPausesAClock; i++) {
            if (done()) return true;
            relax();
        }
        const int64_t time = now();
        if (end == 0) {
            end = time + kSpin;
        } else if (time >= end) {
            return false;
        }
    }
}

struct Place {
    Region* region;
    int member;
};

thread_local Place place{nullptr, 0};
thread_local std::unique_ptr<Team> team;

}  // namespace

void Region::execute(int member) {
    const Place before = place;
    place = {this, member};
    body(data);
    place = before;
}

void Region::barrier() {
    if (members == 1) return;
    const uint32_t now = generation.load(std::memory_order_relaxed);
    if (arrived.fetch_add(1, std::memory_order_acq_rel) + 1 == (uint32_t)members) {
        arrived.store(0, std::memory_order_relaxed);
        generation.store(now + 1, std::memory_order_release);
        wake(generation, members);
        return;
    }
    const auto passed = [&] { return generation.load(std::memory_order_acquire) != now; };
    if (spin_until(passed)) return;
    while (!passed()) sleep_on(generation, now, nullptr);
}

// One thread and the word by which it and the caller agree who does its member.
class alignas(64) Worker {
  public:
    Worker(int member, const std::atomic<uint32_t>& quiet_regions)
        : member(member), quiet_regions(quiet_regions), thread([this] { serve(); }) {
        pthread_setname_np(thread.native_handle(), "schuss-team");
    }

    ~Worker() {
        state.exchange(kEnd, std::memory_order_acq_rel);
        wake(state, 1);
        thread.join();
    }

    // Quietly: wakes nobody, and the worker comes only where the region lasts, see doze().
    void offer(Region& work, bool quietly) {
        region = &work;
        const uint32_t before = state.exchange(quietly ? kQuiet : kOffered, std::memory_order_acq_rel);
        if (before == kAsleep || (before == kDozing && !quietly)) wake(state, 1);
    }

    // True where the worker has not begun: now it will not.
    bool reclaim() {
        uint32_t seen = state.load(std::memory_order_relaxed);
        while (seen == kOffered || seen == kQuiet) {
            if (state.compare_exchange_weak(seen, seen == kQuiet ? kDozing : kIdle, std::memory_order_relaxed)) {
                return true;
            }
        }
        return false;
    }

    // Until it has done what it has begun.
    void await() {
        if (spin_until([&] { return done(); })) return;
        while (!done()) {
            uint32_t seen = kTaken;
            state.compare_exchange_strong(seen, kAwaited, std::memory_order_relaxed);
            sleep_on(state, kAwaited, nullptr);
        }
    }

  private:
    enum State : uint32_t {
        kIdle,     // waits busily
        kAsleep,   // until it is woken
        kDozing,   // looks at every tick
        kOffered,  // there is work
        kQuiet,    // there is work that the caller means to do
        kTaken,    // at work
        kAwaited,  // at work, and the caller sleeps
        kEnd,
    };

    bool done() const {
        const uint32_t seen = state.load(std::memory_order_acquire);
        return seen != kTaken && seen != kAwaited;
    }

    void serve() {
        begin_worker();
        for (;;) {
            spin_until([&] { return state.load(std::memory_order_relaxed) != kIdle; });
            uint32_t seen = state.load(std::memory_order_relaxed);
            switch (seen) {
                case kIdle:
                    state.compare_exchange_strong(seen, kAsleep, std::memory_order_relaxed);
                    break;
                case kAsleep:
                    sleep_on(state, kAsleep, nullptr);
                    break;
                case kOffered:
                    take(kOffered);
                    break;
                case kEnd:
                    return;
                default:
                    doze(seen);
            }
        }
    }

    void take(uint32_t from) {
        if (!state.compare_exchange_strong(from, kTaken, std::memory_order_acquire)) return;
        region->execute(member);
        if (state.exchange(kIdle, std::memory_order_acq_rel) == kAwaited) wake(state, 1);
    }

    // A region that lasts from one tick to the next may be one whose members wait for each other: without this worker
    // it would never end. Where there were no regions between two ticks, there may be none for long.
    void doze(uint32_t seen) {
        if (sleep_on(state, seen, &kTick)) return;
        seen = state.load(std::memory_order_acquire);
        const uint32_t regions = quiet_regions.load(std::memory_order_relaxed);
        const bool same = regions == watched;
        watched = regions;
        if (!same) return;
        if (seen == kQuiet) {
            take(kQuiet);
        } else if (seen == kDozing) {
            state.compare_exchange_strong(seen, kAsleep, std::memory_order_relaxed);
        }
    }

    std::atomic<uint32_t> state{kIdle};
    Region* region = nullptr;
    const int member;
    const std::atomic<uint32_t>& quiet_regions;
    uint32_t watched = 0;
    std::thread thread;  // last: it uses the others
};

Team::Team(int workers) : kinds(kKinds), pause(kShortestPause), credit(kLost) {
    members.reserve(workers);
    for (int i = 0; i < workers; i++) members.push_back(std::make_unique<Worker>(i + 1, quiet_regions));
}

Team::~Team() = default;

Team::Kind& Team::find(const Region& region, uint64_t kind) {
    uint64_t key = ((uintptr_t)region.body * 31 + (uint64_t)region.members) * 31 + kind;
    key = (key ^ key >> 32) * 0x9e3779b97f4a7c15;  // of which the first bits depend on all
    Kind& found = kinds[key >> (64 - kKindBits)];
    if (found.key != key) {
        found = Kind();
        found.key = key;
    }
    return found;
}

// In between, at little cost, so that there is something to judge by.
bool Team::tries_alone(const Kind& kind, int members) const {
    return kind.runs >= (kind.alone == 0 ? 1 : kFewestRuns) && kind.together * (float)(members - 1) < credit;
}

// Slowly up, quickly down: now and then something else comes between.
void Team::Kind::ran_alone(float span) {
    runs = 0;
    if (alone == 0) {
        alone = span;
    } else if (span < alone) {
        alone = (alone + span) / 2;
    } else {
        alone += (span < 2 * alone ? span - alone : alone) / 8;
    }
}

void Team::run(Region& region, uint64_t key) {
    Kind& kind = find(region, key);
    const int64_t start = now();
    const bool rests = start < alone_until;
    const bool quietly = !kind.company && (rests || tries_alone(kind, region.members));
    const int others = region.members - 1;
    if (quietly) quiet_regions.fetch_add(1, std::memory_order_relaxed);
    for (int i = 0; i < others; i++) members[i]->offer(region, quietly);
    region.execute(0);
    int executed = 1;
    for (int i = 0; i < others; i++) {
        if (!members[i]->reclaim()) continue;
        region.execute(i + 1);
        executed++;
    }
    const auto own = (float)(now() - start);
    if (quietly) {
        if (!rests) credit -= own - kind.together;
        if (executed == region.members) {
            kind.ran_alone(own);
            return;
        }
        // a worker came: the region is either long or was stuck without it
        kind.company = own > (float)(region.members + 1) * kind.together;
    }
    for (int i = 0; i < others; i++) members[i]->await();
    if (quietly || rests || kind.company) return;
    const int64_t end = now();
    kind.together = (float)(end - start);
    kind.runs++;
    credit += kind.together * kTried;
    judge(end, kind.together, kind.alone > 0 ? kind.alone : own * (float)region.members / (float)executed);
}

void Team::judge(int64_t now, double span, double alone) {
    won += kPays * alone - span;
    if (won < -kLost) {
        alone_until = now + pause;
        pause = pause * 2 < kLongestPause ? pause * 2 : kLongestPause;
        won = 0;
    } else if (won > kMostWon) {
        won = kMostWon;
        pause = kShortestPause;
    }
}

void run_in_team(Region& region, uint64_t kind) {
    if (place.region != nullptr) region.members = 1;
    if (region.members > 1 && (team == nullptr || team->workers() < region.members - 1)) {
        team = nullptr;  // first, so that there are never both
        try {
            team = std::make_unique<Team>(region.members - 1);
        } catch (const std::exception&) {  // the system grants no more threads
            region.members = 1;
        }
    }
    if (region.members > 1) {
        team->run(region, kind);
    } else {
        region.execute(0);
    }
}

Region* current_region() { return place.region; }

int current_member() { return place.member; }

}  // namespace schuss
