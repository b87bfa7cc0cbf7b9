package io.github.indirec.model.cadirec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SubstitutedViewsTest {
    private static final RaggedBatch BATCH =
            RaggedBatch.ofHistories(new int[][] {{1, 2, 3}, {4}, {5, 6, 7, 8}}, 5);
    private static final SlotMask MASK = new SlotMask(new int[] {1, 3, 4, 7}, new int[] {1, 1, 2});

    @Test
    void substitutesAreUniformAmongTheHighestLogits() {
        int draws = 4_000;
        try (Backend backend = Backends.cpu(2)) {
            float[] logits = new float[30];
            for (int i = 0; i < logits.length; i++) {
                logits[i] = (i * 7) % 30;
            }
            Tensor rows = Tensor.zeros(Shape.of(draws, 30), DType.F32);
            float[] all = new float[draws * 30];
            for (int m = 0; m < draws; m++) {
                System.arraycopy(logits, 0, all, m * 30, 30);
            }
            rows.copyFrom(all);
            Random random = new Random(8);
            int[][] words = {random.ints(draws).toArray(), random.ints(draws).toArray()};
            int[][] chosen = SubstitutedViews.choose(backend, rows, words, 10);
            int both = 0;
            for (int view = 0; view < 2; view++) {
                int[] counts = new int[30];
                Arrays.stream(chosen[view]).forEach(item -> counts[item]++);
                for (int item = 0; item < 30; item++) {
                    // Four standard deviations of a binomial count, seed 8.
                    double bound = 4 * Math.sqrt(draws * 0.1 * 0.9);
                    assertEquals(logits[item] >= 20 ? draws / 10.0 : 0, counts[item], logits[item] >= 20 ? bound : 0);
                }
            }
            for (int m = 0; m < draws; m++) {
                both += chosen[0][m] == chosen[1][m] ? 1 : 0;
            }
            assertEquals(draws / 10.0, both, 4 * Math.sqrt(draws * 0.1 * 0.9), "the views draw independently");
        }
    }

    @Test
    void allRowsCompeteWhereThereAreFewerThanCandidates() {
        try (Backend backend = Backends.cpu(1)) {
            Tensor logits = Tensor.of(Shape.of(1, 3), 1, 2, 3);
            Set<Integer> chosen = new Random(3)
                    .ints(100)
                    .mapToObj(word -> SubstitutedViews.choose(backend, logits, new int[][] {{word}}, 10)[0][0])
                    .collect(Collectors.toSet());
            assertEquals(Set.of(0, 1, 2), chosen);
        }
    }

    @Test
    void aLogitThatIsNoNumberIsRefused() {
        try (Backend backend = Backends.cpu(1)) {
            Tensor logits = Tensor.of(Shape.of(1, 3), 1, Float.NaN, 3);
            assertThrows(
                    ArithmeticException.class, () -> SubstitutedViews.choose(backend, logits, new int[][] {{1}}, 2));
        }
    }

    @Test
    void maskedItemsAreReplacedAndOthersKept() {
        RaggedBatch view = SubstitutedViews.view(BATCH, MASK, new int[] {20, 21, 22, 23});
        assertArrayEquals(new int[] {1, 20, 3, 21, 22, 6, 7, 23}, view.items());
        assertEquals(BATCH.layout(), view.layout());
        assertArrayEquals(BATCH.segments(), view.segments());
        assertArrayEquals(new int[] {1, 2, 3, 4, 5, 6, 7, 8}, BATCH.items(), "the batch itself stays");
    }

    @Test
    void aPaddingItemIsLeftOutAndASequenceNeverEndsUpEmpty() {
        RaggedBatch view = SubstitutedViews.view(BATCH, MASK, new int[] {0, 0, 22, 0});
        assertArrayEquals(new int[] {1, 3, 4, 22, 6, 7}, view.items());
        assertEquals(2, view.layout().length(0));
        assertEquals(1, view.layout().length(1), "keeps its own item");
        assertEquals(3, view.layout().length(2));
        assertEquals(5, view.layout().maxLength());
    }

    @Test
    void withoutAMaskAViewIsTheBatch() {
        RaggedBatch view = SubstitutedViews.view(BATCH, new SlotMask(new int[0], new int[3]), new int[0]);
        assertArrayEquals(BATCH.items(), view.items());
        assertTrue(view.targets().length == 0);
    }
}
