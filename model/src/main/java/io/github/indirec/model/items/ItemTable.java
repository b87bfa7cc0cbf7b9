package io.github.indirec.model.items;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import java.util.List;

/**
 * The item table of a sequence model: a row of D numbers for every item, which is looked up for the items of a history
 * and multiplied with for scores. Everything downstream of it, intents, diffusion and contrast included, knows an item
 * by this row alone.
 *
 * <p>Reading is safe from any number of threads, each with a tape of its own, as long as nobody trains.
 */
public sealed interface ItemTable permits IdTable, FusedTable {
    /** Name of the ID rows' parameter, before {@code .weight}. */
    String IDS = "item_embeddings";

    /**
     * E [I + 2 x D] on that tape: row 0 is the padding item, row i item i, row I + 1 the mask item. Computed once a tape
     * and once for all its {@link Tape#pass passes}, however often it is asked for.
     */
    Variable on(Tape tape);

    /** The trainable ID rows [I + 2 x D]. */
    Parameter ids();

    /** I. */
    default int items() {
        return ids().shape().dim(0) - 2;
    }

    /**
     * Draws initial weights of whatever the table is made of.
     *
     * @param range standard deviation of the ID rows
     */
    void initialize(long seed, double range);

    /**
     * What makes the row of an item that training did not know of its vector: these maps one after the other. Empty where
     * items are known by id alone, so that there can be no such row.
     */
    List<AffineMap> newItemMaps(Tape tape);
}
