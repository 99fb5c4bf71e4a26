// The part of the C interface that all products share.
#include "product.h"

#include <exception>

#include "cpu/error.h"

void* schuss_product_bind(void* prepared, const float* a, const float* b, const float* bias, float* c,
                          void* scratch) try {
    return ((schuss::PreparedProduct*)prepared)->bind({a, b, bias, c, scratch}).release();
} catch (const std::exception& problem) {
    schuss::fail("product bind: %s", problem.what());
    return nullptr;
}

int schuss_product_run(void* bound) { return ((schuss::BoundProduct*)bound)->run(); }

void schuss_product_unbind(void* bound) { delete (schuss::BoundProduct*)bound; }

void schuss_product_release(void* prepared) { delete (schuss::PreparedProduct*)prepared; }
