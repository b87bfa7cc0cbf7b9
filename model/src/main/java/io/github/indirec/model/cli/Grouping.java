package io.github.indirec.model.cli;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What {@code evaluate --groups} reports beside the metrics over all users. */
enum Grouping {
    LENGTH,
    POPULARITY,
    HISTORY,
    INTENTS;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The words of the option, in the order of reporting. */
    static Set<Grouping> parse(String option) {
        Set<Grouping> groupings = EnumSet.noneOf(Grouping.class);
        for (String word : option == null ? new String[0] : option.split(",", -1)) {
            groupings.add(Arrays.stream(values())
                    .filter(grouping -> grouping.label().equals(word.strip()))
                    .findFirst()
                    .orElseThrow(() -> CommandException.usage("--groups holds \"" + word.strip() + "\", expected "
                            + Arrays.stream(values()).map(Grouping::label).collect(Collectors.joining(", "))
                            + ", with commas between")));
        }
        return groupings;
    }
}
