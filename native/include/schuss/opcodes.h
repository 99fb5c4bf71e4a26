// What the instructions of a pointwise expression do, and what its inputs and outputs are made of. Java mirrors the
// order.
#pragma once

enum SchussOpcode {
    SCHUSS_ADD,
    SCHUSS_SUB,
    SCHUSS_MUL,
    SCHUSS_DIV,
    SCHUSS_MAX,  // NaN if either is
    SCHUSS_MIN,
    SCHUSS_POW,
    SCHUSS_GREATER,  // 1 or 0
    SCHUSS_EQUAL,
    SCHUSS_NOT_EQUAL,
    SCHUSS_GREATER_EQUAL,
    SCHUSS_AND,
    SCHUSS_OR,  // the last of two operands
    SCHUSS_NEG,
    SCHUSS_ABS,
    SCHUSS_EXP,
    SCHUSS_LOG,
    SCHUSS_LOG1P,
    SCHUSS_EXPM1,
    SCHUSS_SQRT,
    SCHUSS_RECIPROCAL,
    SCHUSS_SQUARE,
    SCHUSS_TANH,
    SCHUSS_SIGMOID,
    SCHUSS_ERF,
    SCHUSS_SOFTPLUS,
    SCHUSS_RELU,
    SCHUSS_STEP,  // 1 where a > 0, else 0
    SCHUSS_SIGN,
    SCHUSS_NOT,
    SCHUSS_SIN,
    SCHUSS_COS,
    SCHUSS_FLOOR,
    SCHUSS_COPY,
    SCHUSS_WHERE,  // a != 0 ? b : c
    SCHUSS_OPCODES
};

enum SchussType { SCHUSS_F32, SCHUSS_U8, SCHUSS_I32, SCHUSS_BOOL, SCHUSS_BF16, SCHUSS_I64, SCHUSS_TYPES };
