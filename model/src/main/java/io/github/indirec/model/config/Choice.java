package io.github.indirec.model.config;

import java.util.Locale;

/** A setting with named alternatives; the name in files and on the command line is the constant's, in lower case with hyphens. */
public interface Choice {
    String name();

    /** The name that users write. */
    default String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
