// How many threads are worth starting here: containers and affinity often grant less than the machine has.
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include <set>
#include <string>

#include "schuss/schuss.h"

namespace {

// A one-line file's text, or nothing.
std::string read_line(const std::string& path) {
    std::string line;
    if (FILE* const file = fopen(path.c_str(), "r")) {
        char buffer[256];
        if (fgets(buffer, sizeof buffer, file) != nullptr) line = buffer;
        fclose(file);
    }
    return line;
}

// Of the processors that this process may run on, those that do not share a core.
int cores_in_affinity() {
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 1;
    std::set<std::string> cores;  // hyper-threads of one core list the same siblings
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (!CPU_ISSET(cpu, &allowed)) continue;
        const std::string number = std::to_string(cpu);
        const std::string siblings =
            read_line("/sys/devices/system/cpu/cpu" + number + "/topology/thread_siblings_list");
        cores.insert(siblings.empty() ? number : siblings);
    }
    return cores.empty() ? 1 : (int)cores.size();
}

// Processors' worth of time, rounded up; 0 where there is no limit. A container sees its own group at the root.
int cores_in_cgroup() {
    long quota = 0, period = 0;
    const std::string version2 = read_line("/sys/fs/cgroup/cpu.max");
    if (sscanf(version2.c_str(), "%ld %ld", &quota, &period) != 2) {
        sscanf(read_line("/sys/fs/cgroup/cpu/cpu.cfs_quota_us").c_str(), "%ld", &quota);
        sscanf(read_line("/sys/fs/cgroup/cpu/cpu.cfs_period_us").c_str(), "%ld", &period);
    }
    return quota > 0 && period > 0 ? (int)((quota + period - 1) / period) : 0;
}

}  // namespace

int32_t schuss_physical_cores(void) {
    const int cores = cores_in_affinity(), granted = cores_in_cgroup();
    return granted > 0 && granted < cores ? granted : cores;
}
