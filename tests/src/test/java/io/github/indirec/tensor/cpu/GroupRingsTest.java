package io.github.indirec.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

/** Rows of equal group are linked in circles. */
class GroupRingsTest {
    private final GroupRings rings = new GroupRings();

    @Test
    void everyRowIsFollowedByTheNextOfItsGroupAndTheLastByTheFirst() {
        assertArrayEquals(new int[] {2, 1, 4, 3, 0}, rings.of(new int[] {7, -1, 7, 9, 7}));
    }

    @Test
    void aRingHasAsManyRowsAsTheBatchWhateverTheOneBefore() {
        rings.of(new int[] {1, 1, 1, 1, 1});
        assertArrayEquals(new int[] {1, 0}, rings.of(new int[] {3, 3}));
        assertArrayEquals(new int[] {0, 2, 1}, rings.of(new int[] {5, 4, 4}));
    }
}
