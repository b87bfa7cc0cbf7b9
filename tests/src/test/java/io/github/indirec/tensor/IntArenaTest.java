package io.github.indirec.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class IntArenaTest {
    @Test
    void aRepetitionTakesTheSameArrays() {
        IntArena arena = new IntArena();
        int[] exact = arena.exactly(5);
        int[] more = arena.atLeast(80);
        arena.reset();
        assertSame(exact, arena.exactly(5));
        assertSame(more, arena.atLeast(75));
        assertNotSame(exact, arena.exactly(5), "taken twice without a reset");
    }

    @Test
    void anArrayThatDoesNotFitIsReplaced() {
        IntArena arena = new IntArena();
        arena.exactly(5);
        arena.atLeast(80);
        arena.reset();
        assertEquals(4, arena.exactly(4).length);
        assertTrue(arena.atLeast(200).length >= 200);
        arena.reset();
        assertEquals(4, arena.exactly(4).length);
    }

    @Test
    void noArenaKeepsNothing() {
        int[] first = IntArena.NONE.exactly(3);
        IntArena.NONE.reset();
        assertNotSame(first, IntArena.NONE.exactly(3));
        assertEquals(7, IntArena.NONE.atLeast(7).length);
    }

    @Test
    void aLayoutOfAnArenaSaysWhatOneOfItsOwnSays() {
        IntArena arena = new IntArena();
        int[] lengths = {2, 1, 4};
        RaggedLayout own = RaggedLayout.ofLengths(lengths, 4);
        for (int round = 0; round < 2; round++) {
            // Other lengths before: nothing of them may shine through.
            arena.reset();
            RaggedLayout.ofLengths(new int[] {4, 4, 4}, 4, arena).coordinates();
            arena.reset();
            RaggedLayout layout = RaggedLayout.ofLengths(lengths, 4, arena);
            assertEquals(own, layout);
            assertEquals(own.tail(2), layout.tail(2));
            for (int row = 0; row < own.rows(); row++) {
                assertEquals(own.positions()[row], layout.positions()[row]);
                assertEquals(own.coordinates()[row], layout.coordinates()[row]);
            }
            assertEquals(own.pairOffsets(own)[3], layout.pairOffsets(layout)[3]);
            assertEquals(own.lastRows()[2], layout.lastRows()[2]);
        }
    }
}
