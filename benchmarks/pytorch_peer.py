#!/usr/bin/env python3
"""Times PyTorch on the nets of `schuss bench`, to compare with: W1 to W4, full training steps on synthetic data.

    pytorch_peer.py W1 W4 --device cuda --precision tf32 --mode capture

Rows are as the bench's: name, workload, threads, examples a second (median of five windows after two of warm-up). Batches
are made beforehand and lie on the device, pictures channels last; cuDNN times its algorithms; the update is one fused
kernel; the loss stays on the device. Precision is set for matrix products and convolutions alike: PyTorch's own default
is exact for one and TF32 for the other. Modes:

    eager      a launch for each kernel, as most scripts run
    capture    the whole step in one CUDA graph, recorded by hand
    graph      compiled by torch.compile, with CUDA graphs
"""
import time

BEGAN = time.perf_counter()

import argparse
import statistics
import sys

try:
    import torch
    from torch import nn
except ImportError as missing:
    print(f"no PyTorch: {missing}")
    sys.exit(77)

CLASSES = 10
INPUT_BATCHES, LABEL_BATCHES = 16, 17  # of different numbers, so that nothing is learned by heart
WINDOWS, WARM_UP_WINDOWS = 5, 2
STEPS_BEFORE_CAPTURE = 5


def dense(*widths):
    layers = []
    for inputs, outputs in zip(widths, widths[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 32, 5, padding="same"), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 5, padding="same"), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(7 * 7 * 64, 1024), nn.ReLU(), nn.Dropout(0.5), nn.Linear(1024, CLASSES))


def convolution(inputs, outputs, side, stride=1):
    """Followed by batch norm, which makes a bias useless."""
    return [nn.Conv2d(inputs, outputs, side, stride, side // 2, bias=False), nn.BatchNorm2d(outputs)]


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.main = nn.Sequential(
            *convolution(inputs, outputs, 3, stride), nn.ReLU(), *convolution(outputs, outputs, 3))
        same = inputs == outputs and stride == 1
        self.shortcut = nn.Identity() if same else nn.Sequential(*convolution(inputs, outputs, 1, stride))

    def forward(self, x):
        return torch.relu(self.main(x) + self.shortcut(x))


def resnet20():
    blocks, before = [], 16
    for width in (16, 32, 64):
        for index in range(3):
            blocks.append(BasicBlock(before, width, 2 if index == 0 and width > 16 else 1))
            before = width
    return nn.Sequential(
        *convolution(3, 16, 3), nn.ReLU(), *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, CLASSES))


def adam(parameters, capturable):
    return torch.optim.Adam(parameters, lr=1e-3, fused=True, capturable=capturable)


def momentum(rate, decay):
    return lambda parameters, capturable: torch.optim.SGD(
        parameters, lr=rate, momentum=0.9, weight_decay=decay, fused=True)


# net, shape of an input, optimiser
WORKLOADS = {
    "W1": (lambda: dense(784, 500, 500, CLASSES), (784,), adam),
    "W2": (lambda: dense(784, 2500, 2000, 1500, 1000, 500, CLASSES), (784,), momentum(0.01, 0)),
    "W3": (lenet, (1, 28, 28), adam),
    "W4": (resnet20, (3, 32, 32), momentum(0.1, 1e-4)),
}


class Training:
    """One workload on one device; step() does a step on the next batch."""

    def __init__(self, workload, device, mode, batch):
        make, shape, optimizer = WORKLOADS[workload]
        picture = len(shape) == 3
        form = torch.channels_last if picture else torch.contiguous_format
        self.net = make().to(device).train().to(memory_format=form)
        self.optimizer = optimizer(self.net.parameters(), mode == "capture")
        self.inputs = [
            torch.rand(batch, *shape, device=device).to(memory_format=form) for _ in range(INPUT_BATCHES)]
        self.labels = [torch.randint(CLASSES, (batch,), device=device) for _ in range(LABEL_BATCHES)]
        self.at = 0
        self.step = getattr(self, mode)()

    def batch(self):
        self.at += 1
        return self.inputs[self.at % INPUT_BATCHES], self.labels[self.at % LABEL_BATCHES]

    def loss(self, x, labels):
        return nn.functional.cross_entropy(self.net(x), labels)

    def update(self, loss, x, labels):
        self.optimizer.zero_grad(set_to_none=True)
        loss(x, labels).backward()
        self.optimizer.step()

    def eager(self):
        return lambda: self.update(self.loss, *self.batch())

    def graph(self):
        compiled = torch.compile(self.loss, mode="max-autotune" if MAX_AUTOTUNE else "reduce-overhead")

        def step():
            torch.compiler.cudagraph_mark_step_begin()
            self.update(compiled, *self.batch())

        return step

    def capture(self):
        x, labels = (tensor.clone(memory_format=torch.preserve_format) for tensor in self.batch())
        aside = torch.cuda.Stream()
        aside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(aside):
            for _ in range(STEPS_BEFORE_CAPTURE):
                self.update(self.loss, x, labels)
        torch.cuda.current_stream().wait_stream(aside)
        graph = torch.cuda.CUDAGraph()
        self.optimizer.zero_grad(set_to_none=True)
        with torch.cuda.graph(graph):
            self.update(self.loss, x, labels)

        def step():
            next_x, next_labels = self.batch()
            x.copy_(next_x)
            labels.copy_(next_labels)
            graph.replay()

        return step


def window(training, steps, synchronize):
    """Seconds of so many steps, from nothing under way to nothing under way."""
    began = time.perf_counter()
    for _ in range(steps):
        training.step()
    synchronize()
    return time.perf_counter() - began


def measure(workload, options, first):
    device = torch.device(options.device)
    cuda = device.type == "cuda"
    synchronize = torch.cuda.synchronize if cuda else lambda: None
    if cuda:
        torch.cuda.reset_peak_memory_stats()
    training = Training(workload, device, options.mode, options.batch_size)
    training.step()
    synchronize()
    first_step = time.perf_counter() - BEGAN
    steps = 1  # of a window, from what a step takes once it is warm
    for _ in range(WARM_UP_WINDOWS):
        spent = 0.0
        while spent < options.seconds:
            spent = window(training, steps, synchronize)
            steps = max(steps, min(2 * steps, int(1.2 * steps * options.seconds / spent) + 1))
    steps = max(1, int(steps * options.seconds / spent))
    rates = [steps * options.batch_size / window(training, steps, synchronize) for _ in range(WINDOWS)]
    name = f"pytorch-{device.type}"
    name += "-tf32" if options.precision == "tf32" else ""
    name += f"-{options.mode}" if options.mode != "eager" else ""
    details = [f"first_step_ms={first_step * 1e3:.0f}"] if first else []
    details += [f"batch={options.batch_size}", f"spread={(max(rates) - min(rates)) / statistics.median(rates):.2f}"]
    if cuda:
        details.append(f"gpu_mb={torch.cuda.max_memory_allocated() >> 20}")
    details.append(f"torch={torch.__version__}")
    threads = 1 if cuda else torch.get_num_threads()
    print(f"{name} {workload} {threads} {statistics.median(rates):.0f} # {' '.join(details)}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help="W1, W2, W3 or W4; all where none is named")
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    parser.add_argument("--precision", choices=["f32", "tf32"], default="f32")
    parser.add_argument("--mode", choices=["eager", "capture", "graph"], default="eager")
    parser.add_argument("--max-autotune", action="store_true", help="for graph: try more kernels, compile longer")
    parser.add_argument("--seconds", type=float, default=1.5, help="length of each of five windows")
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--threads", type=int, help="of the processor")
    options = parser.parse_args()
    unknown = [w for w in options.workloads if w not in WORKLOADS]
    if unknown:
        parser.error(f"WORKLOAD: expected {', '.join(WORKLOADS)}, got {', '.join(unknown)}")
    if options.device == "cpu" and (options.precision == "tf32" or options.mode == "capture"):
        parser.error(f"--device cpu: expected f32, eager or graph, got {options.precision}, {options.mode}")
    if options.device == "cuda" and not torch.cuda.is_available():
        print("PyTorch finds no GPU")
        sys.exit(77)
    global MAX_AUTOTUNE
    MAX_AUTOTUNE = options.max_autotune
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(42)
    torch.backends.cudnn.benchmark = True
    torch.backends.cuda.matmul.allow_tf32 = options.precision == "tf32"
    torch.backends.cudnn.allow_tf32 = options.precision == "tf32"
    failed = False
    for index, workload in enumerate(options.workloads or WORKLOADS):
        try:
            measure(workload, options, index == 0)
        except Exception as error:  # the other workloads are worth having
            failed = True
            print(f"{workload} FAILED: {type(error).__name__}: {error}", flush=True)
    sys.exit(1 if failed else 0)


main()
