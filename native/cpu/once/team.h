// The threads that do a region's members. Each calling thread has a team of its own, begun at its first region and
// ended with the thread; a region of one member needs none.
//
// OpenMP's runtime starts every member on a thread of its own and waits for all. That is the fastest there is while
// every thread has a core; where another program takes one, all wait for a thread that waits for its turn, again and
// again. Here the caller does what no worker has begun, and a team that does not pay is left asleep for a while: then
// the caller does all members, one after the other.
#pragma once

#include <stdint.h>

#include <atomic>
#include <memory>
#include <vector>

namespace schuss {

struct Region {
    void (*body)(void*);
    void* data;
    int members;
    std::atomic<uint32_t> arrived{0};     // at the barrier
    std::atomic<uint32_t> generation{0};  // how often all have

    void execute(int member);
    void barrier();
};

class Worker;

class Team {
  public:
    explicit Team(int workers);
    ~Team();
    Team(const Team&) = delete;
    Team& operator=(const Team&) = delete;

    int workers() const { return (int)members.size(); }
    void run(Region& region, uint64_t kind);

  private:
    // What is known of regions that are alike. Times are in ns; 0: not yet.
    struct Kind {
        uint64_t key = 0;
        float alone = 0;       // by one thread
        float together = 0;    // the last time
        int runs = 0;          // together, since it was last run alone
        bool company = false;  // members wait for each other, so each needs a thread

        void ran_alone(float span);
    };

    Kind& find(const Region& region, uint64_t kind);
    bool tries_alone(const Kind& kind, int members) const;
    void judge(int64_t now, double span, double alone);

    std::vector<std::unique_ptr<Worker>> members;  // from member 1 on
    std::vector<Kind> kinds;                       // a table by key; of two at one place the later stays
    std::atomic<uint32_t> quiet_regions{0};        // how many there have been
    int64_t alone_until = 0;                       // ns
    int64_t pause;                                 // ns, how long the next time alone lasts
    double won = 0;                                // ns, by being a team, of late
    double credit;                                 // ns that may be lost by trying what one thread takes
};

// What a worker's thread does first; defined where regions come from.
void begin_worker();

// Runs the region with this thread's team.
void run_in_team(Region& region, uint64_t kind);

// The region that this thread is in, or nullptr; which member it does.
Region* current_region();
int current_member();

}  // namespace schuss
