package io.github.indirec.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RaggedLayoutTest {
    private static final RaggedLayout LAYOUT = RaggedLayout.ofLengths(new int[] {2, 1, 4}, 4);

    @Test
    void positionsAreRightAligned() {
        assertArrayEquals(new int[] {2, 3, 3, 0, 1, 2, 3}, LAYOUT.positions());
    }

    @Test
    void coordinatesAreThoseOfTheLeftPaddedBatch() {
        assertArrayEquals(new int[] {2, 3, 7, 8, 9, 10, 11}, LAYOUT.coordinates());
    }

    @Test
    void aTailKeepsTheCoordinatesOfItsRows() {
        RaggedLayout tail = LAYOUT.tail(2);
        assertEquals(5, tail.rows());
        assertArrayEquals(new int[] {2, 3, 7, 10, 11}, tail.coordinates());
        assertArrayEquals(new int[] {0, 4, 5, 13}, LAYOUT.pairOffsets(tail));
    }

    @Test
    void lastRowsEndTheSequences() {
        assertArrayEquals(new int[] {1, 2, 6}, LAYOUT.lastRows());
    }

    @Test
    void emptyAndOverlongSequencesAreRefused() {
        assertThrows(ShapeException.class, () -> RaggedLayout.ofLengths(new int[] {1, 0}, 4));
        ShapeException e = assertThrows(ShapeException.class, () -> RaggedLayout.ofLengths(new int[] {5}, 4));
        assertTrue(e.getMessage().contains("length 5"), e.getMessage());
    }
}
