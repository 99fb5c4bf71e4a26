// libcudnn_graph.so.9 on the processor, of which there is what is called: convolutions of singles and their gradients.
// Descriptors take and refuse attributes as the real ones do.
#include "dnn.h"

#include <stdio.h>
#include <string.h>

#include <algorithm>

#include "driver.h"

using namespace schuss::emulation;

namespace {

struct Rule {
    int kind, attribute, type;
    int64_t most;  // how many values it may have
};

constexpr int64_t kMany = 64;
constexpr int kProposed = -1;  // engine and graph of a configuration that a heuristic made; nobody can set it
constexpr Rule kRules[] = {
    {kTensor, kTensorAlignment, kInt64, 1},
    {kTensor, kTensorType, kDataType, 1},
    {kTensor, kTensorDimensions, kInt64, 8},
    {kTensor, kTensorStrides, kInt64, 8},
    {kTensor, kTensorId, kInt64, 1},
    {kConvolution, kComputeType, kDataType, 1},
    {kConvolution, kMode, kConvolutionMode, 1},
    {kConvolution, kDilations, kInt64, 3},
    {kConvolution, kStrides, kInt64, 3},
    {kConvolution, kPostPaddings, kInt64, 3},
    {kConvolution, kPrePaddings, kInt64, 3},
    {kConvolution, kSpatialDimensions, kInt64, 1},
    {kGraph, kGraphHandle, kHandle, 1},
    {kGraph, kGraphOperations, kDescriptor, kMany},
    {kHeuristic, kHeuristicModeOf, kHeuristicMode, 1},
    {kHeuristic, kHeuristicGraph, kDescriptor, 1},
    {kHeuristic, kHeuristicResults, kDescriptor, kMany},
    {kEngine, kEngineGraph, kDescriptor, 1},
    {kEngine, kEngineIndex, kInt64, 1},
    {kEngine, kEngineNotes, kNumericalNote, kMany},
    {kEngineConfiguration, kConfiguredEngine, kDescriptor, 1},
    {kEngineConfiguration, kKnobChoices, kDescriptor, kMany},
    {kKnobChoice, kKnobTypeOf, kKnobType, 1},
    {kKnobChoice, kKnobValue, kInt64, 1},
    {kPlan, kPlanHandle, kHandle, 1},
    {kPlan, kPlanConfiguration, kDescriptor, 1},
    {kPlan, kPlanWorkspace, kInt64, 1},
    {kVariantPack, kPackIds, kInt64, kMany},
    {kVariantPack, kPackPointers, kVoidPointer, kMany},
    {kVariantPack, kPackWorkspace, kVoidPointer, 1},
};

struct Library {
    void* stream = nullptr;
};

bool is_operation(int kind) { return kind == kForward || kind == kDataGradient || kind == kWeightGradient; }

bool rule(int kind, int attribute, Rule* result) {
    if (is_operation(kind)) {
        const int place = attribute - first_attribute(kind);
        *result = {kind, attribute, place <= kBeta ? kFloat : kDescriptor, 1};
        return place >= kAlpha && place < kFirstTensor + 3;
    }
    const auto* found = std::find_if(std::begin(kRules), std::end(kRules),
                                     [&](const Rule& r) { return r.kind == kind && r.attribute == attribute; });
    if (found != std::end(kRules)) *result = *found;
    return found != std::end(kRules);
}

size_t width(int type) {
    return type == kInt64 || type == kDescriptor || type == kVoidPointer || type == kHandle ? 8 : 4;
}

thread_local char last_error[256] = "";

int fail(int status, const char* what) {
    snprintf(last_error, sizeof(last_error), "%s", what);
    return status;
}

// Another one of the same content, into a descriptor that the caller has made.
void fill(Descriptor* target, const Descriptor& source) {
    target->values = source.values;
    target->finished = true;
}

// What a finished descriptor answers by itself rather than what was set; false where it is no such attribute.
bool answer(const Descriptor* d, int attribute, std::vector<Descriptor>* made, std::vector<int64_t>* values) {
    if (d->kind == kHeuristic && attribute == kHeuristicResults) {
        for (const int64_t number : proposed(d->descriptor(kHeuristicGraph), d->value(kHeuristicModeOf))) {
            Descriptor configuration{kEngineConfiguration, true, {}};
            configuration.values[kProposed] = {number, d->value(kHeuristicGraph)};
            made->push_back(configuration);
        }
    } else if (d->values.count(kProposed) > 0 && attribute == kConfiguredEngine) {
        Descriptor engine{kEngine, true, {}};
        engine.values[kEngineIndex] = {d->all(kProposed)[0]};
        engine.values[kEngineGraph] = {d->all(kProposed)[1]};
        made->push_back(engine);
    } else if (d->values.count(kProposed) > 0 && attribute == kKnobChoices) {
        if (engine(d->all(kProposed)[0])->has_knob) {
            Descriptor knob{kKnobChoice, true, {}};
            knob.values[kKnobTypeOf] = {2};
            knob.values[kKnobValue] = {1};
            made->push_back(knob);
        }
    } else if (d->kind == kEngine && attribute == kEngineNotes) {
        *values = engine(d->value(kEngineIndex))->notes;
    } else if (d->kind == kPlan && attribute == kPlanWorkspace) {
        const Descriptor* chosen = d->descriptor(kPlanConfiguration)->descriptor(kConfiguredEngine);
        *values = {engine(chosen->value(kEngineIndex))->workspace};
    } else {
        return false;
    }
    return true;
}

int64_t bytes(const Descriptor* tensor) {
    int64_t last = 0;
    for (size_t i = 0; i < tensor->all(kTensorDimensions).size(); i++) {
        last += (tensor->all(kTensorDimensions)[i] - 1) * tensor->all(kTensorStrides)[i];
    }
    return (last + 1) * static_cast<int64_t>(sizeof(float));
}

// The address of a tensor in a pack; null where there is none, or it is none of ours, or not aligned as was said.
float* address(const Descriptor* pack, const Descriptor* tensor) {
    const auto& ids = pack->all(kPackIds);
    const auto at = std::find(ids.begin(), ids.end(), tensor->value(kTensorId));
    if (at == ids.end()) return nullptr;
    const int64_t result = pack->all(kPackPointers)[at - ids.begin()];
    const bool usable = result % tensor->value(kTensorAlignment) == 0 &&
                        emulated_is_device(static_cast<uint64_t>(result), bytes(tensor));
    return usable ? reinterpret_cast<float*>(result) : nullptr;
}

}  // namespace

extern "C" {

size_t cudnnGetVersion() { return 91900; }
const char* cudnnGetErrorString(int status) {
    return status == kSuccess        ? "CUDNN_STATUS_SUCCESS"
           : status == kNotSupported ? "CUDNN_STATUS_NOT_SUPPORTED"
           : status / 1000 == 2      ? "CUDNN_STATUS_BAD_PARAM"
                                     : "CUDNN_STATUS_INTERNAL_ERROR";
}
void cudnnGetLastErrorString(char* message, size_t size) { snprintf(message, size, "%s", last_error); }

int cudnnCreate(void** handle) {
    *handle = new Library();
    return kSuccess;
}
int cudnnDestroy(void* handle) {
    delete static_cast<Library*>(handle);
    return kSuccess;
}
int cudnnSetStream(void* handle, void* stream) {
    if (handle == nullptr) return kBadParam;
    static_cast<Library*>(handle)->stream = stream;
    return kSuccess;
}

int cudnnBackendCreateDescriptor(int kind, Descriptor** descriptor) {
    const bool known = is_operation(kind) ||
                       std::any_of(std::begin(kRules), std::end(kRules), [&](const Rule& r) { return r.kind == kind; });
    if (!known) return fail(kNoSuchKind, "no descriptor of this kind");
    *descriptor = new Descriptor{kind, false, {}};
    return kSuccess;
}
int cudnnBackendDestroyDescriptor(Descriptor* descriptor) {
    delete descriptor;
    return kSuccess;
}

int cudnnBackendSetAttribute(Descriptor* d, int attribute, int type, int64_t count, const void* values) {
    Rule allowed;
    if (d == nullptr || d->finished || values == nullptr || !rule(d->kind, attribute, &allowed)) {
        return fail(kBadParam, "finished already, or not an attribute of this descriptor");
    }
    if (type != allowed.type) return fail(kBadAttributeType, "not the attribute's type");
    if (count < 0 || count > allowed.most || (allowed.most == 1 && count != 1)) {
        return fail(kBadParam, "not as many values as the attribute has");
    }
    std::vector<int64_t> copied;
    for (int64_t i = 0; i < count; i++) {
        int64_t value = 0;
        memcpy(&value, static_cast<const char*>(values) + i * width(type), width(type));
        if (type == kDescriptor && !reinterpret_cast<Descriptor*>(value)->finished) {
            return fail(kNotFinalized, "a descriptor that is not finished");
        }
        copied.push_back(value);
    }
    d->values[attribute] = copied;
    return kSuccess;
}

int cudnnBackendFinalize(Descriptor* d) {
    if (d == nullptr || d->finished) return fail(kBadParam, "finished already");
    const int status = check(d);
    if (status != kSuccess) return fail(status, "incomplete, or not possible");
    d->finished = true;
    return kSuccess;
}

int cudnnBackendGetAttribute(Descriptor* d, int attribute, int type, int64_t room, int64_t* count, void* values) {
    Rule allowed;
    if (d == nullptr || !d->finished) return fail(kNotInitialized, "not finished");
    if (!rule(d->kind, attribute, &allowed)) return fail(kBadParam, "not an attribute of this descriptor");
    if (type != allowed.type) return fail(kBadAttributeType, "not the attribute's type");
    std::vector<Descriptor> made;
    std::vector<int64_t> found;
    if (!answer(d, attribute, &made, &found) && d->values.count(attribute) > 0) found = d->all(attribute);
    const int64_t all = static_cast<int64_t>(made.empty() ? found.size() : made.size());
    *count = room == 0 ? all : std::min(all, room);
    for (int64_t i = 0; i < std::min(all, room); i++) {
        if (made.empty()) {
            memcpy(static_cast<char*>(values) + i * width(type), &found[i], width(type));
        } else {
            fill(static_cast<Descriptor**>(values)[i], made[i]);
        }
    }
    return kSuccess;
}

int cudnnBackendExecute(void* handle, Descriptor* plan, Descriptor* pack) {
    if (handle == nullptr || plan == nullptr || pack == nullptr || !plan->finished || !pack->finished ||
        plan->kind != kPlan || pack->kind != kVariantPack) {
        return fail(kBadParam, "no finished plan, or no finished addresses");
    }
    void* stream = static_cast<Library*>(handle)->stream;
    if (stream == nullptr) return fail(kBadParam, "no stream was set");  // here only
    const Descriptor* chosen = plan->descriptor(kPlanConfiguration)->descriptor(kConfiguredEngine);
    const Engine* e = engine(chosen->value(kEngineIndex));
    const Descriptor* operation = chosen->descriptor(kEngineGraph)->descriptor(kGraphOperations);
    if (emulated_is_capturing(stream) && !e->capturable) {
        emulated_spoil_capture(stream);
        return fail(kExecutionFailed, "waits, which may not be recorded");
    }
    const Tensors at = tensors(operation);
    float* x = address(pack, at.x);
    float* w = address(pack, at.w);
    float* y = address(pack, at.y);
    if (x == nullptr || w == nullptr || y == nullptr) return fail(kMisaligned, "a tensor without a fitting address");
    const int64_t workspace = pack->values.count(kPackWorkspace) > 0 ? pack->value(kPackWorkspace) : 0;
    if (e->workspace > 0) {
        if (!emulated_is_device(static_cast<uint64_t>(workspace), e->workspace)) {
            return fail(kBadParam, "no workspace, or too small a one");
        }
    }
    const auto work = [=] {
        if (e->workspace > 0) {  // whatever lay there is gone
            memset(reinterpret_cast<void*>(workspace), 0xff, e->workspace);
        }
        compute(operation, x, w, y, e);
        return static_cast<int>(kSuccess);
    };
    return emulated_record(stream, work) ? kSuccess : work();
}

}  // extern "C"
