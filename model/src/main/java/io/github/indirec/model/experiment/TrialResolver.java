package io.github.indirec.model.experiment;

import java.io.IOException;
import java.util.Map;
import java.util.Set;

/** Finds out what a trial comes to before anything is run: every setting, and the data's checksum. */
@FunctionalInterface
public interface TrialResolver {
    /**
     * @param settings every setting the run will have
     * @param untouched keys of those that neither preset nor trial mentions
     * @param dataName name of the data set
     * @param dataSha256 checksum of its file
     */
    record Resolved(Map<String, String> settings, Set<String> untouched, String dataName, String dataSha256) {}

    /** @throws IOException if there are no such data */
    Resolved resolve(Trial trial) throws IOException;
}
