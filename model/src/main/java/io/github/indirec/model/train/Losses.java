package io.github.indirec.model.train;

import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.ops.ElementwiseOps;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The losses of one step.
 *
 * @param total what is minimised
 * @param terms what it is made of, unweighted, by the name that reports use, such as {@code rec_loss}; in order
 */
public record Losses(Variable total, Map<String, Variable> terms) {
    /** total = sum of weight times term, term by term. */
    public static final class Sum {
        private final Map<String, Variable> terms = new LinkedHashMap<>();
        private Variable total;

        /**
         * Adds a term.
         *
         * @param name as in reports
         * @param term one value
         */
        public Sum add(String name, double weight, Variable term) {
            terms.put(name, term);
            Variable weighted = weight == 1 ? term : ElementwiseOps.scale(term, weight);
            total = total == null ? weighted : ElementwiseOps.add(total, weighted);
            return this;
        }

        /** What was added up. */
        public Losses losses() {
            return new Losses(total, terms);
        }
    }
}
