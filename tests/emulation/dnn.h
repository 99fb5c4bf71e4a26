// The emulated cuDNN's descriptors: what attributes each kind has, and what is in one.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <map>
#include <vector>

namespace schuss::emulation {

enum Status {
    kSuccess = 0,
    kNotInitialized = 1001,
    kBadParam = 2000,
    kMisaligned = 2003,
    kNotFinalized = 2004,
    kBadAttributeType = 2010,
    kNotSupported = 3000,
    kNoSuchKind = 4003,
    kExecutionFailed = 5000
};

enum Type {
    kHandle = 0,
    kDataType = 1,
    kInt64 = 3,
    kFloat = 4,
    kVoidPointer = 6,
    kConvolutionMode = 7,
    kHeuristicMode = 8,
    kKnobType = 9,
    kNumericalNote = 11,
    kDescriptor = 15
};

enum Kind {
    kConvolution = 1,
    kEngine = 2,
    kEngineConfiguration = 3,
    kHeuristic = 4,
    kPlan = 5,
    kKnobChoice = 7,
    kForward = 10,
    kWeightGradient = 11,
    kDataGradient = 12,
    kGraph = 15,
    kVariantPack = 16,
    kTensor = 17
};

enum Attribute {
    kComputeType = 100,
    kMode = 101,
    kDilations = 102,
    kStrides = 103,
    kPostPaddings = 104,
    kPrePaddings = 105,
    kSpatialDimensions = 106,
    kHeuristicModeOf = 200,
    kHeuristicGraph = 201,
    kHeuristicResults = 202,
    kConfiguredEngine = 300,
    kKnobChoices = 302,
    kPlanHandle = 400,
    kPlanConfiguration = 401,
    kPlanWorkspace = 402,
    kKnobTypeOf = 600,
    kKnobValue = 601,
    kForwardAlpha = 700,
    kDataGradientAlpha = 706,
    kWeightGradientAlpha = 712,
    kGraphHandle = 800,
    kGraphOperations = 801,
    kTensorAlignment = 900,
    kTensorType = 901,
    kTensorDimensions = 902,
    kTensorStrides = 903,
    kTensorId = 906,
    kPackIds = 1000,
    kPackPointers = 1001,
    kPackWorkspace = 1003,
    kEngineGraph = 1300,
    kEngineIndex = 1301,
    kEngineNotes = 1303
};

// An operation's attributes lie one after the other, from alpha on; the tensors are w, x, y.
enum OperationAttribute { kAlpha, kBeta, kOptions, kFirstTensor };

struct Descriptor {
    int kind;
    bool finished = false;
    std::map<int, std::vector<int64_t>> values;  // enums, addresses and singles too, in the lowest bytes

    int64_t value(int attribute) const { return values.at(attribute)[0]; }
    const std::vector<int64_t>& all(int attribute) const { return values.at(attribute); }
    Descriptor* descriptor(int attribute) const { return reinterpret_cast<Descriptor*>(value(attribute)); }
};

// The first of an operation's attributes.
inline int first_attribute(int operation) {
    return operation == kForward        ? kForwardAlpha
           : operation == kDataGradient ? kDataGradientAlpha
                                        : kWeightGradientAlpha;
}

// The tensors of an operation, or their gradients.
struct Tensors {
    const Descriptor *x, *w, *y;
};
Tensors tensors(const Descriptor* operation);

// What is wrong with a descriptor that is to be finished, if anything: a status.
int check(const Descriptor* descriptor);

// An engine: what cuDNN says about it, and what it does.
struct Engine {
    int64_t number;
    std::vector<int64_t> notes;
    bool has_knob, capturable, right;
    int64_t workspace;
};
const Engine* engine(int64_t number);

// The engines for a graph, best first; none where a heuristic has none.
std::vector<int64_t> proposed(const Descriptor* graph, int64_t mode);

// Computes a graph of one operation at these addresses.
void compute(const Descriptor* operation, float* x, float* w, float* y, const Engine* engine);

}  // namespace schuss::emulation
