package io.github.indirec.model.cli;

import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.io.FormatException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether data and weights belong together. Item ids are mere numbers: with another numbering every recommendation is
 * nonsense and nothing would say so, hence the strictness.
 */
final class DataFit {
    private DataFit() {}

    /**
     * A data folder must hold exactly the model's items; a single file may be a part of one, and hold fewer.
     *
     * @throws FormatException if they do not fit
     */
    static void require(Terminal terminal, Path path, SequenceDataset data, Path checkpoint, SequenceModel model)
            throws FormatException {
        boolean whole = Files.isDirectory(path);
        if (data.items() > model.items() || (whole && data.items() < model.items())) {
            throw new FormatException(
                    data.file(),
                    "",
                    (whole ? "items 1 to " : "items up to ") + model.items() + ", as " + checkpoint + " has them",
                    "items up to " + data.items(),
                    "use the data that the model was trained on");
        }
        if (data.items() < model.items()) {
            terminal.say(
                    "%s: items up to %d of the model's %d occur; fine if this is a part of its data",
                    data.file(), data.items(), model.items());
        }
    }
}
