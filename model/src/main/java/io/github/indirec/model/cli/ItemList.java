package io.github.indirec.model.cli;

import io.github.indirec.model.io.FormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Item ids from a file, one a line. */
final class ItemList {
    private ItemList() {}

    /**
     * Reads the ids.
     *
     * @param items largest id
     * @throws FormatException naming the line, if one holds anything but an id from 1 to {@code items}
     */
    static int[] read(Path file, int items) throws IOException {
        if (Files.isDirectory(file)) {
            throw new FormatException(file.toString(), "", "one item id a line", "a folder", "name a file");
        }
        // Latin-1 reads any bytes: what is no number is shown in the message, whatever it is.
        List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        int count = lines.size();
        while (count > 0 && lines.get(count - 1).isBlank()) {
            count--;
        }
        if (count == 0) {
            throw new FormatException(
                    file.toString(), "", "one item id a line", "an empty file", "leave the option out");
        }
        int[] ids = new int[count];
        for (int i = 0; i < count; i++) {
            ids[i] = id(lines.get(i).strip());
            if (ids[i] < 1 || ids[i] > items) {
                throw new FormatException(
                        file.toString(),
                        "line " + (i + 1),
                        "an item id from 1 to " + items,
                        "'" + lines.get(i).strip() + "'",
                        "write one id a line, as the model's data number the items");
            }
        }
        return ids;
    }

    /** The number, or 0 if it is none that an item can have. */
    private static int id(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
