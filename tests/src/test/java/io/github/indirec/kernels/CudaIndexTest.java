package io.github.indirec.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import io.github.indirec.tensor.spi.IndexKernels;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CudaIndexTest extends DeviceTest {
    private void same(String what, BiFunction<IndexKernels, Place, List<Tensor>> op) {
        compare(what, Backend::index, CudaIndex::new, SAME_BITS, SAME_BITS, op);
    }

    @Test
    void gatherBringsTheRowsAsked() {
        for (int[] c : new int[][] {{10, 64, 33}, {5, 7, 200}, {1, 1, 1}, {3, 4, 0}}) {
            same("gather of " + c[2] + " rows from " + c[0] + " x " + c[1], (kernels, place) -> {
                Tensor out = place.out(c[2], c[1]);
                kernels.gatherRows(place.in(normals(1, c[0], c[1])), integers(2, c[2] + 1, c[0]), out);
                return List.of(out);
            });
        }
    }

    @Test
    void scatterAddsInTheOrderOfTheSpecification() {
        // Table rows, columns, rows added: single rows, runs around 32 and 64, one run of all, rows that get nothing.
        for (int[] c : new int[][] {{50, 64, 40}, {3, 33, 100}, {1, 5, 64}, {1, 1, 67}, {9, 128, 32}, {4, 8, 0}}) {
            same("scatter of " + c[2] + " rows to " + c[0] + " x " + c[1], (kernels, place) -> {
                Tensor table = place.in(normals(1, c[0], c[1]));
                kernels.scatterAddRows(place.in(normals(2, c[2], c[1])), integers(3, c[2] + 1, c[0]), table);
                return List.of(table);
            });
        }
    }

    @Test
    void columnsAreCopiedBetweenMatricesOfOtherWidths() {
        // Columns of x, first column, columns of out, first column there, width.
        int[][] cases = {
            {64, 0, 128, 64, 64}, {96, 32, 64, 4, 32}, {64, 0, 67, 4, 32}, {67, 4, 64, 0, 32}, {7, 2, 5, 1, 3},
            {4, 1, 4, 3, 1}
        };
        for (int[] c : cases) {
            same("copyColumns " + Arrays.toString(c), (kernels, place) -> {
                Tensor out = place.in(normals(2, 35, c[2]));
                kernels.copyColumns(place.in(normals(1, 35, c[0])), c[1], out, c[3], c[4]);
                return List.of(out);
            });
        }
    }

    @Test
    void aRowThatTheTableDoesNotHaveIsNamed() {
        withDevice(1, device -> {
            CudaIndex kernels = new CudaIndex(device);
            Tensor table = onDevice(device, normals(1, 3, 2));
            Tensor rows = onDevice(device, normals(2, 2, 2));
            int[] ids = {0, 3};
            Exception gather = assertThrows(
                    IndexOutOfBoundsException.class, () -> kernels.gatherRows(table, ids, rows));
            assertEquals("gatherRows: ids[1] is 3, expected 0 to 2", gather.getMessage());
            assertThrows(IndexOutOfBoundsException.class, () -> kernels.scatterAddRows(rows, ids, table));
            assertThrows(IllegalArgumentException.class, () -> kernels.gatherRows(table, new int[1], rows));
        });
    }

    @Test
    void segmentsAreAStableSortByTableRow() {
        for (int rows : new int[] {1, 2, 2048, 2049, 5_000_000}) {
            int[] ids = integers(rows, 300, rows);
            int count = 290;
            RowSegments segments = RowSegments.of(ids, count, rows);
            int[] order = IntStream.range(0, count)
                    .boxed()
                    .sorted(Comparator.comparing(i -> ids[i]))
                    .mapToInt(i -> i)
                    .toArray();
            assertArrayEquals(order, segments.order(), rows + " table rows");
            int[] distinct = Arrays.stream(ids, 0, count).sorted().distinct().toArray();
            assertArrayEquals(distinct, Arrays.copyOf(segments.targets(), segments.count()));
            assertEquals(count, segments.starts()[segments.count()]);
            for (int s = 0; s < segments.count(); s++) {
                assertEquals(distinct[s], ids[order[segments.starts()[s]]]);
                assertEquals(s == 0, segments.starts()[s] == 0);
                assertEquals(s > 0 ? distinct[s - 1] : -1, s > 0 ? ids[order[segments.starts()[s] - 1]] : -1);
            }
        }
    }
}
