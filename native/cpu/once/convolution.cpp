// The C interface of convolutions.
#include "convolution.h"

#include <string.h>

#include <exception>

#include "cpu/error.h"

using schuss::fail;

void* schuss_convolution_prepare(int provider, int pass, int weights, const int64_t* sizes, int bias, int activation,
                                 float alpha, int64_t* bytes, int threads) try {
    schuss::ConvolutionShape shape{{}, pass, weights, bias != 0, activation, alpha, threads > 1 ? threads : 1};
    static_assert(sizeof shape.sizes == SCHUSS_CONVOLUTION_SIZES * sizeof(int64_t));
    memcpy(&shape.sizes, sizes, sizeof shape.sizes);
    if (pass < SCHUSS_CONVOLUTION || pass > SCHUSS_WEIGHT_GRADIENT) {
        fail("convolution: expected a pass of 0 to %d, got %d", SCHUSS_WEIGHT_GRADIENT, pass);
        return nullptr;
    }
    std::unique_ptr<schuss::PreparedProduct> prepared;
    switch (provider) {
        case SCHUSS_ONEDNN:
            prepared = schuss::prepare_convolution_onednn(shape);
            if (!prepared) prepared = schuss::prepare_convolution_ours(shape);
            break;
        case SCHUSS_OURS:
            prepared = schuss::prepare_convolution_ours(shape);
            break;
        default:
            fail("convolution: expected oneDNN or our own, got provider %d", provider);
    }
    if (prepared) {
        bytes[0] = prepared->scratch_bytes();
        bytes[1] = prepared->packed_bytes();
    }
    return prepared.release();
} catch (const std::exception& problem) {
    fail("convolution: %s", problem.what());
    return nullptr;
}
