package io.github.indirec.kernels.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * An arithmetic instruction: kinds of its destination and sources, its body, and when its result is defined.
 *
 * @param sources kinds and types of the sources
 */
record Signature(RegisterKind destination, List<Source> sources, Body body, Rule rule) {
    /** A source: its kind, and its type for immediates. */
    record Source(RegisterKind kind, String type) {}

    /** When the result of an instruction is defined. */
    enum Rule {
        /** If all sources are. */
        ALL,
        /** selp: if the predicate and the chosen source are. */
        SELECT,
        /** and.pred: also if one source is known to be false. */
        AND,
        /** or.pred: also if one source is known to be true. */
        OR
    }

    /** A signature whose types are PTX types, the destination's first. */
    static Signature of(Body body, String destination, String... sources) {
        return of(Rule.ALL, body, destination, sources);
    }

    static Signature of(Rule rule, Body body, String destination, String... sources) {
        List<Source> list = new ArrayList<>();
        for (String source : sources) {
            list.add(new Source(RegisterKind.of(source), source));
        }
        return new Signature(RegisterKind.of(destination), list, body, rule);
    }
}
