package io.github.indirec.model.serve;

/**
 * One recommended item.
 *
 * @param item item id, from 1
 * @param score dot product of the history's representation and the item's embedding; only its order within one list
 *     means anything
 */
public record Recommendation(int item, float score) {}
