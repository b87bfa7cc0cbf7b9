package io.github.indirec.model.cli;

import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.io.AtomicFiles;
import io.github.indirec.model.io.NamedArray;
import io.github.indirec.model.io.SafeTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The rank of every user's target, by line of the data file: what two evaluations are compared by. */
final class RanksFile {
    private static final String SAFETENSORS = ".safetensors";
    private static final String TSV = ".tsv";

    private RanksFile() {}

    /** Refuses a name that tells no format; null is fine. */
    static void requireKnownEnding(Path file) {
        if (file != null
                && !file.toString().endsWith(SAFETENSORS)
                && !file.toString().endsWith(TSV)) {
            throw CommandException.usage(
                    "--ranks is " + file + ", expected a name ending in " + SAFETENSORS + " or " + TSV);
        }
    }

    static void write(Path file, SequenceDataset data, int[] ranks) throws IOException {
        if (file.toString().endsWith(SAFETENSORS)) {
            NamedArray array = NamedArray.ofInts("rank", new int[] {ranks.length}, ranks);
            SafeTensors.write(file, Map.of("data", data.name()), List.of(array));
            return;
        }
        StringBuilder text = new StringBuilder("user\trank\n");
        for (int user = 0; user < ranks.length; user++) {
            text.append(data.userId(user)).append('\t').append(ranks[user]).append('\n');
        }
        AtomicFiles.write(file, text.toString());
    }
}
