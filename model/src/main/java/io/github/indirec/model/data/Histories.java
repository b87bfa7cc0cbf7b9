package io.github.indirec.model.data;

/**
 * What an evaluation asks of each user: which items came before, which one came next. Users are addressed by row, from
 * 0; all arrays are copies.
 */
public interface Histories {
    /** Number of users. */
    int users();

    /** The items a model is shown, in time order, the last one newest; never empty. */
    int[] history(int user);

    /** The items that are no candidates, in any order: those the user truly had before the target. */
    int[] seen(int user);

    /** The item that came next. */
    int target(int user);
}
