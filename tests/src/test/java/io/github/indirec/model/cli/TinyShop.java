package io.github.indirec.model.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A data set that trains in a second: users walk round one of four rings of ten items, some with a stumble. */
final class TinyShop {
    static final int USERS = 60;
    static final int ITEMS = 40;
    private static final int RING = 10;
    private static final int LENGTH = 8;

    private TinyShop() {}

    /** Writes the folder and returns it. */
    static Path write(Path folder) throws IOException {
        Files.createDirectories(folder);
        StringBuilder sequences = new StringBuilder();
        for (int user = 0; user < USERS; user++) {
            sequences.append(user + 1);
            for (int i = 0; i < LENGTH - user % 3; i++) {
                int ring = user % (ITEMS / RING);
                int place = (user / 4 + i + (i == 3 ? user % 2 : 0)) % RING;
                sequences.append(' ').append(1 + ring * RING + place);
            }
            sequences.append('\n');
        }
        Files.writeString(folder.resolve("sequences.txt"), sequences);
        StringBuilder items = new StringBuilder("item_id\ttitle\n");
        for (int item = 1; item <= ITEMS; item++) {
            items.append(item).append("\tThing ").append(item).append('\n');
        }
        Files.writeString(folder.resolve("items.tsv"), items);
        return folder;
    }

    /** The options of a training that takes about a second. */
    static Object[] trainOptions(Path data, Path out, Object... more) {
        List<Object> options = new ArrayList<>(List.of("train", "--data", data, "--out", out));
        for (String set : List.of(
                "epochs=4",
                "batch_size=32",
                "num_intents=4",
                "hidden_size=16",
                "timesteps=3",
                "max_seq_length=10",
                "kmeans_restarts=2",
                "kmeans_iterations=5",
                "hidden_dropout=0.1",
                "attention_dropout=0.1",
                "learning_rate=0.01",
                "validation_interval=1")) {
            options.add("--set");
            options.add(set);
        }
        options.addAll(List.of(more));
        return options.toArray();
    }
}
