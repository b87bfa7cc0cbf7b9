package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.cpu.KernelFixtures.assertSameBits;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertSameBitsOnAnyThreads;
import static io.github.indirec.tensor.cpu.KernelFixtures.blank;
import static io.github.indirec.tensor.cpu.KernelFixtures.normal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Tensor;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IndexKernelsTest {
    private static final int TABLE = 50;

    @Test
    void gatherCopiesTheRowsAsked() {
        for (DType dtype : DType.values()) {
            for (int width : KernelFixtures.WIDTHS) {
                KernelFixtures.run(context -> {
                    Tensor table = normal(dtype, 1, 1, TABLE, width);
                    int[] ids = ids(77);
                    Tensor out = blank(dtype, ids.length, width);
                    new CpuIndex(context).gatherRows(table, ids, out);
                    for (int i = 0; i < ids.length; i++) {
                        assertSameBits(
                                "row " + i,
                                List.of(table.rows(ids[i], ids[i] + 1)),
                                List.of(out.rows(i, i + 1)));
                    }
                    return null;
                });
            }
        }
    }

    @Test
    void scatterAddsInTheOrderOfTheRows() {
        for (int width : KernelFixtures.WIDTHS) {
            KernelFixtures.run(context -> {
                int[] ids = ids(300);
                Tensor x = normal(DType.F32, 1, 1, ids.length, width);
                Tensor table = normal(DType.F32, 2, 1, TABLE, width);
                float[] expected = table.toFloats();
                float[] rows = x.toFloats();
                for (int i = 0; i < ids.length; i++) {
                    for (int j = 0; j < width; j++) {
                        expected[ids[i] * width + j] += rows[i * width + j];
                    }
                }
                new CpuIndex(context).scatterAddRows(x, ids, table);
                assertSameBits("width " + width, List.of(Tensor.of(table.shape(), expected)), List.of(table));
                return null;
            });
        }
    }

    @Test
    void copyColumnsLeavesTheOtherColumnsAlone() {
        for (DType dtype : DType.values()) {
            KernelFixtures.run(context -> {
                Tensor x = normal(dtype, 1, 1, 9, 10);
                Tensor out = normal(dtype, 2, 1, 9, 7);
                double[] expected = out.toDoubles();
                double[] values = x.toDoubles();
                for (int i = 0; i < 9; i++) {
                    System.arraycopy(values, i * 10 + 4, expected, i * 7 + 1, 5);
                }
                new CpuIndex(context).copyColumns(x, 4, out, 1, 5);
                Tensor target = blank(dtype, 9, 7);
                target.copyFrom(expected);
                assertSameBits(dtype.toString(), List.of(target), List.of(out));
                return null;
            });
        }
    }

    @Test
    void anyNumberOfThreadsGivesTheSameBytes() {
        assertSameBitsOnAnyThreads("4000 rows", context -> {
            CpuIndex index = new CpuIndex(context);
            int[] ids = ids(4_000);
            Tensor x = normal(DType.F32, 1, 1, ids.length, 64);
            Tensor table = normal(DType.F32, 2, 1, TABLE, 64);
            index.scatterAddRows(x, ids, table);
            Tensor out = blank(DType.F32, ids.length, 64);
            index.gatherRows(table, ids, out);
            Tensor columns = normal(DType.F32, 3, 1, ids.length, 96);
            index.copyColumns(out, 0, columns, 32, 64);
            return List.of(table, out, columns);
        });
    }

    @Test
    void anIdOutsideOfTheTableIsNamed() {
        KernelFixtures.run(context -> {
            CpuIndex index = new CpuIndex(context);
            Tensor table = normal(DType.F32, 1, 1, TABLE, 4);
            Tensor rows = blank(DType.F32, 2, 4);
            Exception gather = assertThrows(
                    IndexOutOfBoundsException.class, () -> index.gatherRows(table, new int[] {0, 50}, rows));
            assertEquals("gatherRows: ids[1] is 50, expected 0 to 49, a row of the table", gather.getMessage());
            Exception scatter = assertThrows(
                    IndexOutOfBoundsException.class, () -> index.scatterAddRows(rows, new int[] {-1, 0}, table));
            assertEquals("scatterAddRows: ids[0] is -1, expected 0 to 49, a row of the table", scatter.getMessage());
            return null;
        });
    }

    private static int[] ids(int count) {
        return new Random(9).ints(count, 0, TABLE).toArray();
    }
}
