package io.github.indirec.model.cli;

import io.github.indirec.model.data.Histories;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.eval.UserGroup;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What {@code --groups} reports beside the metrics over all users. */
enum Grouping {
    LENGTH,
    POPULARITY,
    HISTORY,
    INTENTS;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Groups of users, those without any left out; of {@link #INTENTS}, which are none of users, there are none. */
    List<UserGroup> users(SequenceDataset data, Histories histories) {
        List<UserGroup> groups =
                switch (this) {
                    case LENGTH -> UserGroup.byLength(data);
                    case POPULARITY -> UserGroup.byPopularity(data, histories);
                    case HISTORY -> UserGroup.byHistory(data);
                    case INTENTS -> List.of();
                };
        return groups.stream().filter(group -> group.rows().length > 0).toList();
    }

    /** The words of the option, in the order of reporting; others than those allowed are a mistake of usage. */
    static Set<Grouping> parse(String option, Set<Grouping> allowed) {
        Set<Grouping> groupings = EnumSet.noneOf(Grouping.class);
        for (String word : option == null ? new String[0] : option.split(",", -1)) {
            groupings.add(allowed.stream()
                    .filter(grouping -> grouping.label().equals(word.strip()))
                    .findFirst()
                    .orElseThrow(() -> CommandException.usage("--groups holds \"" + word.strip() + "\", expected "
                            + allowed.stream().map(Grouping::label).collect(Collectors.joining(", "))
                            + ", with commas between")));
        }
        return groupings;
    }
}
