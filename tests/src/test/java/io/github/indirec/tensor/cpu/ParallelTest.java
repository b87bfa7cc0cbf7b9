package io.github.indirec.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParallelTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8})
    void everyIndexIsDoneExactlyOnce(int threads) {
        try (Parallel parallel = new Parallel(threads)) {
            for (int count : new int[] {0, 1, 15, 16, 17, 1000}) {
                AtomicIntegerArray done = new AtomicIntegerArray(Math.max(1, count));
                for (int round = 0; round < 50; round++) {
                    parallel.ranges(count, 7, (from, to) -> {
                        for (int i = from; i < to; i++) {
                            done.incrementAndGet(i);
                        }
                    });
                }
                for (int i = 0; i < count; i++) {
                    assertEquals(50, done.get(i));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void chunksDoNotDependOnTheThreads(int threads) {
        int[] starts = new int[Parallel.CHUNKS];
        try (Parallel parallel = new Parallel(threads)) {
            parallel.chunks(100, Long.MAX_VALUE, (chunk, from, to) -> starts[chunk] = from);
        }
        int[] expected = new int[Parallel.CHUNKS];
        Arrays.setAll(expected, chunk -> 100 * chunk / Parallel.CHUNKS);
        assertArrayEquals(expected, starts);
    }

    @Test
    void aFailureReachesTheCallerAndTheWorkersLiveOn() {
        try (Parallel parallel = new Parallel(3)) {
            assertThrows(IllegalStateException.class, () -> parallel.ranges(100, 1, (from, to) -> {
                throw new IllegalStateException("piece " + from);
            }));
            int[] sum = new int[100];
            parallel.ranges(100, 1, (from, to) -> sum[from] = 1);
            assertEquals(100, Arrays.stream(sum).sum());
        }
    }

    @Test
    void aTaskMayStartAnother() {
        try (Parallel parallel = new Parallel(2)) {
            int[] done = new int[10];
            parallel.ranges(10, 1, (from, to) -> parallel.ranges(1, 1, (a, b) -> done[from]++));
            assertEquals(10, Arrays.stream(done).sum());
        }
    }

    @Test
    void severalCallersAtOnceAllFinish() throws InterruptedException {
        try (Parallel parallel = new Parallel(2)) {
            int[][] done = new int[4][1000];
            Thread[] callers = new Thread[4];
            for (int c = 0; c < 4; c++) {
                int[] mine = done[c];
                callers[c] = new Thread(() -> {
                    for (int round = 0; round < 100; round++) {
                        parallel.ranges(1000, 50, (from, to) -> {
                            for (int i = from; i < to; i++) {
                                mine[i]++;
                            }
                        });
                    }
                });
                callers[c].start();
            }
            for (Thread caller : callers) {
                caller.join();
            }
            for (int[] mine : done) {
                assertEquals(100_000, Arrays.stream(mine).sum());
            }
        }
    }
}
