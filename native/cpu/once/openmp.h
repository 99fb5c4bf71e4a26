// Which threads do regions: our teams, or those of the OpenMP library that oneDNN is linked with.
#pragma once

namespace schuss {

// While one of these lives on this thread, regions of oneDNN's run in this thread's team, too. `kind` is what their
// kinds go by, see parallel.h.
class OwnRegions {
  public:
    explicit OwnRegions(const void* kind);
    ~OwnRegions();
    OwnRegions(const OwnRegions&) = delete;
    OwnRegions& operator=(const OwnRegions&) = delete;

  private:
    const void* kind_before;
    const void* runtime_before;
};

}  // namespace schuss
