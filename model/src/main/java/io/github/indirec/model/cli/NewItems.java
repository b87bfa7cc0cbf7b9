package io.github.indirec.model.cli;

import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.text.ItemVectors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;

/** Items that arrive after training, by their vectors. */
final class NewItems {
    private NewItems() {}

    /**
     * Reads the vectors and gives them to something that takes new items.
     *
     * @param add throws {@link UnsupportedOperationException} or {@link IllegalArgumentException} where the weights
     *     cannot take them
     */
    static <T> T add(Path file, Path checkpoint, Function<ItemVectors, T> add) throws IOException {
        ItemVectors vectors = ItemVectors.read(file);
        try {
            return add.apply(vectors);
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            throw CommandException.badInput("--new-items " + file + " for " + checkpoint + ": " + e.getMessage(), e);
        }
    }

    /** The ids that the new items take. */
    static void say(Terminal terminal, SequenceModel model, int items) {
        terminal.say("%,d new items, ids %d to %d", items - model.items(), model.items() + 1, items);
    }
}
