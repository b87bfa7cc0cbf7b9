/**
 * The item table E that sequences are looked up in and scored against: by id alone, or, for LLMDiRec, by id and by a
 * frozen vector of what the item's text says, fused.
 */
package io.github.indirec.model.items;
