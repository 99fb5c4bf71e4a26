/** Internal: element-wise formulas on a GPU, compiled at run time by NVRTC, or interpreted where NVRTC is missing. */
package schuss.backend.cuda.pointwise;
