package io.github.indirec.autograd.ops;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.tensor.ShapeException;
import io.github.indirec.tensor.Tensor;
import java.util.List;

/** Looking up rows, and joining matrices by rows or columns. */
public final class IndexOps {
    private IndexOps() {}

    /**
     * y[i, :] = x[ids[i], :], an embedding look-up when x is a table. dx[ids[i], :] += dy[i, :], in the order of i.
     *
     * @param x [R x D]
     * @return [ids.length x D]
     */
    public static Variable gatherRows(Variable x, int[] ids) {
        x.shape().requireRank("gatherRows", "x", 2);
        int rows = x.shape().dim(0);
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] < 0 || ids[i] >= rows) {
                throw new ShapeException("gatherRows: ids[" + i + "] is " + ids[i] + ", expected 0 to " + (rows - 1));
            }
        }
        Tape tape = x.tape();
        Tensor y = tape.allocate(x.dtype(), ids.length, x.shape().dim(1));
        tape.backend().index().gatherRows(x.value(), ids, y);
        return tape.record(
                "gatherRows",
                y,
                List.of(x),
                dy -> tape.backend().index().scatterAddRows(dy, ids, x.gradientToAddTo()));
    }

    /** y = the columns of all parts side by side. Each part's gradient is its columns of dy. */
    public static Variable concatColumns(List<Variable> parts) {
        Tape tape = parts.get(0).tape();
        int rows = parts.get(0).shape().dim(0);
        int width = 0;
        for (Variable part : parts) {
            part.shape().requireRank("concatColumns", "a part", 2).require("concatColumns", "a part", rows, part.shape().dim(1));
            width += part.shape().dim(1);
        }
        Tensor y = tape.allocate(parts.get(0).dtype(), rows, width);
        int column = 0;
        for (Variable part : parts) {
            tape.backend().index().copyColumns(part.value(), 0, y, column, part.shape().dim(1));
            column += part.shape().dim(1);
        }
        return tape.record("concatColumns", y, parts, dy -> {
            int from = 0;
            for (Variable part : parts) {
                int partWidth = part.shape().dim(1);
                if (part.needsGradient()) {
                    Tensor dx = tape.allocate(part.dtype(), part.shape());
                    tape.backend().index().copyColumns(dy, from, dx, 0, partWidth);
                    part.addGradient(dx);
                }
                from += partWidth;
            }
        });
    }

    /** y = the rows of a above the rows of b. Each part's gradient is its rows of dy. */
    public static Variable concatRows(Variable a, Variable b) {
        return concatRows(List.of(a, b));
    }

    /** y = the rows of all parts, one below the other. Each part's gradient is its rows of dy. */
    public static Variable concatRows(List<Variable> parts) {
        Tape tape = parts.get(0).tape();
        int rows = 0;
        int width = parts.get(0).shape().rowLength();
        for (Variable part : parts) {
            part.shape().requireRank("concatRows", "a part", 2).require("concatRows", "a part", part.shape().dim(0), width);
            rows += part.shape().dim(0);
        }
        Tensor y = tape.allocate(parts.get(0).dtype(), rows, width);
        int row = 0;
        for (Variable part : parts) {
            int end = row + part.shape().dim(0);
            tape.backend().elementwise().copy(part.value(), y.rows(row, end));
            row = end;
        }
        return tape.record("concatRows", y, parts, dy -> {
            int from = 0;
            for (Variable part : parts) {
                int to = from + part.shape().dim(0);
                if (part.needsGradient()) {
                    Tensor dx = tape.allocate(part.dtype(), part.shape());
                    tape.backend().elementwise().copy(dy.rows(from, to), dx);
                    part.addGradient(dx);
                }
                from = to;
            }
        });
    }

    /** y = the rows {@code from} (inclusive) to {@code to} (exclusive) of x, a view of them. dx[from + i, :] += dy[i, :]. */
    public static Variable rows(Variable x, int from, int to) {
        x.shape().requireRank("rows", "x", 2);
        Tape tape = x.tape();
        return tape.record("rows", x.value().rows(from, to), List.of(x), dy -> tape.backend()
                .elementwise()
                .axpy(1, dy, x.gradientToAddTo().rows(from, to)));
    }

    /** y = x under another shape of the same size, a view. dx = dy. */
    public static Variable reshape(Variable x, int... dims) {
        Tape tape = x.tape();
        return tape.record("reshape", x.value().reshape(dims), List.of(x), dy -> tape.backend()
                .elementwise()
                .axpy(1, dy.reshape(x.shape().toArray()), x.gradientToAddTo()));
    }
}
