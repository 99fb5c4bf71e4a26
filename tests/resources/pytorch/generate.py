"""Writes layers.json, losses.json and optimizers.json beside this file: what PyTorch, in double, makes of small cases.

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

    def __init__(self, draw, training, path="", outer=None):
        self.draw, self.training, self.path = draw, training, path
        self.parameters = outer.parameters if outer else {}
        self.before = outer.before if outer else {}  # states
        self.after = outer.after if outer else {}

    def parameter(self, name, shape, around=0.0):
        value = (self.draw.tensor(shape, 1.0) + around).requires_grad_()
        self.parameters[self.path + name] = value
        return value

    def state(self, name, shape, around=0.0):
        """A tensor that the layer changes in place."""
        value = self.draw.tensor(shape, 0.5) + around
        self.before[self.path + name] = value
        self.after[self.path + name] = value.clone()
        return self.after[self.path + name]

    def apply(self, name, spec, x):
        return forward(Scope(self.draw, self.training, self.path + name + "/", self), spec, x)


def forward(scope, spec, x):
    return LAYERS[spec["layer"]](scope, spec, x)


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
    filters = channels * spec["filters"] if spec.get("depthwise") else spec["filters"]
    weight = scope.parameter("weight", (*[1] * (2 - axes), *kernel, channels // groups, filters))
    weight = weight if axes == 2 else weight[0]
    bias = scope.parameter("bias", (filters,)) if spec.get("bias", True) else None
    first = weight.permute(axes + 1, axes, *range(axes))  # (out, in / groups, height, width)
    function = [None, F.conv1d, F.conv2d][axes]
    y = function(pad(channels_first(x), pairs), first, bias, stride, 0, dilation, groups)
    return channels_last(y)


def transposed_convolution(scope, spec, x):
    kernel, stride, dilation = spec["kernel"], spec.get("stride", 1), spec.get("dilation", 1)
    groups, filters = spec.get("groups", 1), spec["filters"]
    extent = (kernel - 1) * dilation + 1
    weight = scope.parameter("weight", (kernel, kernel, filters // groups, x.shape[-1]))
    bias = scope.parameter("bias", (filters,)) if spec.get("bias", True) else None
    sizes = [stride * size for size in x.shape[1:-1]]
    pairs = paddings(spec, "valid", sizes, [kernel] * 2, [stride] * 2, [dilation] * 2)
    rest = max(stride - extent, 0) if spec.get("padding") == "same" else spec.get("output_padding", 0)
    first = weight.permute(3, 2, 0, 1)  # (in, out / groups, height, width)
    y = F.conv_transpose2d(channels_first(x), first, bias, stride, 0, rest, groups, dilation)
    (top, bottom), (left, right) = pairs
    return channels_last(y[:, :, top : y.shape[2] - bottom, left : y.shape[3] - right])


def pool(function, value, scope, spec, x):
    axes, kernel, stride, _, pairs = window(spec, x, None, "valid")
    return channels_last(function[axes](pad(channels_first(x), pairs, value), kernel, stride))


def max_pool(scope, spec, x):
    return pool([None, F.max_pool1d, F.max_pool2d], -math.inf, scope, spec, x)


def average_pool(scope, spec, x):
    """The mean over those elements of a window that are no padding, unless padding counts."""
    average = [None, F.avg_pool1d, F.avg_pool2d]
    if spec.get("count_padding"):
        return pool(average, 0.0, scope, spec, x)
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


def named(i, spec):
    return f"{i}.{spec['layer'].replace('_', '')}"


def sequential(scope, spec, x):
    for i, layer in enumerate(spec["layers"]):
        x = scope.apply(named(i, layer), layer, x)
    return x


def residual(scope, spec, x):
    past = scope.apply("shortcut", spec["shortcut"], x) if "shortcut" in spec else x
    return scope.apply("inner", spec["inner"], x) + past


def concatenate(scope, spec, x):
    return torch.cat([scope.apply(named(i, layer), layer, x) for i, layer in enumerate(spec["layers"])], -1)


def maxout(scope, spec, x):
    units, pieces = spec["units"], spec["pieces"]
    y = dense(scope, {"units": units * pieces}, x)
    return y.unflatten(-1, (pieces, units)).amax(-2)


def prelu(scope, spec, x):
    slope = scope.parameter("slope", (x.shape[-1],))
    return channels_last(F.prelu(channels_first(x), slope))


def pad_all(x, before, after):
    flat = [amount for pair in zip(reversed(before), reversed(after)) for amount in pair]
    return F.pad(x, flat)


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
    "conv_transpose2d": transposed_convolution,
    "sequential": sequential,
    "residual": residual,
    "concatenate": concatenate,
    "maxout": maxout,
    "prelu": prelu,
    "slice": elementwise(lambda x, spec: x.narrow(spec["axis"], spec["begin"], spec["end"] - spec["begin"])),
    "pad": elementwise(lambda x, spec: pad_all(x, spec["before"], spec["after"])),
    "transpose": elementwise(lambda x, spec: x.permute(spec["axes"])),
    "sum": elementwise(lambda x, spec: x.sum(spec["axes"])),
    "mean": elementwise(lambda x, spec: x.mean(spec["axes"])),
    "max": elementwise(lambda x, spec: x.amax(spec["axes"])),
    "min": elementwise(lambda x, spec: x.amin(spec["axes"])),
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
    # not F.hardsigmoid, whose slope is a sixth in single precision even in double
    "hard_sigmoid": elementwise(lambda x, spec: (x / 6 + 0.5).clamp(0, 1)),
    "softmax": elementwise(lambda x, spec: F.softmax(x, -1)),
    "log_softmax": elementwise(lambda x, spec: F.log_softmax(x, -1)),
}

DISTINCT = {"max_pool", "global_max_pool", "max", "min"}


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
    case({**conv, "depthwise": True, "filters": 1, "kernel": [3, 3]}, 2, 4, 5, 3)
    case({**conv, "depthwise": True, "filters": 1, "kernel": [3, 3], "stride": [2, 2], "padding": "valid"}, 1, 6, 7, 5)
    case({**conv, "depthwise": True, "filters": 1, "kernel": [2, 3], "dilation": [2, 2]}, 1, 5, 6, 2)

    case({**conv, "depthwise": True, "filters": 2, "kernel": [2, 2], "stride": [2, 2]}, 1, 5, 4, 3)

    conv = {"layer": "conv_transpose2d"}
    case({**conv, "filters": 3, "kernel": 1}, 2, 3, 2, 2)
    case({**conv, "filters": 2, "kernel": 3}, 2, 3, 4, 3)
    case({**conv, "filters": 2, "kernel": 2, "stride": 2}, 1, 3, 4, 3)
    case({**conv, "filters": 3, "kernel": 4, "stride": 2, "padding": 1, "bias": False}, 1, 3, 2, 2)
    case({**conv, "filters": 2, "kernel": 3, "stride": 3, "padding": [0, 1, 1, 0], "output_padding": 2}, 1, 3, 2, 2)
    case({**conv, "filters": 2, "kernel": 3, "stride": 2, "padding": "same"}, 2, 3, 4, 2)
    case({**conv, "filters": 2, "kernel": 1, "stride": 2, "padding": "same"}, 1, 3, 2, 2)
    case({**conv, "filters": 2, "kernel": 3, "dilation": 2, "stride": 2}, 1, 3, 2, 2)
    case({**conv, "filters": 4, "kernel": 3, "stride": 2, "groups": 2, "padding": 1}, 1, 3, 4, 6)

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
    case({**pool, "kernel": [2]}, 2, 7, 3)
    case({**pool, "kernel": [3], "stride": [2], "padding": "same"}, 1, 8, 2)
    pool = {"layer": "average_pool"}
    case({**pool, "kernel": [2, 2]}, 2, 4, 6, 3)
    case({**pool, "kernel": [3, 2]}, 1, 7, 5, 2)
    case({**pool, "kernel": [3, 3], "stride": [2, 2]}, 2, 7, 6, 1)
    case({**pool, "kernel": [3, 2], "stride": [1, 2], "padding": "same"}, 1, 5, 5, 2)
    case({**pool, "kernel": [3, 3], "stride": [2, 2], "padding": 1}, 1, 6, 5, 2)
    case({**pool, "kernel": [2]}, 2, 7, 3)
    case({**pool, "kernel": [3], "stride": [2], "padding": "same"}, 1, 8, 2)
    case({**pool, "kernel": [3, 2], "stride": [2, 1], "padding": [1, 1, 1, 0], "count_padding": True}, 1, 6, 5, 2)
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
    case({"layer": "prelu"}, 3, 5)
    case({"layer": "prelu"}, 2, 3, 2, 3)
    case({"layer": "maxout", "units": 3, "pieces": 2}, 4, 5)
    case({"layer": "maxout", "units": 2, "pieces": 3}, 2, 3, 2)
    case({"layer": "embedding", "count": 5, "size": 3}, 7)
    case({"layer": "embedding", "count": 3, "size": 2}, 2, 5)

    block = {"layer": "sequential", "layers": [{"layer": "dense", "units": 4}, {"layer": "tanh"}, {"layer": "dense", "units": 3}]}
    case({"layer": "residual", "inner": {"layer": "dense", "units": 5}}, 2, 5)
    case({"layer": "residual", "inner": block}, 3, 3)
    case({"layer": "residual", "inner": block, "shortcut": {"layer": "dense", "units": 3, "bias": False}}, 2, 6)
    small = {"layer": "conv2d", "filters": 2, "kernel": [3, 3]}
    down = {"layer": "conv2d", "filters": 2, "kernel": [1, 1], "stride": [2, 2], "bias": False}
    case({"layer": "residual", "inner": {**small, "stride": [2, 2]}, "shortcut": down}, 2, 5, 4, 3)
    normed = {"layer": "sequential", "layers": [small, {"layer": "batch_norm"}, {"layer": "silu"}]}
    case({"layer": "residual", "inner": normed}, 2, 3, 4, 2)
    case({"layer": "concatenate", "layers": [{"layer": "dense", "units": 3}, {"layer": "dense", "units": 1}]}, 3, 4)
    case({"layer": "concatenate", "layers": [small, down | {"stride": 1}, {"layer": "tanh"}]}, 1, 4, 3, 3)

    case({"layer": "slice", "axis": 1, "begin": 1, "end": 3}, 2, 5)
    case({"layer": "slice", "axis": 2, "begin": 0, "end": 1}, 2, 3, 4)
    case({"layer": "slice", "axis": 0, "begin": 1, "end": 3}, 4, 3)
    case({"layer": "pad", "before": [0, 1], "after": [0, 2]}, 2, 3)
    case({"layer": "pad", "before": [0, 1, 0, 2], "after": [0, 0, 3, 0]}, 2, 2, 3, 2)
    case({"layer": "transpose", "axes": [0, 2, 1]}, 2, 3, 5)
    case({"layer": "transpose", "axes": [2, 0, 3, 1]}, 2, 3, 2, 5)
    for name in ("sum", "mean", "max", "min"):
        case({"layer": name, "axes": [1]}, 3, 7)
        case({"layer": name, "axes": [1, 2]}, 2, 3, 5, 2)
        case({"layer": name, "axes": [0]}, 5, 3)
        case({"layer": name, "axes": [1, 3]}, 2, 3, 2, 5)
    return cases


# Losses: functions of (spec, output, target), all of which are means over the batch


def cross_entropy(spec, output, target):
    weight = torch.tensor(spec["weights"]) if "weights" in spec else None
    ignored = spec.get("ignored", -100)
    return F.cross_entropy(
        channels_first(output),
        target.long(),
        weight,
        ignore_index=ignored,
        label_smoothing=spec.get("smoothing", 0.0),
    )


def negative_log_likelihood(spec, output, target):
    weight = torch.tensor(spec["weights"]) if "weights" in spec else None
    return F.nll_loss(channels_first(output), target.long(), weight, ignore_index=spec.get("ignored", -100))


def soft_cross_entropy(spec, output, target):
    return F.cross_entropy(
        channels_first(output), channels_first(target), label_smoothing=spec.get("smoothing", 0.0)
    )


def kl_divergence(spec, output, target):
    rows = output.shape[:-1].numel()
    return F.kl_div(output, target, reduction="sum") / rows


def log_squares(spec, output, target):
    return F.mse_loss(torch.log1p(F.relu(output)), torch.log1p(F.relu(target)))


def weighted_mean(spec, output, target, weights):
    """sum(w loss) / sum(w) over examples; with class weights or ignored labels they multiply."""
    kind, count = spec["loss"], len(weights)
    if kind == "cross_entropy":
        classes = torch.tensor(spec.get("weights", [1.0] * output.shape[-1]))
        counts = (target != spec.get("ignored", -100)) * classes[target.long().clamp(0)]
        losses = F.cross_entropy(channels_first(output), target.long(), classes, ignore_index=spec.get("ignored", -100), reduction="none")
        plain = "weights" not in spec and "ignored" not in spec
        if plain:
            losses, counts = losses.reshape(count, -1).mean(1), torch.ones(count)
        else:
            losses, counts = losses.reshape(count, -1).sum(1), counts.reshape(count, -1).sum(1)
        return (weights * losses).sum() / (weights * counts).sum()
    function = {"mse": F.mse_loss, "bce": F.binary_cross_entropy_with_logits, "mae": F.l1_loss}[kind]
    losses = function(output, target, reduction="none").reshape(count, -1).mean(1)
    return (weights * losses).sum() / weights.sum()


LOSSES = {
    "mse": lambda spec, y, t: F.mse_loss(y, t),
    "mae": lambda spec, y, t: F.l1_loss(y, t),
    "msle": log_squares,
    "huber": lambda spec, y, t: F.huber_loss(y, t, delta=spec["delta"]),
    "smooth_l1": lambda spec, y, t: F.smooth_l1_loss(y, t, beta=spec["beta"]),
    "hinge": lambda spec, y, t: F.relu(1 - y * t).mean(),
    "squared_hinge": lambda spec, y, t: F.relu(1 - y * t).square().mean(),
    "bce": lambda spec, y, t: F.binary_cross_entropy_with_logits(y, t),
    "bce_probabilities": lambda spec, y, t: F.binary_cross_entropy(y, t),
    "cross_entropy": cross_entropy,
    "nll": negative_log_likelihood,
    "soft_cross_entropy": soft_cross_entropy,
    "kl": kl_divergence,
}


def loss_cases():
    cases = []

    def case(spec, *shape, weighted=False):
        cases.append((spec, shape, weighted))

    for spec in (
        {"loss": "mse"},
        {"loss": "mae"},
        {"loss": "msle"},
        {"loss": "huber", "delta": 1.0},
        {"loss": "huber", "delta": 0.3},
        {"loss": "smooth_l1", "beta": 1.0},
        {"loss": "smooth_l1", "beta": 0.7},
        {"loss": "hinge"},
        {"loss": "squared_hinge"},
        {"loss": "bce"},
        {"loss": "bce_probabilities"},
        {"loss": "kl"},
        {"loss": "soft_cross_entropy"},
        {"loss": "soft_cross_entropy", "smoothing": 0.2},
        {"loss": "cross_entropy"},
        {"loss": "cross_entropy", "smoothing": 0.1},
        {"loss": "nll"},
    ):
        case(spec, 5, 3)
        case(spec, 1, 4)
        case(spec, 3, 2, 5)
    weights = [0.5, 2.0, 1.25]
    for loss in ("cross_entropy", "nll"):
        for options in ({"weights": weights}, {"ignored": 1}, {"ignored": -1}, {"weights": weights, "ignored": 0}):
            case({"loss": loss, **options}, 7, 3)
            case({"loss": loss, **options}, 2, 5, 3)
    case({"loss": "cross_entropy", "smoothing": 0.3, "weights": weights}, 5, 3)
    case({"loss": "cross_entropy", "smoothing": 0.3, "weights": weights, "ignored": 2}, 2, 4, 3)
    for spec in (
        {"loss": "mse"},
        {"loss": "mae"},
        {"loss": "bce"},
        {"loss": "cross_entropy"},
        {"loss": "cross_entropy", "weights": weights, "ignored": 1},
    ):
        case(spec, 5, 3, weighted=True)
        case(spec, 3, 2, 3, weighted=True)
    return cases


def targets(spec, draw, shape):
    kind = spec["loss"]
    if kind in ("cross_entropy", "nll"):
        labels = [draw.random.randrange(shape[-1]) for _ in range(math.prod(shape[:-1]))]
        if "ignored" in spec:
            labels[1] = spec["ignored"]
        return torch.tensor(labels).reshape(shape[:-1])
    if kind in ("soft_cross_entropy", "kl"):  # distributions in 64ths, which may have zeros
        rows = []
        for _ in range(math.prod(shape[:-1])):
            cuts = sorted(draw.random.randrange(65) for _ in range(shape[-1] - 1))
            rows.append([b - a for a, b in zip([0] + cuts, cuts + [64])])
        return torch.tensor(rows).reshape(shape) / 64.0
    if kind in ("hinge", "squared_hinge"):
        return torch.sign(draw.tensor(shape))
    if kind.startswith("bce"):
        return torch.tensor([draw.random.randrange(65) for _ in range(math.prod(shape))]).reshape(shape) / 64.0
    return draw.tensor(shape)


def loss_case(spec, shape, weighted):
    name = f"{json.dumps(spec)} {list(shape)}{' weighted' if weighted else ''}"
    draw = Draw(name)
    probabilities = spec["loss"] == "bce_probabilities"
    output = draw.tensor(shape, 1.0 if probabilities else 3.0)
    output = (output.abs() if probabilities else output).requires_grad_()
    target = targets(spec, draw, shape)
    if weighted:
        weights = torch.tensor([draw.random.randrange(1, 129) for _ in range(shape[0])]) / 64
        loss = weighted_mean(spec, output, target, weights)
    else:
        loss = LOSSES[spec["loss"]](spec, output, target)
    loss.backward()
    case = {
        "name": name,
        "loss": spec,
        "output": tensor(output),
        "target": tensor(target),
        "value": loss.item(),
        "dOutput": tensor(output.grad),
    }
    return {**case, "exampleWeights": tensor(weights)} if weighted else case


# Files


def tensor(x):
    return {"shape": list(x.shape), "data": x.detach().flatten().tolist()}


def tensors(values):
    return {path: tensor(value) for path, value in values.items()}


def layer_case(spec, shape, training, spread):
    name = f"{json.dumps(spec)} {list(shape)} {'training' if training else 'evaluation'}"
    draw = Draw(name)
    scope = Scope(draw, training)
    if spec["layer"] == "embedding":
        x = torch.tensor([draw.random.randrange(spec["count"]) for _ in range(math.prod(shape))]).reshape(shape)
    else:
        x = draw.tensor(shape, spread, distinct=not DISTINCT.isdisjoint(kinds(spec))).requires_grad_()
    y = forward(scope, spec, x)
    dy = draw.tensor(y.shape, 1.0)
    y.backward(dy)
    case = {
        "name": name,
        "layer": spec,
        "training": training,
        "input": tensor(x),
        "parameters": tensors(scope.parameters),
        "states": tensors(scope.before),
        "dOutput": tensor(dy),
        "output": tensor(y),
        "dParameters": tensors({path: value.grad for path, value in scope.parameters.items()}),
        "statesAfter": tensors(scope.after),
    }
    if x.grad is not None:
        case["dInput"] = tensor(x.grad)
    return {key: value for key, value in case.items() if value != {}}


# Optimisers: a few steps along given gradients


def optimizer_cases():
    rate = {"rate": 0.1}
    yield "sgd", {**rate}, lambda p: torch.optim.SGD(p, 0.1)
    yield "sgd", {**rate, "decay": 0.25}, lambda p: torch.optim.SGD(p, 0.1, weight_decay=0.25)
    yield "momentum", {**rate, "momentum": 0.9}, lambda p: torch.optim.SGD(p, 0.1, 0.9)
    yield "momentum", {**rate, "momentum": 0.5, "nesterov": True, "decay": 0.25}, lambda p: torch.optim.SGD(
        p, 0.1, 0.5, nesterov=True, weight_decay=0.25
    )
    for name, function in (("adam", torch.optim.Adam), ("adamw", torch.optim.AdamW)):
        for decay in (0.0, 0.25):
            for amsgrad in (False, True):
                yield name, {**rate, "decay": decay, "amsgrad": amsgrad}, lambda p, f=function, d=decay, a=amsgrad: f(
                    p, 0.1, (0.9, 0.999), weight_decay=d, amsgrad=a
                )
        yield name, {**rate, "betas": [0.5, 0.75], "epsilon": 0.125, "decay": 0.0}, lambda p, f=function: f(
            p, 0.1, (0.5, 0.75), 0.125, weight_decay=0
        )
    yield "nadam", {**rate}, lambda p: torch.optim.NAdam(p, 0.1)
    yield "nadam", {**rate, "betas": [0.5, 0.75], "epsilon": 0.125, "momentum_decay": 0.25}, lambda p: torch.optim.NAdam(
        p, 0.1, (0.5, 0.75), 0.125, momentum_decay=0.25
    )
    yield "radam", {**rate}, lambda p: torch.optim.RAdam(p, 0.1)
    yield "radam", {**rate, "betas": [0.5, 0.75], "decay": 0.25}, lambda p: torch.optim.RAdam(
        p, 0.1, (0.5, 0.75), weight_decay=0.25
    )
    yield "adamax", {**rate, "decay": 0.25}, lambda p: torch.optim.Adamax(p, 0.1, weight_decay=0.25)
    yield "adagrad", {**rate}, lambda p: torch.optim.Adagrad(p, 0.1)
    yield "adagrad", {**rate, "initial": 0.5, "epsilon": 0.125, "decay": 0.25}, lambda p: torch.optim.Adagrad(
        p, 0.1, weight_decay=0.25, initial_accumulator_value=0.5, eps=0.125
    )
    yield "adadelta", {"rate": 1.0, "decay": 0.25}, lambda p: torch.optim.Adadelta(p, 1.0, weight_decay=0.25)
    yield "adadelta", {"rate": 0.5, "rho": 0.5, "epsilon": 0.125}, lambda p: torch.optim.Adadelta(p, 0.5, 0.5, 0.125)
    yield "rmsprop", {**rate, "decay": 0.25}, lambda p: torch.optim.RMSprop(p, 0.1, weight_decay=0.25)
    yield "rmsprop", {**rate, "alpha": 0.5, "epsilon": 0.125, "centred": True, "momentum": 0.75}, lambda p: torch.optim.RMSprop(
        p, 0.1, 0.5, 0.125, momentum=0.75, centered=True
    )
    yield "rprop", {**rate}, lambda p: torch.optim.Rprop(p, 0.1)
    yield "rprop", {**rate, "factors": [0.25, 1.5], "sizes": [0.03125, 0.125]}, lambda p: torch.optim.Rprop(
        p, 0.1, (0.25, 1.5), (0.03125, 0.125)
    )


def optimizer_case(name, options, make):
    form = {"optimizer": name, **options}
    draw = Draw(json.dumps(form))
    parameter = draw.tensor((5,)).requires_grad_()
    case = {"name": json.dumps(form), "optimizer": form, "start": parameter.tolist(), "gradients": [], "after": []}
    optimizer = make([parameter])
    for _ in range(8):
        parameter.grad = draw.tensor((5,))
        case["gradients"].append(parameter.grad.tolist())
        optimizer.step()
        case["after"].append(parameter.tolist())
    return case


def write(file, cases):
    note = f"Written by generate.py with PyTorch {torch.__version__} in double."
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (HERE / file).write_text(f'{{"note":"{note}","cases":[\n{lines}\n]}}\n')
    print(f"{file}: {len(cases)} cases")


if __name__ == "__main__":
    write("layers.json", [layer_case(*case) for case in layer_cases()])
    write("optimizers.json", [optimizer_case(*case) for case in optimizer_cases()])
    write("losses.json", [loss_case(*case) for case in loss_cases()])
