package io.github.indirec.model.train;

import io.github.indirec.autograd.Variable;
import java.util.Map;

/**
 * The losses of one step.
 *
 * @param total what is minimised
 * @param terms what it is made of, unweighted, by the name that reports use, such as {@code rec_loss}; in order
 */
public record Losses(Variable total, Map<String, Variable> terms) {}
