package io.github.indirec.autograd.ops;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.tensor.Shape;
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
        return gatherRows(x, ids, ids.length);
    }

    /**
     * {@link #gatherRows(Variable, int[])} of the first {@code count} ids. The array must keep them until the tape is
     * closed.
     *
     * @return [count x D]
     */
    public static Variable gatherRows(Variable x, int[] ids, int count) {
        x.shape().requireRank("gatherRows", "x", 2);
        if (ids.length < count) {
            throw new ShapeException("gatherRows: there are " + ids.length + " ids, expected " + count);
        }
        int rows = x.shape().dim(0);
        for (int i = 0; i < count; i++) {
            if (ids[i] < 0 || ids[i] >= rows) {
                throw new ShapeException("gatherRows: ids[" + i + "] is " + ids[i] + ", expected 0 to " + (rows - 1));
            }
        }
        Tape tape = x.tape();
        Tensor y = tape.allocate(x.dtype(), count, x.shape().dim(1));
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
        a.shape().requireRank("concatRows", "a", 2);
        b.shape().require("concatRows", "b", b.shape().dim(0), a.shape().dim(1));
        Tape tape = a.tape();
        int rows = a.shape().dim(0);
        int total = rows + b.shape().dim(0);
        Tensor y = tape.allocate(a.dtype(), Shape.of(total, a.shape().dim(1)));
        tape.backend().elementwise().copy(a.value(), y.rows(0, rows));
        tape.backend().elementwise().copy(b.value(), y.rows(rows, total));
        return tape.record("concatRows", y, List.of(a, b), dy -> {
            addRows(a, dy.rows(0, rows));
            addRows(b, dy.rows(rows, total));
        });
    }

    private static void addRows(Variable x, Tensor dy) {
        if (x.needsGradient()) {
            Tensor dx = x.tape().allocate(x.dtype(), x.shape());
            x.backend().elementwise().copy(dy, dx);
            x.addGradient(dx);
        }
    }
}
