package io.github.indirec.kernels;

import io.github.indirec.tensor.RaggedLayout;
import io.github.indirec.tensor.spi.AttentionKernels.Layout;

/**
 * Which piece of which sequence each block of an attention kernel serves: {@code Task} in attention.cuh. Only pieces
 * that are there get a block, however ragged the batch.
 *
 * @param values {@link #INTS} a task: row of the sequence's first query, its queries, row of its first key, its keys,
 *     first query or key of the piece, coordinate of the first query, position of the first key, 0
 */
record AttentionTasks(int[] values, int count) {
    static final int INTS = 8;

    /** A piece of keys may begin up to three before the first key, where a block of dropout words begins. */
    private static final int LEAD = 3;

    /** The queries of each sequence, in pieces of at most {@code tile}. */
    static AttentionTasks ofQueries(Layout layout, int tile) {
        return of(layout, layout.queries(), tile, 0);
    }

    /** The keys of each sequence, in pieces of at most {@code tile}. */
    static AttentionTasks ofKeys(Layout layout, int tile) {
        return of(layout, layout.keys(), tile, layout.dropout() > 0 ? LEAD : 0);
    }

    /** Each sequence in one piece. */
    static AttentionTasks ofSequences(Layout layout) {
        return of(layout, layout.queries(), layout.queries().maxLength(), 0);
    }

    private static AttentionTasks of(Layout layout, RaggedLayout rows, int tile, int lead) {
        int count = 0;
        for (int s = 0; s < rows.count(); s++) {
            count += Grid.blocks(rows.length(s) + lead, tile);
        }
        int[] values = new int[INTS * count];
        int at = 0;
        for (int s = 0; s < rows.count(); s++) {
            for (int first = 0; first < rows.length(s) + lead; first += tile) {
                put(layout, s, first, values, at);
                at += INTS;
            }
        }
        return new AttentionTasks(values, count);
    }

    private static void put(Layout layout, int s, int first, int[] values, int at) {
        RaggedLayout queries = layout.queries();
        RaggedLayout keys = layout.keys();
        values[at] = queries.offset(s);
        values[at + 1] = queries.length(s);
        values[at + 2] = keys.offset(s);
        values[at + 3] = keys.length(s);
        values[at + 4] = first;
        values[at + 5] = (s + 1) * keys.maxLength() - queries.length(s);
        values[at + 6] = keys.firstPosition(s);
    }
}
