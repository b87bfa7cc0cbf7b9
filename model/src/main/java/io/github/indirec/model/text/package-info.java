/**
 * What the catalogue says about the items, as numbers: prompts made of an item's attributes, the interface of the
 * encoders that turn texts into vectors, and the table of vectors that a model takes.
 */
package io.github.indirec.model.text;
