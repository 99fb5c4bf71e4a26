package examples;

import java.util.List;
import schuss.Shape;
import schuss.initializers.Initializer;
import schuss.ir.Scan;
import schuss.layers.Layer;
import schuss.layers.Scope;
import schuss.ops.Value;

/**
 * A long short-term memory: i, f, g, o are quarters of x W + h U + b; c = sigmoid(f) c + sigmoid(i) tanh(g) and h =
 * sigmoid(o) tanh(c). Of sequences (batch, time, in) it puts out all h, (batch, time, units). Source: Hochreiter and
 * Schmidhuber (1997), with the forget gate of Gers et al. (2000).
 */
public record Lstm(int units) implements Layer {
    @Override
    public Value forward(Scope scope, Value x) {
        int batch = x.shape().dim(0);
        int in = x.shape().dim(2);
        Value w = scope.weight("input", Shape.of(in, 4 * units), Initializer.glorotUniform());
        Value u = scope.weight("recurrent", Shape.of(units, 4 * units), Initializer.orthogonal());
        Value b = scope.bias("bias", Shape.of(4 * units), Initializer.zeros());
        Value zero = x.constant(Shape.of(), 0).broadcastTo(Shape.of(batch, units));
        Scan.Results states = Scan.over(List.of(x.transpose(1, 0, 2)), List.of(zero, zero), (carried, element) -> {
            Value gates = element[0].matmul(w).add(carried[0].matmul(u)).add(b);
            Value c = gate(gates, 1).sigmoid().mul(carried[1]);
            c = c.add(gate(gates, 0).sigmoid().mul(gate(gates, 2).tanh()));
            Value h = gate(gates, 3).sigmoid().mul(c.tanh());
            return new Scan.Turn(List.of(h, c), List.of(h));
        });
        return states.outputs().get(0).transpose(1, 0, 2);
    }

    private Value gate(Value gates, int index) {
        return gates.slice(1, index * units, (index + 1) * units);
    }
}
