// Teams under stress: several callers, teams larger than the machine, regions within regions, members that wait for
// each other. Arguments: callers, regions of each, members of the largest. Prints what went wrong; exits with 1 if
// anything did.
#include <stdio.h>
#include <stdlib.h>

#include <random>
#include <thread>
#include <vector>

#include "cpu/once/team.h"

namespace schuss {

static std::atomic<long> workers{0};
void begin_worker() { workers++; }

}  // namespace schuss

namespace {

constexpr int kMost = 16;
constexpr int kNumbers = 20000;

std::atomic<long> errors{0};

void expect(bool holds, const char* what) {
    if (!holds && errors++ < 10) printf("%s\n", what);
}

struct Sum {
    const double* x;
    long n;
    bool nests;
    double parts[kMost];
};

void count(void* data) {
    ++*(int*)data;
    expect(schuss::current_region()->members == 1, "a region within another has one member");
}

void sum(void* data) {
    Sum& job = *(Sum*)data;
    const int member = schuss::current_member(), members = schuss::current_region()->members;
    double part = 0;
    for (long i = job.n * member / members; i < job.n * (member + 1) / members; i++) part += job.x[i];
    job.parts[member] = part;
    if (!job.nests) return;
    int times = 0;
    schuss::Region inner{count, &times, 4};
    schuss::run_in_team(inner, 1);
    expect(times == 1, "a region within another runs once");
    expect(schuss::current_member() == member, "and leaves its member as it was");
}

struct Meeting {
    bool at_barrier;  // or where they look for each other themselves
    std::atomic<int> here{0};
    int times[kMost] = {};
};

void meet(void* data) {
    Meeting& meeting = *(Meeting*)data;
    schuss::Region& region = *schuss::current_region();
    meeting.times[schuss::current_member()]++;
    if (!meeting.at_barrier) {
        meeting.here++;
        while (meeting.here < region.members) __builtin_ia32_pause();
        return;
    }
    for (int round = 1; round <= 3; round++) {
        meeting.here++;
        region.barrier();
        expect(meeting.here == round * region.members, "nobody passes before all have come");
        region.barrier();
    }
}

void call(int caller, int regions, int most) {
    std::minstd_rand random(caller + 1);
    std::vector<double> x(kNumbers);
    for (double& number : x) number = (double)(random() % 1000);
    for (int r = 0; r < regions; r++) {
        const int members = 2 + (int)(random() % (most - 1));
        Sum job{x.data(), 1 + (long)(random() % kNumbers), random() % 2 == 0, {}};
        schuss::Region region{sum, &job, members};
        schuss::run_in_team(region, job.n % 5);
        double expected = 0, got = 0;
        for (long i = 0; i < job.n; i++) expected += x[i];
        for (const double part : job.parts) got += part;
        expect(expected == got, "each member once, and all done when the region is");
        if (r % 16 == 0) {
            Meeting meeting;
            meeting.at_barrier = random() % 2 == 0;
            schuss::Region together{meet, &meeting, members};
            schuss::run_in_team(together, 1000 + members);
            for (int m = 0; m < members; m++) expect(meeting.times[m] == 1, "each member comes once");
        }
        if (r % 997 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(random() % 15));
    }
}

}  // namespace

int main(int, char** arguments) {
    int alone = 0;
    schuss::Region region{count, &alone, 1};
    schuss::run_in_team(region, 0);
    expect(alone == 1 && schuss::workers == 0, "one member needs no worker");
    std::vector<std::thread> callers;
    for (int c = 0; c < atoi(arguments[1]); c++) callers.emplace_back(call, c, atoi(arguments[2]), atoi(arguments[3]));
    for (std::thread& caller : callers) caller.join();
    expect(schuss::workers > 0, "several members have workers");
    return errors > 0;
}
