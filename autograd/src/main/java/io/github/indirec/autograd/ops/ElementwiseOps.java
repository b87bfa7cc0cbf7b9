package io.github.indirec.autograd.ops;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.ShapeException;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.ElementwiseKernels;
import java.util.List;

/** Arithmetic of equal shapes and over rows, dropout, sums. */
public final class ElementwiseOps {
    private ElementwiseOps() {}

    /** y = a + b, equal shapes. da = db = dy. */
    public static Variable add(Variable a, Variable b) {
        requireSameShape("add", a, b);
        Tape tape = a.tape();
        Tensor y = tape.allocate(a.dtype(), a.shape());
        kernels(a).add(a.value(), b.value(), y);
        return tape.record("add", y, List.of(a, b), dy -> {
            addScaled(a, 1, dy);
            addScaled(b, 1, dy);
        });
    }

    /** y = a - b, equal shapes. da = dy, db = -dy. */
    public static Variable subtract(Variable a, Variable b) {
        requireSameShape("subtract", a, b);
        Tape tape = a.tape();
        Tensor y = tape.allocate(a.dtype(), a.shape());
        kernels(a).copy(a.value(), y);
        kernels(a).axpy(-1, b.value(), y);
        return tape.record("subtract", y, List.of(a, b), dy -> {
            addScaled(a, 1, dy);
            addScaled(b, -1, dy);
        });
    }

    /** y = a * b element by element, equal shapes. da = dy * b, db = dy * a. */
    public static Variable multiply(Variable a, Variable b) {
        requireSameShape("multiply", a, b);
        Tape tape = a.tape();
        Tensor y = tape.allocate(a.dtype(), a.shape());
        kernels(a).multiply(a.value(), b.value(), y);
        return tape.record("multiply", y, List.of(a, b), dy -> {
            if (a.needsGradient()) {
                Tensor da = tape.allocate(a.dtype(), a.shape());
                kernels(a).multiply(dy, b.value(), da);
                a.addGradient(da);
            }
            if (b.needsGradient()) {
                Tensor db = tape.allocate(b.dtype(), b.shape());
                kernels(b).multiply(dy, a.value(), db);
                b.addGradient(db);
            }
        });
    }

    /** y = alpha x. dx = alpha dy. */
    public static Variable scale(Variable x, double alpha) {
        Tape tape = x.tape();
        Tensor y = tape.allocate(x.dtype(), x.shape());
        kernels(x).scale(alpha, x.value(), y);
        return tape.record("scale", y, List.of(x), dy -> addScaled(x, alpha, dy));
    }

    /** y[i, j] = x[i, j] + bias[j]. dx = dy, dbias[j] = sum over i of dy[i, j]. */
    public static Variable addRowVector(Variable x, Variable bias) {
        bias.shape().require("addRowVector", "bias", x.shape().rowLength());
        Tape tape = x.tape();
        Tensor y = tape.allocate(x.dtype(), x.shape());
        kernels(x).addRowVector(x.value(), bias.value(), y);
        return tape.record("addRowVector", y, List.of(x, bias), dy -> {
            addScaled(x, 1, dy);
            if (bias.needsGradient()) {
                boolean accumulate = bias.hasGradient();
                kernels(x).sumRows(dy, accumulate, bias.gradientToUpdate());
            }
        });
    }

    /** y[i, j] = factors[i] x[i, j] with constant factors, one a row. dx[i, j] = factors[i] dy[i, j]. */
    public static Variable scaleRows(Variable x, Tensor factors) {
        factors.shape().require("scaleRows", "factors", x.shape().rows());
        Tape tape = x.tape();
        Tensor y = tape.allocate(x.dtype(), x.shape());
        kernels(x).scaleRows(x.value(), factors, y);
        return tape.record("scaleRows", y, List.of(x), dy -> {
            Tensor dx = tape.allocate(x.dtype(), x.shape());
            kernels(x).scaleRows(dy, factors, dx);
            x.addGradient(dx);
        });
    }

    /**
     * y = x m / (1 - p) with a mask m drawn at (key, rows[i], column): kept with probability 1 - p. dx = dy m / (1 - p),
     * the mask drawn anew. With p = 0 this is x itself.
     *
     * @param rows coordinate of each row, as in {@link io.github.indirec.tensor.RaggedLayout#coordinates}
     */
    public static Variable dropout(Variable x, double p, RandomKey key, int[] rows) {
        requireDropout("dropout", x, p, rows);
        if (p == 0) {
            return x;
        }
        Tape tape = x.tape();
        Tensor y = tape.allocate(x.dtype(), x.shape());
        kernels(x).dropout(x.value(), p, key, rows, y);
        return tape.record("dropout", y, List.of(x), dy -> {
            Tensor dx = tape.allocate(x.dtype(), x.shape());
            kernels(x).dropout(dy, p, key, rows, dx);
            x.addGradient(dx);
        });
    }

    /**
     * y = g a + (1 - g) b with gates g = sigmoid(z): an open gate lets a through, a closed one b.
     *
     * <p>da = g dy, db = (1 - g) dy, dz = dy (a - b) g (1 - g), summed over the rows where all share one row of z.
     *
     * @param z of the shape of a, or [D], one row of gates for all
     * @param a [N x D]
     * @param b [N x D]
     */
    public static Variable gate(Variable z, Variable a, Variable b) {
        requireSameShape("gate", a, b);
        boolean shared = z.shape().rank() == 1;
        if (shared) {
            z.shape().require("gate", "z", a.shape().rowLength());
        } else {
            requireSameShape("gate", z, a);
        }
        Tape tape = a.tape();
        Tensor y = tape.allocate(a.dtype(), a.shape());
        Tensor gates = tape.allocate(a.dtype(), a.shape());
        kernels(a).gate(z.value(), a.value(), b.value(), gates, y);
        return tape.record("gate", y, List.of(z, a, b), dy -> {
            Tensor dz = tape.allocate(a.dtype(), a.shape());
            Tensor da = tape.allocate(a.dtype(), a.shape());
            Tensor db = tape.allocate(a.dtype(), a.shape());
            kernels(a).gateBackward(gates, a.value(), b.value(), dy, dz, da, db);
            if (shared && z.needsGradient()) {
                boolean accumulate = z.hasGradient();
                kernels(a).sumRows(dz, accumulate, z.gradientToUpdate());
            } else {
                addIfNeeded(z, dz);
            }
            addIfNeeded(a, da);
            addIfNeeded(b, db);
        }, gates);
    }

    /** y[0] = sum of all x. dx = dy[0] everywhere. */
    public static Variable sum(Variable x) {
        return sumTimes("sum", x, 1);
    }

    /** y[0] = mean of all x. dx = dy[0] / size. */
    public static Variable mean(Variable x) {
        return sumTimes("mean", x, 1.0 / Math.max(1, x.shape().size()));
    }

    private static Variable sumTimes(String op, Variable x, double factor) {
        Tape tape = x.tape();
        Tensor y = tape.allocate(x.dtype(), 1);
        kernels(x).sum(x.value(), y);
        kernels(x).scale(factor, y, y);
        return tape.record(op, y, List.of(x), dy -> {
            Tensor dx = tape.allocate(x.dtype(), x.shape());
            kernels(x).fill(dx, dy.item() * factor);
            x.addGradient(dx);
        });
    }

    /** Adds alpha dy to x's gradient, without a temporary where there is one already. */
    private static void addScaled(Variable x, double alpha, Tensor dy) {
        if (!x.needsGradient()) {
            return;
        }
        if (x.hasGradient()) {
            kernels(x).axpy(alpha, dy, x.gradientToUpdate());
        } else {
            kernels(x).scale(alpha, dy, x.gradientToUpdate());
        }
    }

    private static void addIfNeeded(Variable x, Tensor dx) {
        if (x.needsGradient()) {
            x.addGradient(dx);
        }
    }

    private static ElementwiseKernels kernels(Variable x) {
        return x.backend().elementwise();
    }

    static void requireDropout(String op, Variable x, double p, int[] rows) {
        if (!(p >= 0 && p < 1)) {
            throw new IllegalArgumentException(op + ": p is " + p + ", expected 0 <= p < 1");
        }
        if (rows.length != x.shape().rows()) {
            throw new ShapeException(op + ": " + rows.length + " row coordinates for x of shape " + x.shape());
        }
    }

    static void requireSameShape(String op, Variable a, Variable b) {
        if (!a.shape().equals(b.shape())) {
            throw new ShapeException(op + ": operands have shapes " + a.shape() + " and " + b.shape() + ", expected equal ones");
        }
    }
}
