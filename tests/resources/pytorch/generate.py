"""Writes layers.json and losses.json beside this file: what PyTorch, in double, makes of small cases.

    pip install torch==2.13.0 && python generate.py

A case names a layer or a loss in a small form of its own, {"layer": "conv2d", "filters": 5, "kernel": [3, 2]}, and has its
inputs, parameters and upstream gradient, and the outputs and gradients that PyTorch computes. Everything is channels last;
dense weights are (in, out), convolution weights (height, width, in / groups, out). Given numbers are odd multiples of 1/64,
which are exact in single precision and never at the kink of an activation.
"""

import json
import math
import pathlib
import random

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
HERE = pathlib.Path(__file__).parent


class Draw:
    """Numbers of a case, the same in every run."""

    def __init__(self, name):
        self.random = random.Random(name)

    def tensor(self, shape, spread=2.0, distinct=False):
        count = math.prod(shape)
        if distinct:  # no two alike: where a maximum decides
            numerators = self.random.sample(range(-4 * count - 1, 4 * count, 2), count)
        else:
            most = int(spread * 64)
            numerators = [self.random.randrange(-most // 2, most // 2) * 2 + 1 for _ in range(count)]
        return torch.tensor(numerators).reshape(shape) / 64


class Scope:
    """Hands parameters and states to layers by path, as the layers of the library ask for them."""

    def __init__(self, draw, training, path="", store=None, states=None):
        self.draw, self.training, self.path = draw, training, path
        self.parameters = {} if store is None else store
        self.states = {} if states is None else states

    def parameter(self, name, shape, around=0.0, spread=1.0):
        path = self.path + name
        if path not in self.parameters:
            value = self.draw.tensor(shape, spread) + around
            self.parameters[path] = value.requires_grad_()
        return self.parameters[path]

    def state(self, name, shape, around=0.0):
        path = self.path + name
        if path not in self.states:
            self.states[path] = self.draw.tensor(shape, 0.5) + around
        return self.states[path]

    def apply(self, name, spec, *x):
        inner = Scope(self.draw, self.training, self.path + name + "/", self.parameters, self.states)
        return LAYERS[spec["layer"]](inner, spec, *x)


# Layers: functions of (scope, spec, x), x channels last


def dense(scope, spec, x):
    y = x @ scope.parameter("weight", (x.shape[-1], spec["units"]))
    return y + scope.parameter("bias", (spec["units"],)) if spec.get("bias", True) else y


def channels_first(x):
    return x.movedim(-1, 1)


def channels_last(x):
    return x.movedim(1, -1)


def listed(value, axes):
    return list(value) if isinstance(value, list) else [value] * axes


def same_padding(size, kernel, stride, dilation):
    """As TensorFlow has it: ceil(size / stride) outputs, an odd rest of the padding at the end."""
    outputs = -(-size // stride)
    total = max((outputs - 1) * stride + (kernel - 1) * dilation + 1 - size, 0)
    return total // 2, total - total // 2


def paddings(spec, default, sizes, kernel, stride, dilation):
    """Pairs (before, after) for each spatial axis."""
    padding = spec.get("padding", default)
    axes = len(sizes)
    if padding == "same":
        return [same_padding(*p) for p in zip(sizes, kernel, stride, dilation)]
    if padding == "valid":
        return [(0, 0)] * axes
    if isinstance(padding, int):
        return [(padding, padding)] * axes
    return [(padding[2 * i], padding[2 * i + 1]) for i in range(axes)]


def pad(x, pairs, value=0.0):
    """Pads the spatial axes of a tensor with channels first."""
    flat = [amount for pair in reversed(pairs) for amount in pair]
    return F.pad(x, flat, value=value)


def window(spec, x, default_stride, default_padding):
    axes = x.dim() - 2
    kernel = listed(spec["kernel"], axes)
    stride = listed(spec.get("stride", default_stride or kernel), axes)
    dilation = listed(spec.get("dilation", 1), axes)
    pairs = paddings(spec, default_padding, list(x.shape[1:-1]), kernel, stride, dilation)
    return axes, kernel, stride, dilation, pairs


def convolution(scope, spec, x):
    axes, kernel, stride, dilation, pairs = window(spec, x, 1, "same")
    channels = x.shape[-1]
    groups = channels if spec.get("depthwise") else spec.get("groups", 1)
    filters = channels if spec.get("depthwise") else spec["filters"]
    weight = scope.parameter("weight", (*kernel, channels // groups, filters))
    bias = scope.parameter("bias", (filters,)) if spec.get("bias", True) else None
    first = weight.permute(axes + 1, axes, *range(axes))  # (out, in / groups, height, width)
    function = [None, F.conv1d, F.conv2d][axes]
    y = function(pad(channels_first(x), pairs), first, bias, stride, 0, dilation, groups)
    return channels_last(y)


def pool(function, value, scope, spec, x):
    axes, kernel, stride, _, pairs = window(spec, x, None, "valid")
    return channels_last(function[axes](pad(channels_first(x), pairs, value), kernel, stride))


def max_pool(scope, spec, x):
    return pool([None, F.max_pool1d, F.max_pool2d], -math.inf, scope, spec, x)


def average_pool(scope, spec, x):
    """The mean over those elements of a window that are no padding."""
    average = [None, F.avg_pool1d, F.avg_pool2d]
    return pool(average, 0.0, scope, spec, x) / pool(average, 0.0, scope, spec, torch.ones_like(x))


def spatial(x):
    return tuple(range(1, x.dim() - 1))


def batch_norm(scope, spec, x):
    width = x.shape[-1]
    scale = scope.parameter("scale", (width,), 1.0)
    shift = scope.parameter("shift", (width,))
    mean = scope.state("running_mean", (width,))
    variance = scope.state("running_variance", (width,), 1.0)
    y = F.batch_norm(
        channels_first(x) if x.dim() > 2 else x,
        mean,
        variance,
        scale,
        shift,
        scope.training,
        spec.get("momentum", 0.1),
        spec.get("epsilon", 1e-5),
    )
    return channels_last(y) if x.dim() > 2 else y


def layer_norm(scope, spec, x):
    width = x.shape[-1]
    scale = scope.parameter("scale", (width,), 1.0)
    return F.layer_norm(x, (width,), scale, scope.parameter("shift", (width,)), spec.get("epsilon", 1e-5))


def group_norm(scope, spec, x):
    width = x.shape[-1]
    scale = scope.parameter("scale", (width,), 1.0)
    shift = scope.parameter("shift", (width,))
    return channels_last(F.group_norm(channels_first(x), spec["groups"], scale, shift, spec.get("epsilon", 1e-5)))


def embedding(scope, spec, x):
    return F.embedding(x.long(), scope.parameter("weight", (spec["count"], spec["size"])))


def sequential(scope, spec, x):
    for i, layer in enumerate(spec["layers"]):
        x = scope.apply(f"{i}.{CLASS_NAMES[layer['layer']]}", layer, x)
    return x


def elementwise(function):
    return lambda scope, spec, x: function(x, spec)


LAYERS = {
    "dense": dense,
    "conv1d": convolution,
    "conv2d": convolution,
    "max_pool": max_pool,
    "average_pool": average_pool,
    "global_average_pool": lambda scope, spec, x: x.mean(spatial(x)),
    "global_max_pool": lambda scope, spec, x: x.amax(spatial(x)),
    "batch_norm": batch_norm,
    "layer_norm": layer_norm,
    "group_norm": group_norm,
    "embedding": embedding,
    "sequential": sequential,
    "flatten": elementwise(lambda x, spec: x.flatten(1)),
    "relu": elementwise(lambda x, spec: F.relu(x)),
    "leaky_relu": elementwise(lambda x, spec: F.leaky_relu(x, spec["slope"])),
    "sigmoid": elementwise(lambda x, spec: torch.sigmoid(x)),
    "tanh": elementwise(lambda x, spec: torch.tanh(x)),
    "elu": elementwise(lambda x, spec: F.elu(x, spec["alpha"])),
    "selu": elementwise(lambda x, spec: F.selu(x)),
    "silu": elementwise(lambda x, spec: F.silu(x)),
    "gelu": elementwise(lambda x, spec: F.gelu(x, approximate=spec.get("approximate", "none"))),
    "softplus": elementwise(lambda x, spec: F.softplus(x, threshold=1e9)),
    "hard_sigmoid": elementwise(lambda x, spec: F.hardsigmoid(x)),
    "softmax": elementwise(lambda x, spec: F.softmax(x, -1)),
    "log_softmax": elementwise(lambda x, spec: F.log_softmax(x, -1)),
}

CLASS_NAMES = {"dense": "dense", "relu": "relu", "tanh": "tanh"}
DISTINCT = {"max_pool", "global_max_pool", "maxout"}


def kinds(spec):
    yield spec["layer"]
    for inner in spec.get("layers", []) + [spec[key] for key in ("inner", "shortcut") if key in spec]:
        yield from kinds(inner)


# Cases


def layer_cases():
    cases = []

    def case(spec, *shape, training=True, spread=2.0):
        cases.append((spec, shape, training, spread))

    case({"layer": "dense", "units": 1}, 1, 1)
    case({"layer": "dense", "units": 3}, 7, 5)
    case({"layer": "dense", "units": 2, "bias": False}, 1, 6)
    case({"layer": "dense", "units": 3}, 2, 3, 5)
    case({"layer": "sequential", "layers": [{"layer": "dense", "units": 4}, {"layer": "tanh"}, {"layer": "dense", "units": 2}]}, 3, 5)

    conv = {"layer": "conv2d"}
    case({**conv, "filters": 1, "kernel": [1, 1]}, 1, 1, 1, 1)
    case({**conv, "filters": 4, "kernel": [1, 1]}, 2, 3, 5, 3)
    case({**conv, "filters": 3, "kernel": [1, 1], "stride": [2, 3]}, 2, 5, 7, 2)
    case({**conv, "filters": 2, "kernel": [3, 3]}, 2, 5, 4, 3)
    case({**conv, "filters": 2, "kernel": [3, 3], "bias": False}, 1, 3, 4, 2)
    case({**conv, "filters": 3, "kernel": [3, 3], "padding": "valid"}, 2, 5, 7, 1)
    case({**conv, "filters": 2, "kernel": [2, 2]}, 2, 5, 5, 2)
    case({**conv, "filters": 2, "kernel": [4, 2]}, 1, 6, 5, 2)
    case({**conv, "filters": 2, "kernel": [3, 2], "stride": [2, 1]}, 2, 5, 7, 2)
    case({**conv, "filters": 2, "kernel": [2, 3], "stride": [3, 2]}, 2, 7, 8, 2)
    case({**conv, "filters": 2, "kernel": [4, 4], "stride": [2, 2]}, 1, 7, 6, 2)
    case({**conv, "filters": 2, "kernel": [5, 5]}, 1, 3, 2, 2)
    case({**conv, "filters": 2, "kernel": [3, 3], "padding": 1, "stride": [2, 2]}, 2, 6, 5, 2)
    case({**conv, "filters": 2, "kernel": [3, 2], "padding": [0, 2, 1, 0]}, 1, 4, 5, 3)
    case({**conv, "filters": 3, "kernel": [2, 3], "padding": [1, 0, 0, 2], "stride": [2, 3]}, 2, 5, 7, 2)
    case({**conv, "filters": 2, "kernel": [3, 3], "dilation": [2, 2]}, 1, 6, 7, 2)
    case({**conv, "filters": 2, "kernel": [2, 3], "dilation": [3, 2], "padding": "valid"}, 1, 7, 8, 2)
    case({**conv, "filters": 2, "kernel": [3, 3], "dilation": [2, 1], "stride": [2, 2]}, 1, 7, 6, 2)
    case({**conv, "filters": 6, "kernel": [3, 3], "groups": 2}, 2, 4, 5, 4)
    case({**conv, "filters": 6, "kernel": [2, 3], "groups": 3, "stride": [2, 2], "padding": "valid"}, 1, 5, 7, 3)
    case({**conv, "filters": 4, "kernel": [3, 2], "groups": 2, "dilation": [1, 2], "bias": False}, 1, 4, 6, 6)
    case({**conv, "depthwise": True, "kernel": [3, 3]}, 2, 4, 5, 3)
    case({**conv, "depthwise": True, "kernel": [3, 3], "stride": [2, 2], "padding": "valid"}, 1, 6, 7, 5)
    case({**conv, "depthwise": True, "kernel": [2, 3], "dilation": [2, 2]}, 1, 5, 6, 2)

    conv = {"layer": "conv1d"}
    case({**conv, "filters": 3, "kernel": 1}, 2, 5, 2)
    case({**conv, "filters": 2, "kernel": 3}, 2, 7, 3)
    case({**conv, "filters": 2, "kernel": 4, "stride": 3, "padding": "valid"}, 1, 11, 2)
    case({**conv, "filters": 4, "kernel": 3, "dilation": 2, "groups": 2}, 2, 6, 4)

    pool = {"layer": "max_pool"}
    case({**pool, "kernel": [2, 2]}, 2, 4, 6, 3)
    case({**pool, "kernel": [2, 2]}, 1, 5, 7, 2)
    case({**pool, "kernel": [3, 3], "stride": [2, 2]}, 2, 7, 6, 1)
    case({**pool, "kernel": [3, 2], "stride": [1, 2], "padding": "same"}, 1, 5, 5, 2)
    case({**pool, "kernel": [3, 3], "stride": [2, 2], "padding": 1}, 1, 6, 5, 2)
    case({**pool, "kernel": [2], "layer": "max_pool"}, 2, 7, 3)
    case({**pool, "kernel": [3], "stride": [2], "padding": "same"}, 1, 8, 2)
    pool = {"layer": "average_pool"}
    case({**pool, "kernel": [2, 2]}, 2, 4, 6, 3)
    case({**pool, "kernel": [3, 2]}, 1, 7, 5, 2)
    case({**pool, "kernel": [3, 3], "stride": [2, 2]}, 2, 7, 6, 1)
    case({**pool, "kernel": [3, 2], "stride": [1, 2], "padding": "same"}, 1, 5, 5, 2)
    case({**pool, "kernel": [3, 3], "stride": [2, 2], "padding": 1}, 1, 6, 5, 2)
    case({**pool, "kernel": [2]}, 2, 7, 3)
    case({**pool, "kernel": [3], "stride": [2], "padding": "same"}, 1, 8, 2)
    for name in ("global_average_pool", "global_max_pool"):
        case({"layer": name}, 2, 3, 5, 3)
        case({"layer": name}, 3, 7, 2)

    norm = {"layer": "batch_norm"}
    for training in (True, False):
        case(norm, 5, 3, training=training)
        case(norm, 2, 7, training=training)
        case(norm, 2, 3, 5, 3, training=training)
        case({**norm, "epsilon": 0.01}, 3, 4, 2, training=training)
    case({**norm, "momentum": 0.3}, 7, 2)
    case(norm, 1, 3, 2, 2)
    for shape in ((3, 5), (1, 2), (2, 3, 4), (2, 2, 3, 5)):
        case({"layer": "layer_norm"}, *shape)
    case({"layer": "layer_norm", "epsilon": 0.1}, 2, 7)
    case({"layer": "group_norm", "groups": 1}, 2, 3, 2, 4)
    case({"layer": "group_norm", "groups": 2}, 2, 3, 2, 6)
    case({"layer": "group_norm", "groups": 3}, 3, 5, 3)
    case({"layer": "group_norm", "groups": 2, "epsilon": 0.1}, 3, 8)

    for spec in (
        {"layer": "relu"},
        {"layer": "leaky_relu", "slope": 0.01},
        {"layer": "leaky_relu", "slope": 0.3},
        {"layer": "sigmoid"},
        {"layer": "tanh"},
        {"layer": "elu", "alpha": 1.0},
        {"layer": "elu", "alpha": 0.5},
        {"layer": "selu"},
        {"layer": "silu"},
        {"layer": "gelu"},
        {"layer": "gelu", "approximate": "tanh"},
        {"layer": "softplus"},
        {"layer": "hard_sigmoid"},
        {"layer": "softmax"},
        {"layer": "log_softmax"},
    ):
        case(spec, 3, 11, spread=8.0)
    for spec in ({"layer": "softmax"}, {"layer": "log_softmax"}):
        case(spec, 2, 3, 5)
        case(spec, 2, 1)
    return cases


# Files


def tensor(x):
    return {"shape": list(x.shape), "data": x.detach().flatten().tolist()}


def layer_case(spec, shape, training, spread):
    name = " ".join([json.dumps(spec), str(list(shape)), "training" if training else "evaluation"])
    draw = Draw(name)
    scope = Scope(draw, training)
    x = draw.tensor(shape, spread, distinct=not DISTINCT.isdisjoint(kinds(spec))).requires_grad_()
    LAYERS[spec["layer"]](scope, spec, x)  # draws parameters and states
    before = {path: state.clone() for path, state in scope.states.items()}
    for path, state in before.items():
        scope.states[path].copy_(state)
    fresh = Scope(draw, training, "", scope.parameters, {path: s.clone() for path, s in draw_states(name, spec, shape, spread)})
    y = LAYERS[spec["layer"]](fresh, spec, x)
    return name, x, y, fresh


if __name__ == "__main__":
    pass
