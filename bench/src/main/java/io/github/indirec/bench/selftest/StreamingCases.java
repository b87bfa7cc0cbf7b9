package io.github.indirec.bench.selftest;

import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.OptimizerKernels.AdamW;
import java.util.List;

/** The ops that read their operands once: element by element, row by row, parameter by parameter. */
final class StreamingCases {
    private static final double P = 0.5;
    private static final double EPS = 1e-12;
    private static final AdamW STEP = new AdamW(1e-3, 0.9, 0.999, 1e-8, 1e-4, 0.7, 3);

    private StreamingCases() {}

    static List<OpCase> of(Scale s) {
        int n = s.rows();
        int d = s.size();
        int wide = 4 * d;
        return List.of(
                OpCase.exact("elementwise.fill", o -> {
                    Tensor x = o.output("x", n, d);
                    return () -> o.backend().elementwise().fill(x, 0.25);
                }),
                OpCase.exact("elementwise.copy", o -> {
                    Tensor x = o.input(n, d);
                    Tensor out = o.output("out", n, d);
                    return () -> o.backend().elementwise().copy(x, out);
                }),
                OpCase.exact("elementwise.add", o -> {
                    Tensor x = o.input(n, d);
                    Tensor y = o.input(n, d);
                    Tensor out = o.output("out", n, d);
                    return () -> o.backend().elementwise().add(x, y, out);
                }),
                OpCase.exact("elementwise.axpy", o -> {
                    Tensor x = o.input(n, d);
                    Tensor y = o.inOut("y", n, d);
                    return () -> o.backend().elementwise().axpy(0.3, x, y);
                }),
                OpCase.exact("elementwise.multiply", o -> {
                    Tensor x = o.input(n, d);
                    Tensor y = o.input(n, d);
                    Tensor out = o.output("out", n, d);
                    return () -> o.backend().elementwise().multiply(x, y, out);
                }),
                OpCase.exact("elementwise.scale", o -> {
                    Tensor x = o.input(n, d);
                    Tensor out = o.output("out", n, d);
                    return () -> o.backend().elementwise().scale(0.3, x, out);
                }),
                OpCase.exact("elementwise.addRowVector", o -> {
                    Tensor x = o.input(n, d);
                    Tensor bias = o.input(d);
                    Tensor out = o.output("out", n, d);
                    return () -> o.backend().elementwise().addRowVector(x, bias, out);
                }),
                OpCase.of("elementwise.sumRows", o -> {
                    Tensor x = o.input(n, d);
                    Tensor out = o.inOut("out", d);
                    return () -> o.backend().elementwise().sumRows(x, true, out);
                }),
                OpCase.exact("elementwise.scaleRows", o -> {
                    Tensor x = o.input(n, d);
                    Tensor factors = o.input(n);
                    Tensor out = o.output("out", n, d);
                    return () -> o.backend().elementwise().scaleRows(x, factors, out);
                }),
                OpCase.of("elementwise.biasGelu", o -> {
                    Tensor x = o.input(n, wide);
                    Tensor bias = o.input(wide);
                    Tensor out = o.output("out", n, wide);
                    return () -> o.backend().elementwise().biasGelu(x, bias, out);
                }),
                OpCase.of("elementwise.biasGeluWithSlope", o -> {
                    Tensor x = o.input(n, wide);
                    Tensor bias = o.input(wide);
                    Tensor out = o.output("out", n, wide);
                    Tensor slope = o.output("slope", n, wide);
                    return () -> o.backend().elementwise().biasGeluWithSlope(x, bias, out, slope);
                }),
                OpCase.of("elementwise.silu", o -> {
                    Tensor x = o.input(n, d);
                    Tensor out = o.output("out", n, d);
                    return () -> o.backend().elementwise().silu(x, out);
                }),
                OpCase.of("elementwise.siluBackward", o -> {
                    Tensor x = o.input(n, d);
                    Tensor dy = o.input(n, d);
                    Tensor dx = o.output("dx", n, d);
                    return () -> o.backend().elementwise().siluBackward(x, dy, dx);
                }),
                OpCase.of("elementwise.gate", o -> {
                    Tensor z = o.input(n, d);
                    Tensor x = o.input(n, d);
                    Tensor y = o.input(n, d);
                    Tensor gates = o.output("gates", n, d);
                    Tensor out = o.output("out", n, d);
                    return () -> o.backend().elementwise().gate(z, x, y, gates, out);
                }),
                OpCase.of("elementwise.gateBackward", o -> {
                    Tensor gates = o.positive(n, d);
                    Tensor x = o.input(n, d);
                    Tensor y = o.input(n, d);
                    Tensor dout = o.input(n, d);
                    Tensor dz = o.output("dz", n, d);
                    Tensor dx = o.output("dx", n, d);
                    Tensor dy = o.output("dy", n, d);
                    return () -> o.backend().elementwise().gateBackward(gates, x, y, dout, dz, dx, dy);
                }),
                OpCase.exact("elementwise.dropout", o -> {
                    Tensor x = o.input(n, d);
                    int[] rows = o.ints(n, 1 << 20);
                    Tensor out = o.output("out", n, d);
                    var key = o.key();
                    return () -> o.backend().elementwise().dropout(x, P, key, rows, out);
                }),
                OpCase.of("elementwise.sum", o -> {
                    Tensor x = o.positive(n, d);
                    Tensor out = o.output("out", 1);
                    return () -> o.backend().elementwise().sum(x, out);
                }),
                OpCase.of("norm.layerNorm", o -> {
                    Tensor x = o.input(n, d);
                    Tensor gamma = o.input(d);
                    Tensor beta = o.input(d);
                    Tensor out = o.output("out", n, d);
                    Tensor mean = o.output("mean", n);
                    Tensor rstd = o.output("rstd", n);
                    return () -> o.backend().norm().layerNorm(x, gamma, beta, EPS, out, mean, rstd);
                }),
                OpCase.of("norm.layerNormBackward", o -> {
                    Tensor x = o.input(n, d);
                    Tensor gamma = o.input(d);
                    Tensor mean = o.input(n);
                    Tensor rstd = o.positive(n);
                    Tensor dy = o.input(n, d);
                    Tensor dx = o.output("dx", n, d);
                    Tensor dgamma = o.inOut("dgamma", d);
                    Tensor dbeta = o.inOut("dbeta", d);
                    return () -> o.backend().norm().layerNormBackward(
                            x, gamma, mean, rstd, dy, dx, true, dgamma, dbeta);
                }),
                OpCase.of("norm.residualNorm", o -> {
                    Tensor x = o.input(n, d);
                    Tensor bias = o.input(d);
                    int[] rows = o.ints(n, 1 << 20);
                    Tensor residual = o.input(n, d);
                    Tensor gamma = o.input(d);
                    Tensor beta = o.input(d);
                    Tensor sum = o.output("sum", n, d);
                    Tensor out = o.output("out", n, d);
                    Tensor mean = o.output("mean", n);
                    Tensor rstd = o.output("rstd", n);
                    var key = o.key();
                    return () -> o.backend().norm().residualNorm(
                            x, bias, P, key, rows, residual, gamma, beta, EPS, sum, out, mean, rstd);
                }),
                OpCase.of("norm.normalizeRows", o -> {
                    Tensor x = o.input(n, d);
                    Tensor out = o.output("out", n, d);
                    Tensor norm = o.output("norm", n);
                    return () -> o.backend().norm().normalizeRows(x, EPS, out, norm);
                }),
                OpCase.of("norm.normalizeRowsBackward", o -> {
                    Tensor out = o.input(n, d);
                    Tensor norm = o.positive(n);
                    Tensor dy = o.input(n, d);
                    Tensor dx = o.output("dx", n, d);
                    return () -> o.backend().norm().normalizeRowsBackward(out, norm, dy, dx);
                }),
                OpCase.of("random.normal", o -> {
                    Tensor out = o.output("out", n, d);
                    var key = o.key();
                    return () -> o.backend().random().normal(key, 5, out);
                }),
                OpCase.of("optimizer.sumOfSquares", o -> {
                    Tensor x = o.input(s.items(), d);
                    return () -> o.hostOutput(
                            "sum", new float[] {(float) o.backend().optimizer().sumOfSquares(x)});
                }),
                OpCase.of("optimizer.adamW", o -> {
                    Tensor p = o.inOut("p", s.items(), d);
                    Tensor g = o.input(s.items(), d);
                    Tensor m = o.inOut("m", s.items(), d);
                    Tensor v = o.positive(s.items(), d);
                    return () -> o.backend().optimizer().adamW(p, g, m, v, STEP);
                }));
    }
}
